import type { DnsLookup, PolicyFetchResult } from '@sternpost/network'
import { type DomainName, formatMxHostPattern, type MtaStsState } from '@sternpost/protocol'
import { LRUCache } from 'lru-cache'
import pLimit, { type LimitFunction } from 'p-limit'
import type { Clock } from '../base/index.ts'
import type { EventHistory, OutboundEvent, PolicySummary } from './events.ts'
import { findRecord, type RecordFinding, recordNameOf } from './mta-sts-record.ts'
import {
  absenceMs,
  backoffMs,
  DNS_RETRY_MS,
  nextCheckAt,
  refreshAt,
  type Schedule,
} from './mta-sts-schedule.ts'
import type { PolicyStore } from './policy-store.ts'
import { expiryOf, type StoredPolicy } from './stored-policy.ts'
import { waitAtMost } from './wait-at-most.ts'

export interface MtaStsPoliciesOptions {
  readonly dns: Pick<DnsLookup, 'lookup'>
  readonly fetchPolicy: (policyDomain: DomainName) => Promise<PolicyFetchResult>
  readonly store: PolicyStore
  readonly history: EventHistory
  readonly clock: Clock
  readonly random: () => number
  readonly schedule: Schedule
  /** Fetches that run at one time; more wait in a queue. */
  readonly maxFetches: number
  /** Domains held in memory; the others are read from the database when asked for. */
  readonly maxInMemory: number
  /** Told when what is known of a domain changed, so that ready answers are thrown away. */
  readonly onChange: (policyDomain: DomainName) => void
  readonly onFetch: (policyDomain: DomainName, result: PolicyFetchResult) => void
  /** Told of a mistake of ours in a check; without it one in the background would end the program. */
  readonly onError: (error: unknown) => void
}

/** A state and until when it may be answered without asking again, in milliseconds since 1970. */
export interface TimedMtaStsState {
  readonly state: MtaStsState
  readonly validUntil: number
}

/** What is known of one policy domain. */
interface Entry {
  readonly policyDomain: DomainName
  policy: StoredPolicy | undefined
  record: RecordFinding | undefined
  /** When `record` is to be looked up again. */
  recordCheckAt: number
  /** The last failed fetch, by id: another id may be fetched at once (RFC 8461 §3.3). */
  failure:
    | { readonly policyId: string; readonly reason: string; readonly retryAt: number; readonly count: number }
    | undefined
  check: Promise<void> | undefined
  checkStartedAt: number
  /** Downgrade signals told of since all was last well, so that each is told of once. */
  readonly signals: Set<string>
}

/** Answers are computed anew at least this often, which keeps `lastUsedAt` true to the hour. */
const LONGEST_ANSWER_MS = 3_600_000

/**
 * The MTA-STS half of every answer: finds policies, keeps them, watches them.
 *
 * A policy in force is answered at once and looked after in the background. Only a domain of which nothing is
 * known is waited for, and only as long as the caller allows.
 * Source: RFC 8461 §3, §5.1, §8.3.
 */
export class MtaStsPolicies {
  readonly #options: MtaStsPoliciesOptions
  readonly #entries: LRUCache<DomainName, Entry>
  readonly #loading = new Map<DomainName, Promise<Entry>>()
  readonly #limitFetches: LimitFunction

  constructor(options: MtaStsPoliciesOptions) {
    this.#options = options
    this.#entries = new LRUCache({ max: options.maxInMemory })
    this.#limitFetches = pLimit(options.maxFetches)
  }

