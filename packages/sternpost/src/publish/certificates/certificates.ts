import { randomUUID } from 'node:crypto'
import { setTimeout as sleepFor } from 'node:timers/promises'
import type { DnsLookup } from '@sternpost/network'
import type { Clock, Timer } from '../../base/index.ts'
import type { Logger } from '../../log/index.ts'
import type { Registry } from '../../metrics/index.ts'
import type { Store } from '../../store/index.ts'
import type { DnsWriter } from '../dns/dns-writer.ts'
import type { AskEveryServer } from '../dns/verify-records.ts'
import type { PublishStore } from '../domains/publish-store.ts'
import { ChallengeAnswers, type ChallengeSolver, type ChallengeType } from './acme/challenge-answers.ts'
import { Authority, type AuthoritySettings } from './authority.ts'
import { CertificateContexts, hostOf } from './certificate-contexts.ts'
import { type CertificateFileSettings, CertificateFiles } from './certificate-files.ts'
import { CertificateKeeper } from './certificate-keeper.ts'
import { CertificateMetrics } from './certificate-metrics.ts'
import type { CertificateSource, CertificateState } from './certificate-source.ts'
import { CertificateStore } from './certificate-store.ts'
import { type CertificateSummary, describeState, summarizeCertificates } from './certificate-summary.ts'
import type { PolicyHostReach } from './check-host.ts'
import { dnsChallengeSolver } from './dns-challenge.ts'
import { policyHostOf, WantedHosts } from './wanted-hosts.ts'

/** The section `publish.certificates` of the configuration. */
export interface CertificateSettings {
  /** Nothing is ordered without. */
  readonly agreeTerms: boolean
  readonly email?: string | undefined
  readonly authorities: readonly AuthoritySettings[]
  readonly challenges: readonly ChallengeType[]
  /** The part of a certificate's life after which it is renewed. */
  readonly renewAfter: number
  readonly concurrency: number
  readonly maxLoaded: number
  readonly files: readonly CertificateFileSettings[]
}

export interface CertificatesOptions {
  readonly settings: CertificateSettings
  readonly publish: PublishStore
  readonly store: Store
  readonly clock: Clock
  readonly random: () => number
  readonly dns: Pick<DnsLookup, 'lookup'>
  readonly log: Logger
  readonly registry: Registry
  /** Where the policy host is, as far as the configuration says. */
  readonly reach: () => PolicyHostReach
  /** What DNS-01 is answered with; without it that way is not gone. */
  readonly dnsWriting?: {
    readonly writers: readonly DnsWriter[]
    readonly askEveryServer: AskEveryServer
  }
  /** Told of every order's end, by the policy host's name. */
  readonly onOrder?: (host: string, result: string) => void
  /** Really waits, whatever the clock says. */
  readonly sleep?: (milliseconds: number) => Promise<void>
}

/** How one part does, for `/health`; the shape of the web side. */
export interface CertificateHealth {
  readonly name: 'certificates'
  readonly state: 'ok' | 'degraded'
  readonly message: string
}

const SUMMARY_MS = 60_000
/** How often it is looked for what is due. */
const ROUND_MS = 5_000
/** After a change; many come together. */
const SOON_MS = 500

/**
 * The certificates of all policy hosts: ordered, renewed, read from files, and given to the policy host.
 *
 * Serving depends on nothing here but the database: no client waits for an authority, and a renewal that fails leaves
 * the certificate that is there.
 */
