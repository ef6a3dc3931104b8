import { domainToASCII } from 'node:url'
import type { DnsLookup, PolicyFetchResult } from '@sternpost/network'
import type {
  DomainName,
  NextHop,
  NextHopObservation,
  PostfixDialect,
  SocketmapReply,
} from '@sternpost/protocol'
import type { Clock } from '../base/index.ts'
import type { Logger } from '../log/index.ts'
import type { Registry } from '../metrics/index.ts'
import type { Store } from '../store/index.ts'
import { AnswerLog } from './answer-log.ts'
import { DaneObservations } from './dane-observations.ts'
import { EventHistory, type OutboundEvent } from './events.ts'
import { MtaStsPolicies } from './mta-sts-policies.ts'
import { NextHopPolicies } from './next-hop-policies.ts'
import { OutboundMetrics } from './outbound-metrics.ts'
import { PolicyStore } from './policy-store.ts'
import { Refresher } from './refresher.ts'
import { ReplyTable } from './reply-table.ts'
import type { OutboundSettings } from './settings.ts'
import { type ComputedAnswer, SocketmapAnswers, socketmapReplyFor } from './socketmap-answers.ts'
import { type SocketmapListener, SocketmapServer } from './socketmap-server.ts'

export interface OutboundOptions {
  readonly settings: OutboundSettings
  readonly listeners: readonly SocketmapListener[]
  readonly maxConnections: number
  readonly idleTimeoutMs: number
  readonly replyBytes: number
  /** What the map `auto` stands for. */
  readonly autoDialect: () => PostfixDialect
  readonly dns: Pick<DnsLookup, 'lookup'>
  readonly observe: (
    nextHop: NextHop,
  ) => Promise<{ readonly observation: NextHopObservation; readonly ttlSeconds: number }>
  readonly fetchPolicy: (policyDomain: DomainName) => Promise<PolicyFetchResult>
  /** Why DANE is off, or undefined while the resolver's word can be trusted. */
  readonly daneOffBecause: () => string | undefined
  readonly store: Store
  readonly clock: Clock
  readonly random: () => number
  readonly log: Logger
  readonly registry: Registry
  /** Told of changes of policies and of downgrade signals as they are seen. */
  readonly onEvent?: (event: OutboundEvent) => void
}

/** Domains held as objects; the others are ready replies or rows of the database. */
const MAX_IN_MEMORY = 2_000
/** Policy hosts asked at one time. */
const MAX_FETCHES = 64
/** How long replies that are owed may take at the end. */
const STOP_GRACE_MS = 2_000

/** Counted since the start, but for `open`. */
export interface OutboundConnections {
  readonly open: number
  /** Turned away because all places were busy. */
  readonly refused: number
  /** Closed because they did not speak socketmap. */
  readonly broken: number
  /** Replies given from memory without thinking. */
  readonly readyReplies: number
}

/** The outbound room at work: what the MTA asks is answered, what was learnt is kept and watched. */
export class Outbound {
  readonly #options: OutboundOptions
  readonly #policyStore: PolicyStore
  readonly #history: EventHistory
  readonly #policies: NextHopPolicies
  readonly #told: AnswerLog
  readonly #table: ReplyTable
  readonly #server: SocketmapServer
  readonly #refresher: Refresher
  readonly #metrics: OutboundMetrics
  #settings: OutboundSettings

