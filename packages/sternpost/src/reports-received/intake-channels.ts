import type { FastifyInstance } from 'fastify'
import type { Clock } from '../base/index.ts'
import type { Logger } from '../log/index.ts'
import { IntakeBudget } from './intake-budget.ts'
import type { DocumentIntake } from './intake-document.ts'
import type { FolderIntakeOptions } from './intake-folder.ts'
import type { HttpsIntakeOptions } from './intake-https.ts'
import type { ImapIntakeOptions } from './intake-imap.ts'
import type { ImapServer } from './intake-imap-connect.ts'
import type { SmtpIntakeOptions } from './intake-smtp.ts'

/** What documents that are coming in may hold of memory, or four of the largest if that is more. */
const LEAST_BUDGET_BYTES = 67_108_864

interface CertificateSettings {
  readonly certFile?: string | undefined
  readonly keyFile?: string | undefined
}

/** Section `reportsReceived` of the configuration, as far as it says where reports come in. */
export interface ReportChannelSettings {
  readonly limits: { readonly documentBytes: number }
  readonly https: CertificateSettings & {
    readonly accept: boolean
    readonly listen: HttpsIntakeOptions['listen'] | 'off'
    readonly maxPerMinute: number
  }
  readonly smtp: CertificateSettings & {
    readonly listen: SmtpIntakeOptions['listeners']
    readonly recipients: readonly string[]
    readonly lmtp: boolean
    readonly hostname?: string | undefined
    readonly maxMessageBytes: number
    readonly maxConnections: number
    readonly maxPerMinute: number
  }
  readonly imap: Pick<ImapServer, 'port' | 'tls'> &
    Pick<ImapIntakeOptions, 'mailbox' | 'afterwards' | 'folder'> & {
      readonly host?: string | undefined
      readonly caFile?: string | undefined
      readonly user?: string | undefined
      readonly passwordFile?: string | undefined
      readonly pollIntervalSeconds: number
    }
  readonly folders: readonly Pick<FolderIntakeOptions, 'path' | 'kind'>[]
}

export interface ReportChannelOptions {
  readonly settings: ReportChannelSettings
  /** Whether there is an HTTP server that `routes` will be added to. */
  readonly hasHttpServer: boolean
  readonly intake: DocumentIntake
  readonly clock: Clock
  readonly log: Logger
}

/** All ways in, open. */
export interface ReportChannels {
  /** Where reports can be sent to or are looked for, for people. */
  readonly addresses: readonly string[]
  /** To be added to the HTTP server; undefined where reports are not taken there. */
  readonly routes: ((app: FastifyInstance) => void) | undefined
  /** One sentence for each way that does not work just now. */
  troubles(): readonly string[]
  close(): Promise<void>
}

/**
 * Opens every way in that is configured; what is not is not even loaded.
 *
 * Errors: `ListenError` where an address or certificate cannot be had; nothing is left open then.
 */
export async function startReportChannels(options: ReportChannelOptions): Promise<ReportChannels> {
  const { settings, intake, clock, log } = options
  const { https, smtp, imap, folders, limits } = settings
  const maxDocumentBytes = limits.documentBytes
  const largest = Math.max(maxDocumentBytes, smtp.maxMessageBytes)
  const budget = new IntakeBudget(Math.max(LEAST_BUDGET_BYTES, 4 * largest))
  const common = { intake, budget, maxDocumentBytes, log, clock, now: clock.now }
  const open: {
    readonly addresses: readonly string[]
    trouble?(): string | undefined
    close(): Promise<void>
  }[] = []
  const close = async () => {
    await Promise.all(open.splice(0).map(channel => channel.close()))
  }
  let routes: ReportChannels['routes']
  try {
    if ((https.accept && options.hasHttpServer) || https.listen !== 'off') {
      const { registerReportRoutes, startHttpsIntake } = await import('./intake-https.ts')
      const routeOptions = { ...common, maxPerMinute: https.maxPerMinute }
      if (https.accept && options.hasHttpServer) routes = app => registerReportRoutes(app, routeOptions)
      if (https.listen !== 'off')
        open.push(await startHttpsIntake({ ...routeOptions, ...certificateOf(https), listen: https.listen }))
    }
    if (smtp.listen.length > 0) {
      const { startSmtpIntake } = await import('./intake-smtp.ts')
      const { hostname, lmtp, recipients, maxMessageBytes, maxConnections, maxPerMinute } = smtp
      open.push(
        await startSmtpIntake({
          ...common,
          ...certificateOf(smtp),
          ...(hostname === undefined ? {} : { hostname }),
          ...{ lmtp, recipients, maxMessageBytes, maxConnections, maxPerMinute },
          listeners: smtp.listen,
        }),
      )
    }
    for (const { path, kind } of folders) {
      const { startFolderIntake } = await import('./intake-folder.ts')
      open.push({ addresses: [path], ...(await startFolderIntake({ ...common, path, kind })) })
    }
    const { host, port, tls, user, passwordFile, caFile, mailbox, afterwards, folder } = imap
    if (host !== undefined && user !== undefined && passwordFile !== undefined) {
      const { startImapIntake } = await import('./intake-imap.ts')
      const server = { host, port, tls, user, passwordFile, ...(caFile === undefined ? {} : { caFile }) }
      const pollIntervalMs = imap.pollIntervalSeconds * 1000
      const started = startImapIntake({ ...common, server, mailbox, afterwards, folder, pollIntervalMs })
      open.push({ addresses: [`imap://${host}:${port}/${encodeURIComponent(mailbox)}`], ...started })
    }
  } catch (error) {
    await close()
    throw error
  }
  return {
    addresses: open.flatMap(({ addresses }) => addresses),
    routes,
    troubles: () => open.map(channel => channel.trouble?.()).filter(trouble => trouble !== undefined),
    close,
  }
}

function certificateOf({ certFile, keyFile }: CertificateSettings): Pick<HttpsIntakeOptions, 'certificate'> {
  return certFile === undefined || keyFile === undefined ? {} : { certificate: { certFile, keyFile } }
}