export class Certificates implements CertificateSource {
  readonly #options: CertificatesOptions
  readonly #store: CertificateStore
  readonly #answers: ChallengeAnswers
  readonly #files: CertificateFiles
  readonly #contexts: CertificateContexts
  readonly #keeper: CertificateKeeper | undefined
  readonly #wanted: WantedHosts
  #summary: CertificateSummary | undefined
  #summarizedAt = 0
  #timer: Timer | undefined
  #round: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(options: CertificatesOptions) {
    const { settings, publish, store, clock, log, registry, random } = options
    const now = clock.now
    const sleep = options.sleep ?? (milliseconds => sleepFor(milliseconds, undefined, { ref: false }))
    this.#options = options
    this.#store = new CertificateStore(store, clock, randomUUID())
    this.#answers = new ChallengeAnswers(now)
    this.#files = new CertificateFiles({ files: settings.files, now, log })
    this.#contexts = new CertificateContexts({
      store: this.#store,
      files: this.#files,
      now,
      maxLoaded: settings.maxLoaded,
      onUnusable: (host, error) =>
        log.error({ host, reason: String(error) }, 'a stored certificate cannot be used'),
    })
    this.#wanted = new WantedHosts({ publish, store: this.#store, clock })
    const metrics = new CertificateMetrics(registry, {
      summary: () => this.#summary,
      loaded: () => this.#contexts.loadedCount,
      running: () => this.#keeper?.runningCount ?? 0,
    })
    if (!settings.agreeTerms || settings.authorities.length === 0) return
    this.#keeper = new CertificateKeeper({
      ...{ clock, random, log, sleep, dns: options.dns, reach: options.reach },
      authorities: settings.authorities.map(
        authority => new Authority({ settings: authority, email: settings.email, store, clock, log }),
      ),
      store: this.#store,
      files: this.#files,
      renewAfter: settings.renewAfter,
      concurrency: settings.concurrency,
      solversFor: host => this.#solversFor(host, sleep),
      onOutcome: (host, result) => {
        metrics.orders.inc({ result })
        options.onOrder?.(host, result)
        if (result === 'issued') this.#contexts.forget(host)
      },
    })
  }

  contextFor(serverName: string) {
    return this.#contexts.contextFor(serverName)
  }

  async challengeContextFor(serverName: string) {
    return this.#answers.context(serverName.toLowerCase())
  }

  httpChallenge(host: string, token: string): string | undefined {
    return this.#answers.text(host.toLowerCase(), token)
  }

  async state(host: string): Promise<CertificateState> {
    const [row, order, file] = await Promise.all([
      this.#store.certificate(host),
      this.#store.order(host),
      hostOf(host) === undefined ? undefined : this.#files.find(host),
    ])
    return describeState(host, row, order, file, this.#options.clock.now())
  }

  /** Has a domain's certificate ordered or renewed as soon as possible; false where it is not published. */
  async orderSoon(domain: string): Promise<boolean> {
    await this.#wanted.takeOver()
    return await this.#store.tryNow(policyHostOf(domain))
  }

  /** Looks at what is due at once, as another program changed domains or asked for a certificate. */
  lookSoon(): void {
    this.#wanted.compareSoon()
    if (this.#timer !== undefined) this.#schedule(SOON_MS)
  }

  get health(): CertificateHealth {
    const { clock, settings } = this.#options
    const summary = this.#summary
    const told = (state: CertificateHealth['state'], message: string): CertificateHealth => ({
      name: 'certificates',
      state,
      message,
    })
    if (summary === undefined) return told('ok', 'not looked at yet')
    const { wanted, held, expiring, expired, failing, worst } = summary
    if (worst !== undefined) {
      const days = Math.floor((worst.notAfter - clock.now()) / 86_400_000)
      const when = days < 0 ? 'has expired' : `expires in ${days} days`
      // No host is named: everybody may read this, customers of other domains too.
      return told(
        'degraded',
        `${expired} expired, ${expiring} not renewed in time, the first of which ${when}; "sternpost certificate list --failing" says which and why`,
      )
    }
    const off = settings.agreeTerms
      ? ''
      : '; none is ordered (publish.certificates.agreeTerms, policyHost.listen)'
    const without = failing === 0 ? '' : `; ${failing} hosts could not get one yet`
    return told('ok', `${held} certificates were ordered for ${wanted} hosts${without}${off}`)
  }

  start(): void {
    this.#schedule(SOON_MS)
  }

  /** Does at once what else is done from time to time, until nothing is due. */
  async runAll(): Promise<void> {
    this.#wanted.compareSoon()
    await this.#wanted.takeOver()
    await this.#keeper?.runAll()
    await this.#summarize()
  }

  /** Ends; orders under way are gone on with after the next start. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#timer?.cancel()
    await this.#round
    await this.#keeper?.stop()
  }

  #schedule(delayMs: number): void {
    this.#timer?.cancel()
    if (this.#stopped) return
    this.#timer = this.#options.clock.setTimer(() => {
      this.#timer = undefined
      this.#round = this.#lookAround()
        .catch((error: unknown) =>
          this.#options.log.warn({ err: error }, 'what certificates are due could not be looked at'),
        )
        .then(() => this.#schedule(ROUND_MS))
    }, delayMs)
  }

  async #lookAround(): Promise<void> {
    await this.#wanted.takeOver()
    await this.#keeper?.runRound()
    const now = this.#options.clock.now()
    if (Math.abs(now - this.#summarizedAt) >= SUMMARY_MS) await this.#summarize()
  }

  async #summarize(): Promise<void> {
    const now = this.#options.clock.now()
    this.#summarizedAt = now
    this.#summary = (await summarizeCertificates(this.#options.store, now)) ?? this.#summary
  }

  async #solversFor(
    host: string,
    wait: (milliseconds: number) => Promise<void>,
  ): Promise<ReadonlyMap<ChallengeType, ChallengeSolver>> {
    const { settings, dns, dnsWriting } = this.#options
    const solvers = new Map<ChallengeType, ChallengeSolver>()
    for (const type of settings.challenges) {
      if (type === 'http-01') solvers.set(type, this.#answers.http)
      else if (type === 'tls-alpn-01') solvers.set(type, this.#answers.tlsAlpn)
      else if (dnsWriting !== undefined) {
        const solver = await dnsChallengeSolver(host, { ...dnsWriting, dns, wait })
        if (solver !== undefined) solvers.set(type, solver)
      }
    }
    return solvers
  }
}