  constructor(options: OutboundOptions) {
    const { clock, store, random } = options
    this.#options = options
    this.#settings = options.settings
    this.#told = new AnswerLog(clock)
    this.#table = new ReplyTable(options.replyBytes, (mark, now) => this.#told.count(mark, now))
    this.#policyStore = new PolicyStore(store, clock)
    this.#history = new EventHistory(store, clock, event => this.#tell(event))
    const schedule = () => this.#settings
    const onError = (error: unknown) =>
      options.log.error({ err: error }, 'a check failed by a mistake of Sternpost')
    const mtaSts = new MtaStsPolicies({
      dns: options.dns,
      fetchPolicy: options.fetchPolicy,
      store: this.#policyStore,
      history: this.#history,
      clock,
      random,
      schedule: {
        get refreshIntervalMs() {
          return schedule().refreshIntervalMs
        },
        get retryAfterFailureMs() {
          return schedule().retryAfterFailureMs
        },
      },
      maxFetches: MAX_FETCHES,
      maxInMemory: MAX_IN_MEMORY,
      onChange: policyDomain => {
        this.#table.forget(policyDomain)
        this.#policies.forget(policyDomain)
      },
      onError,
      onFetch: (policyDomain, result) => this.#fetched(policyDomain, result),
    })
    const dane = new DaneObservations({
      observe: options.observe,
      clock,
      offBecause: options.daneOffBecause,
      maxInMemory: MAX_IN_MEMORY,
      onError,
    })
    this.#policies = new NextHopPolicies(mtaSts, dane, clock, options.settings)
    const answers = new SocketmapAnswers({
      policies: this.#policies,
      table: this.#table,
      clock,
      toAscii: domainToASCII,
      autoDialect: options.autoDialect,
      dryRun: () => this.#settings.dryRun,
      onAnswer: answer => this.#answered(answer),
    })
    const handlers = {
      ready: (bytes: Uint8Array, start: number, end: number) =>
        this.#table.get(bytes, start, end, clock.now()),
      compute: (request: Buffer) => answers.answer(request),
      now: () => clock.now(),
      onReady: () => {
        this.#metrics.readyReplies += 1
      },
      onBroken: () => {
        this.#metrics.brokenConnections += 1
      },
    }
    const { listeners, maxConnections, idleTimeoutMs } = options
    this.#server = new SocketmapServer({ listeners, maxConnections, idleTimeoutMs, clock, handlers })
    this.#metrics = new OutboundMetrics(options.registry, {
      connections: () => this.#server.connectionCount,
      refusedConnections: () => this.#server.refusedCount,
      unsavedPolicies: () => this.#policyStore.unsavedCount,
      policies: () => this.#policyStore.count(),
    })
    this.#refresher = new Refresher({
      policies: mtaSts,
      store: this.#policyStore,
      clock,
      prune: async () => {
        await this.#policyStore.prune(this.#settings.maxDomains)
        await this.#history.prune()
      },
      onError: error => options.log.error({ err: error }, 'a round of policy checks failed'),
    })
  }

  /** Where Postfix can ask, as bound. */
  get addresses(): string[] {
    return this.#server.addresses
  }

  /** Policies that only memory has. */
  get unsavedCount(): number {
    return this.#policyStore.unsavedCount
  }

  /** Stored policies, to look at. */
  get policies(): Pick<PolicyStore, 'page' | 'load' | 'count' | 'unsavedCount'> {
    return this.#policyStore
  }

  /** What happened to policies, to look at. */
  get history(): Pick<EventHistory, 'page' | 'list' | 'countSince'> {
    return this.#history
  }

  /** What Postfix was told, to look at. */
  get told(): Pick<AnswerLog, 'list' | 'find' | 'counts'> {
    return this.#told
  }

  get settings(): OutboundSettings {
    return this.#settings
  }

  get connections(): OutboundConnections {
    const { connectionCount: open, refusedCount: refused } = this.#server
    const { brokenConnections: broken, readyReplies } = this.#metrics
    return { open, refused, broken, readyReplies }
  }

  /** What Postfix would be told now; asked and waited for as Postfix does, but not counted as its question. */
  async answerNow(nextHop: NextHop, dialect: PostfixDialect): Promise<SocketmapReply> {
    if (this.#settings.dryRun) return { kind: 'not-found' }
    return socketmapReplyFor((await this.#policies.decide(nextHop)).decision, dialect)
  }

  /** Writes at once what a database that could not be written left waiting. */
  async saveWaiting(): Promise<void> {
    await this.#policyStore.flush(true)
    await this.#history.flush()
  }

  /** Binds the sockets and begins to look after stored policies. Errors: those of binding. */
  async start(): Promise<void> {
    await this.#server.listen()
    this.#refresher.start()
  }

  /** Takes over new settings; ready replies are worked out anew. */
  apply(settings: OutboundSettings): void {
    this.#settings = settings
    this.#policies.settings = settings
    this.forgetReplies()
  }

  /** Throws ready replies away, because what they rest on changed as a whole (DANE on or off). */
  forgetReplies(): void {
    this.#table.clear()
    this.#policies.forget()
  }

  /** Answers what is owed, writes what waits, closes. */
  async stop(): Promise<void> {
    await this.#server.close(STOP_GRACE_MS)
    await this.#refresher.stop()
    await this.#history.flush()
    await this.#policyStore.close()
  }

  #answered({ key, decision, reply, dryRun }: ComputedAnswer): number {
    this.#metrics.decisions.inc({ rule: decision.rule })
    const told = reply.kind === 'found' ? reply.data : reply.kind
    if (dryRun && reply.kind !== 'not-found') {
      this.#options.log.info(
        { nextHop: key, rule: decision.rule, would: told },
        'dry run: Postfix would have been told',
      )
    } else {
      this.#options.log.debug({ nextHop: key, rule: decision.rule, reason: decision.reason, told }, 'decided')
    }
    const { rule, action, reason } = decision
    return this.#told.note({ nextHop: key, rule, action, reason, reply, dryRun })
  }

  #fetched(policyDomain: DomainName, result: PolicyFetchResult): void {
    this.#metrics.fetches.inc({ result: result.ok ? 'ok' : result.issues[0].code })
    if (!result.ok) {
      const { code, message } = result.issues[0]
      this.#options.log.debug({ policyDomain, code, reason: message }, 'a policy could not be fetched')
    }
  }

  #tell(event: OutboundEvent): void {
    const { kind, policyDomain, detail } = event
    this.#metrics.events.inc({ kind })
    this.#options.onEvent?.(event)
    if (kind === 'policy-found' || kind === 'policy-changed') {
      this.#options.log.debug({ policyDomain, ...detail }, kind)
    } else {
      this.#options.log.warn({ policyDomain, kind, ...detail }, downgradeSentences[kind])
    }
  }
}

const downgradeSentences = {
  'policy-weakened': 'a domain that enforced MTA-STS no longer does',
  'record-removed': 'a domain with a policy in force has lost its _mta-sts record; the policy still applies',
  'refresh-failing': 'a policy in force cannot be refreshed; it still applies until it expires',
  'policy-expired': 'a policy has expired and could not be renewed; its domain is no longer protected by it',
} as const