  /** What to apply for a domain now; waits for a first discovery until `deadlineAt` at most. */
  async state(policyDomain: DomainName, deadlineAt: number): Promise<TimedMtaStsState> {
    const entry = await this.#entry(policyDomain)
    const now = this.#options.clock.now()
    const current = inForce(entry.policy, now)
    if (current !== undefined) {
      this.#used(entry, now)
      if (now >= current.nextCheckAt) this.#startCheck(entry)
      return this.#settled(entry)
    }
    if (entry.check === undefined && this.#isCheckDue(entry, now)) this.#startCheck(entry)
    // The budget runs from the start of the discovery: whoever asks while it is late need not wait again.
    if (entry.check !== undefined && !hasFailedBefore(entry)) {
      const budgetEndsAt = Math.min(deadlineAt, entry.checkStartedAt + (deadlineAt - now))
      await waitAtMost(entry.check, budgetEndsAt - now, this.#options.clock)
    }
    return this.#settled(entry)
  }

  /** Looks at the record of a stored policy, and fetches the policy where it changed or is due. */
  async check(policyDomain: DomainName): Promise<void> {
    const entry = await this.#entry(policyDomain)
    this.#startCheck(entry)
    await entry.check
  }

  #settled(entry: Entry): TimedMtaStsState {
    const now = this.#options.clock.now()
    const { record, failure } = entry
    const policy = inForce(entry.policy, now)
    if (policy !== undefined) {
      const { policyDomain, policyId, document } = policy
      return {
        state: { kind: 'applicable', policyDomain, policyId, document },
        validUntil: Math.min(policy.expiresAt, now + LONGEST_ANSWER_MS),
      }
    }
    if (entry.check !== undefined && !hasFailedBefore(entry)) {
      const announced =
        record?.kind === 'id' ? `policy ${record.policyId} is announced and` : 'the _mta-sts record'
      const seconds = Math.max(0, Math.round((now - entry.checkStartedAt) / 1000))
      return {
        state: { kind: 'pending', reason: `${announced} is being fetched since ${seconds} s` },
        validUntil: now,
      }
    }
    if (record === undefined)
      return { state: { kind: 'unknown', reason: 'nothing is known yet' }, validUntil: now }
    if (record.kind === 'failure') {
      return { state: { kind: 'unknown', reason: record.reason }, validUntil: entry.recordCheckAt }
    }
    if (record.kind === 'none') {
      return { state: { kind: 'none', reason: record.reason }, validUntil: entry.recordCheckAt }
    }
    const reason = failure?.reason ?? 'the policy ran out while it was fetched'
    return {
      state: {
        kind: 'unavailable',
        reason: `policy ${record.policyId} is announced but cannot be had: ${reason}`,
      },
      validUntil: Math.min(entry.recordCheckAt, failure?.retryAt ?? now),
    }
  }

  async #entry(policyDomain: DomainName): Promise<Entry> {
    const known = this.#entries.get(policyDomain)
    if (known !== undefined) return known
    const loading = this.#loading.get(policyDomain)
    if (loading !== undefined) return loading
    const load = this.#load(policyDomain).finally(() => this.#loading.delete(policyDomain))
    this.#loading.set(policyDomain, load)
    return load
  }

