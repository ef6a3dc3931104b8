import type { DnsLookup } from '@sternpost/network'
import type { FastifyInstance } from 'fastify'
import type { Clock, Timer } from '../base/index.ts'
import type { Logger } from '../log/index.ts'
import type { Store } from '../store/index.ts'
import type { UnpackLimits } from './document.ts'
import { ReportIntake } from './ingest.ts'
import { IntakeBudget } from './intake-budget.ts'
import { startFolderIntake } from './intake-folder.ts'
import { REPORT_PATH, registerReportRoutes, startHttpsIntake } from './intake-https.ts'
import { startImapIntake } from './intake-imap.ts'
import { startSmtpIntake } from './intake-smtp.ts'
import type { IntakeListener } from './intake-smtp-listen.ts'
import { ownDomains } from './our-domains.ts'
import { pruneReports, type ReportRetention } from './retention.ts'

interface CertificateSettings {
  readonly certFile?: string | undefined
  readonly keyFile?: string | undefined
}

/** Which ways are open, as the section `reportsReceived` of the configuration says. */
export interface ReportIntakeSettings {
  readonly domains: readonly string[]
  readonly retention: ReportRetention
  readonly limits: UnpackLimits
  readonly https: CertificateSettings & {
    /** Whether reports are taken on the address of the web side. */
    readonly accept: boolean
    readonly listen: Extract<IntakeListener, { kind: 'tcp' }> | 'off'
    readonly maxPerMinute: number
  }
  readonly smtp: CertificateSettings & {
    readonly listen: readonly IntakeListener[]
    readonly recipients: readonly string[]
    readonly lmtp: boolean
    readonly hostname?: string | undefined
    readonly maxMessageBytes: number
    readonly maxConnections: number
    readonly maxPerMinute: number
  }
  readonly imap: {
    readonly host?: string | undefined
    readonly port: number
    readonly tls: 'implicit' | 'starttls' | 'none'
    readonly caFile?: string | undefined
    readonly user?: string | undefined
    readonly passwordFile?: string | undefined
    readonly mailbox: string
    readonly afterwards: 'mark' | 'move'
    readonly folder: string
    readonly pollIntervalSeconds: number
  }
  readonly folders: readonly { readonly path: string; readonly kind: 'drop' | 'maildir' }[]
}

export interface ReportIntakesOptions {
  readonly settings: ReportIntakeSettings
  readonly store: Store
  readonly clock: Clock
  readonly dns: DnsLookup
  readonly log: Logger
}

/** Documents held in memory at once, over all channels. */
const BUDGET_DOCUMENTS = 8
/** How often reports that are old enough are deleted. */
const PRUNE_MS = 3_600_000

interface Running {
  readonly name: string
  readonly addresses?: readonly string[]
  readonly trouble?: () => string | undefined
  close(): Promise<void>
}

/** Every way by which reports come in, as the configuration has them, before the one door. */
export class ReportIntakes {
  readonly #options: ReportIntakesOptions
  readonly #intake: ReportIntake
  readonly #budget: IntakeBudget
  readonly #running: Running[] = []
  #pruning: Timer | undefined

  constructor(options: ReportIntakesOptions) {
    const { store, clock, dns, log } = options
    const { limits, domains } = options.settings
    this.#options = options
    this.#intake = new ReportIntake({ store, clock, dns, limits, ourDomains: ownDomains(domains), log })
    this.#budget = new IntakeBudget(BUDGET_DOCUMENTS * limits.documentBytes)
  }

  /** The route for the address of the web side, where reports are to be taken there. */
  get routes(): readonly ((app: FastifyInstance) => void)[] {
    if (!this.#options.settings.https.accept) return []
    return [app => registerReportRoutes(app, this.#https())]
  }

  /** Where reports can be sent, for people. */
  get addresses(): readonly string[] {
    const { accept } = this.#options.settings.https
    return [
      ...(accept ? [`POST ${REPORT_PATH} on the address of the web side`] : []),
      ...this.#running.flatMap(({ name, addresses = [name] }) =>
        addresses.map(address => (address === name ? name : `${name} ${address}`)),
      ),
    ]
  }

  /** What keeps some way from working now; empty where all is well. */
  get troubles(): readonly string[] {
    return this.#running.flatMap(({ trouble }) => trouble?.() ?? [])
  }

  /** Starts all of them. Errors: `ListenError`; what was started by then is to be closed by the caller. */
  async start(): Promise<void> {
    const { https, smtp, imap, folders, limits } = this.#options.settings
    const { clock, log } = this.#options
    const shared = { intake: this.#intake, budget: this.#budget, log }
    if (https.listen !== 'off') {
      const certificate = certificateOf(https)
      this.#keep('https', await startHttpsIntake({ ...this.#https(), listen: https.listen, ...certificate }))
    }
    if (smtp.listen.length > 0) {
      const { listen: listeners, hostname, certFile: _cert, keyFile: _key, ...rest } = smtp
      const options = { ...rest, ...certificateOf(smtp), ...(hostname === undefined ? {} : { hostname }) }
      this.#keep(
        smtp.lmtp ? 'lmtp' : 'smtp',
        await startSmtpIntake({ ...shared, ...options, listeners, now: clock.now }),
      )
    }
    const { host, user, passwordFile, caFile, port, tls, pollIntervalSeconds, ...mailbox } = imap
    if (host !== undefined && user !== undefined && passwordFile !== undefined) {
      const server = { host, port, tls, user, passwordFile, ...(caFile === undefined ? {} : { caFile }) }
      const more = {
        pollIntervalMs: pollIntervalSeconds * 1000,
        maxDocumentBytes: limits.documentBytes,
        clock,
      }
      this.#keep('imap', startImapIntake({ ...shared, ...mailbox, ...more, server }))
    }
    for (const folder of folders) {
      const more = { maxDocumentBytes: limits.documentBytes, clock }
      this.#keep('folder', await startFolderIntake({ ...shared, ...folder, ...more }))
    }
    this.#schedulePruning()
  }

  async close(): Promise<void> {
    this.#pruning?.cancel()
    await Promise.all(this.#running.splice(0).map(running => running.close()))
  }

  #https() {
    const { clock, settings, log } = this.#options
    const { https, limits } = settings
    return {
      intake: this.#intake,
      budget: this.#budget,
      maxDocumentBytes: limits.documentBytes,
      maxPerMinute: https.maxPerMinute,
      now: clock.now,
      log,
    }
  }

  #keep(name: string, running: Omit<Running, 'name'>): void {
    this.#running.push({
      name,
      ...(running.addresses === undefined ? {} : { addresses: running.addresses }),
      ...(running.trouble === undefined ? {} : { trouble: () => running.trouble?.() }),
      close: () => running.close(),
    })
  }

  #schedulePruning(): void {
    const { clock, settings, log, store } = this.#options
    this.#pruning = clock.setTimer(() => {
      pruneReports(store, clock, settings.retention)
        .catch((error: unknown) => log.error({ err: error }, 'old reports could not be deleted'))
        .finally(() => this.#schedulePruning())
    }, PRUNE_MS)
  }
}

function certificateOf({ certFile, keyFile }: CertificateSettings) {
  return certFile === undefined || keyFile === undefined ? {} : { certificate: { certFile, keyFile } }
}