  async #load(policyDomain: DomainName): Promise<Entry> {
    const policy = await this.#options.store.load(policyDomain)
    const entry: Entry = {
      policyDomain,
      policy,
      record: undefined,
      recordCheckAt: 0,
      failure: undefined,
      check: undefined,
      checkStartedAt: 0,
      signals: new Set(),
    }
    this.#entries.set(policyDomain, entry)
    return entry
  }

  #isCheckDue(entry: Entry, now: number): boolean {
    if (entry.record === undefined || now >= entry.recordCheckAt) return true
    return entry.record.kind === 'id' && (entry.failure === undefined || now >= entry.failure.retryAt)
  }

  #used(entry: Entry, now: number): void {
    if (entry.policy === undefined || now - entry.policy.lastUsedAt < LONGEST_ANSWER_MS) return
    entry.policy = { ...entry.policy, lastUsedAt: now }
    this.#options.store.note(entry.policy)
  }

  #startCheck(entry: Entry): void {
    if (entry.check !== undefined) return
    entry.checkStartedAt = this.#options.clock.now()
    const check = this.#check(entry).finally(() => {
      entry.check = undefined
    })
    // Often nobody waits for it; who does sees the error too.
    check.catch(this.#options.onError)
    entry.check = check
  }

  async #check(entry: Entry): Promise<void> {
    const { dns, clock, schedule } = this.#options
    const record = findRecord(await dns.lookup(recordNameOf(entry.policyDomain), 'TXT'))
    const now = clock.now()
    entry.record = record
    entry.recordCheckAt = now + (record.kind === 'failure' ? DNS_RETRY_MS : absenceMs(record.ttlSeconds))

    const policy = inForce(entry.policy, now)
    if (record.kind !== 'id') {
      if (policy !== undefined && record.kind === 'none') {
        await this.#signal(entry, 'record-removed', () => ({
          kind: 'record-removed',
          policyDomain: entry.policyDomain,
          detail: { policyId: policy.policyId, seen: record.reason },
        }))
      }
      // RFC 8461 §3.3: without a live record the cached policy is applied, and it is fetched anew when due.
      if (policy !== undefined && now >= refreshAt(timesOf(policy), schedule))
        await this.#fetch(entry, policy.policyId)
      else this.#reschedule(entry, record.kind === 'none' ? record.ttlSeconds : DNS_RETRY_MS / 1000)
      return this.#noteExpiry(entry, record.reason)
    }
    const unchanged = policy?.policyId === record.policyId
    if (unchanged && now < refreshAt(timesOf(policy), schedule)) {
      entry.signals.clear()
      return this.#reschedule(entry, record.ttlSeconds)
    }
    await this.#fetch(entry, record.policyId)
    await this.#noteExpiry(entry, entry.failure?.reason ?? 'no newer policy was found')
  }

  async #fetch(entry: Entry, policyId: string): Promise<void> {
    const { clock, fetchPolicy, schedule, random } = this.#options
    const { failure } = entry
    if (failure !== undefined && failure.policyId === policyId && clock.now() < failure.retryAt) {
      return this.#checkAgainAt(entry, failure.retryAt)
    }
    const result = await this.#limitFetches(() => fetchPolicy(entry.policyDomain))
    this.#options.onFetch(entry.policyDomain, result)
    if (result.ok) return this.#adopt(entry, policyId, result.document)

    const count = failure !== undefined && failure.policyId === policyId ? failure.count + 1 : 1
    const retryAt = clock.now() + backoffMs(count, schedule, random)
    const { code, message } = result.issues[0]
    entry.failure = { policyId, reason: message, retryAt, count }
    const policy = inForce(entry.policy, clock.now())
    // RFC 8461 §3.3: tell the operator that a refresh fails, unless the cached mode is none.
    if (policy !== undefined && policy.document.value.mode !== 'none') {
      await this.#signal(entry, `refresh-failing ${code}`, () => ({
        kind: 'refresh-failing',
        policyDomain: entry.policyDomain,
        detail: { policyId, code, reason: message, failures: count },
      }))
    }
    this.#checkAgainAt(entry, retryAt)
  }

  async #adopt(entry: Entry, policyId: string, document: StoredPolicy['document']): Promise<void> {
    const { clock, schedule, random, store } = this.#options
    const previous = inForce(entry.policy, clock.now())
    const expiresAt = expiryOf(document)
    const lastUsedAt = entry.policy?.lastUsedAt ?? clock.now()
    const recordTtlSeconds = entry.record?.kind === 'id' ? entry.record.ttlSeconds : 0
    const times = { now: clock.now(), fetchedAt: document.fetchedAt, expiresAt, lastUsedAt, recordTtlSeconds }
    const policy: StoredPolicy = {
      policyDomain: entry.policyDomain,
      policyId,
      document,
      expiresAt,
      lastUsedAt,
      nextCheckAt: nextCheckAt(times, schedule, random),
    }
    // Durable before it decides an answer: what the MTA was told must survive a crash right after.
    await store.save(policy)
    entry.policy = policy
    entry.failure = undefined
    entry.signals.clear()
    this.#options.onChange(entry.policyDomain)
    await this.#recordChange(previous, policy)
  }

  async #recordChange(previous: StoredPolicy | undefined, policy: StoredPolicy): Promise<void> {
    const { history } = this.#options
    const { policyDomain } = policy
    const to = summaryOf(policy)
    if (previous === undefined) {
      await history.record({ kind: 'policy-found', policyDomain, detail: { to } })
    } else if (previous.policyId !== policy.policyId || previous.document.text !== policy.document.text) {
      const weakened = previous.document.value.mode === 'enforce' && to.mode !== 'enforce'
      const kind = weakened ? 'policy-weakened' : 'policy-changed'
      await history.record({ kind, policyDomain, detail: { from: summaryOf(previous), to } })
    }
  }

  /** Sets when a policy in force is looked at again, after a check that found nothing to replace it. */
  #reschedule(entry: Entry, recordTtlSeconds: number): void {
    const { clock, schedule, random } = this.#options
    const now = clock.now()
    const policy = inForce(entry.policy, now)
    if (policy === undefined) return
    const { lastUsedAt, expiresAt, document } = policy
    const times = { now, fetchedAt: document.fetchedAt, expiresAt, lastUsedAt, recordTtlSeconds }
    this.#checkAgainAt(entry, nextCheckAt(times, schedule, random))
  }

  #checkAgainAt(entry: Entry, at: number): void {
    const policy = inForce(entry.policy, this.#options.clock.now())
    if (policy === undefined) return
    entry.policy = { ...policy, nextCheckAt: at }
    this.#options.store.note(entry.policy)
  }

  /** Protection that ends because nothing could be fetched in time is worth a line in the history. */
  async #noteExpiry(entry: Entry, reason: string): Promise<void> {
    const { policy, policyDomain } = entry
    if (policy === undefined || inForce(policy, this.#options.clock.now()) !== undefined) return
    if (policy.document.value.mode === 'none') return
    await this.#signal(entry, 'policy-expired', () => ({
      kind: 'policy-expired',
      policyDomain,
      detail: { policyId: policy.policyId, reason },
    }))
  }

  async #signal(entry: Entry, signal: string, event: () => OutboundEvent): Promise<void> {
    if (entry.signals.has(signal)) return
    entry.signals.add(signal)
    await this.#options.history.record(event())
  }
}

/** The policy while its max_age has not passed; after that it is as good as none. */
function inForce(policy: StoredPolicy | undefined, now: number): StoredPolicy | undefined {
  return policy !== undefined && now < policy.expiresAt ? policy : undefined
}

function timesOf(policy: StoredPolicy) {
  return { fetchedAt: policy.document.fetchedAt, expiresAt: policy.expiresAt }
}

/** A fetch that failed once goes on failing behind the answers: nobody waits for it again. */
function hasFailedBefore(entry: Entry): boolean {
  return entry.record?.kind === 'id' && entry.failure?.policyId === entry.record.policyId
}

function summaryOf(policy: StoredPolicy): PolicySummary {
  const { mode, mxHostPatterns, maxAgeSeconds } = policy.document.value
  return { policyId: policy.policyId, mode, mx: mxHostPatterns.map(formatMxHostPattern), maxAgeSeconds }
}
