import type { DomainName } from '@sternpost/protocol'
import type { Clock } from '../base/index.ts'
import type { Store } from '../store/index.ts'
import { type PolicyQuestion, policyPageOrder, readPolicyPage } from './policy-page.ts'
import { fromRow, type StoredPolicy, toRow } from './stored-policy.ts'

/** Rows of one INSERT; SQLite allows 32,766 bound values. */
const ROWS_PER_STATEMENT = 500
/** How often what could not be written is tried again. */
const RETRY_MS = 10_000
/** An expired policy is kept this long: a clock set back, or a fault of ours, must not lose it. */
const KEEP_EXPIRED_MS = 7 * 86_400_000
/** A policy not used for this long may be dropped when there is no room, even if it has not expired. */
const IN_USE_MS = 30 * 86_400_000

/**
 * The durable half of the outbound cache: policies by policy domain.
 *
 * A policy is first kept here in memory and leaves it only when the database has it, so a full or broken disk
 * loses nothing while the program runs. Concurrent saves share one transaction.
 */
export class PolicyStore {
  readonly #store: Store
  readonly #clock: Clock
  /** What the database does not have yet: new policies and new times of old ones. */
  readonly #unsaved = new Map<DomainName, StoredPolicy>()
  /** Those of them whose loss would lose a policy. */
  readonly #atRisk = new Set<DomainName>()
  #flushing: Promise<void> | undefined
  /** After a failed write nobody tries before this time, however many saves come in. */
  #pausedUntil = 0
  #retry: { cancel(): void } | undefined
  #closed = false

  constructor(store: Store, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** Policies that only memory has. */
  get unsavedCount(): number {
    return this.#atRisk.size
  }

  async load(policyDomain: DomainName): Promise<StoredPolicy | undefined> {
    const unsaved = this.#unsaved.get(policyDomain)
    if (unsaved !== undefined) return unsaved
    const row = await this.#store.read(db =>
      db
        .selectFrom('mta_sts_policies')
        .selectAll()
        .where('policy_domain', '=', policyDomain)
        .executeTakeFirst(),
    )
    return row === undefined ? undefined : fromRow(row)
  }

  /** Keeps a policy; resolves when it is durable, or when the database refused and it waits in memory. */
  async save(policy: StoredPolicy): Promise<void> {
    this.#unsaved.set(policy.policyDomain, policy)
    this.#atRisk.add(policy.policyDomain)
    await this.#flush()
  }

  /** Keeps a policy's times in memory; they reach the database with the next save or `flush`. */
  note(policy: StoredPolicy): void {
    this.#unsaved.set(policy.policyDomain, policy)
  }

  /** Writes what waits in memory; with `force` also when the last attempt failed just now. */
  async flush(force = false): Promise<void> {
    await this.#flush(force)
  }

  /** The policies whose record or text is to be looked at again, the most overdue first. */
  async due(limit: number): Promise<StoredPolicy[]> {
    const now = this.#clock.now()
    const rows = await this.#store.read(db =>
      db
        .selectFrom('mta_sts_policies')
        .selectAll()
        .where('next_check_at', '<=', now)
        .where('expires_at', '>', now)
        .orderBy('next_check_at')
        .limit(limit)
        .execute(),
    )
    const waiting = [...this.#unsaved.values()].filter(
      policy => policy.nextCheckAt <= now && policy.expiresAt > now,
    )
    const stored = (rows ?? [])
      .filter(row => !this.#unsaved.has(row.policy_domain as DomainName))
      .map(fromRow)
    return [...waiting, ...stored.filter(policy => policy !== undefined)].slice(0, limit)
  }

  /** A page of all policies, for people to look at; those that only memory has are among them. */
  async page(question: PolicyQuestion): Promise<StoredPolicy[]> {
    await this.#flush()
    const { fits, compare } = policyPageOrder(question)
    // Empty but for a database that cannot be written.
    const waiting = [...this.#unsaved.values()].filter(fits)
    const limit = question.limit + this.#unsaved.size
    const stored = await readPolicyPage(this.#store, { ...question, limit })
    return [...waiting, ...stored.filter(({ policyDomain }) => !this.#unsaved.has(policyDomain))]
      .sort(compare)
      .slice(0, question.limit)
  }

  async count(): Promise<number> {
    const row = await this.#store.read(db =>
      db.selectFrom('mta_sts_policies').select(db.fn.countAll<number>().as('count')).executeTakeFirst(),
    )
    return Number(row?.count ?? this.#atRisk.size)
  }

  /**
   * Deletes what expired long ago, and makes room when there are more than `maxDomains`: expired policies
   * first, then those not used for a month. A policy in force and in use is never dropped.
   */
  async prune(maxDomains: number): Promise<void> {
    const now = this.#clock.now()
    await this.#store.write(db =>
      db
        .deleteFrom('mta_sts_policies')
        .where('expires_at', '<', now - KEEP_EXPIRED_MS)
        .execute(),
    )
    const excess = (await this.count()) - maxDomains
    if (excess <= 0) return
    await this.#store.write(db =>
      db
        .deleteFrom('mta_sts_policies')
        .where('policy_domain', 'in', query =>
          query
            .selectFrom('mta_sts_policies')
            .select('policy_domain')
            .where(where =>
              where.or([where('expires_at', '<', now), where('last_used_at', '<', now - IN_USE_MS)]),
            )
            .orderBy('expires_at')
            .limit(excess),
        )
        .execute(),
    )
  }

  /** Writes what waits and stops trying again. */
  async close(): Promise<void> {
    this.#closed = true
    this.#retry?.cancel()
    await this.#flush(true)
  }

  async #flush(force = false): Promise<void> {
    // Whoever comes while a transaction runs waits for it and shares the next one.
    while (this.#flushing !== undefined) await this.#flushing
    if (this.#unsaved.size === 0 || (!force && this.#clock.now() < this.#pausedUntil)) return
    this.#flushing = this.#write().finally(() => {
      this.#flushing = undefined
    })
    await this.#flushing
  }

  async #write(): Promise<void> {
    // Let the saves that are already under way join this transaction.
    await new Promise(resolve => setImmediate(resolve))
    const batch = [...this.#unsaved.values()]
    const saved = await this.#store.write(db =>
      db.transaction().execute(async transaction => {
        for (let from = 0; from < batch.length; from += ROWS_PER_STATEMENT) {
          await transaction
            .insertInto('mta_sts_policies')
            .values(batch.slice(from, from + ROWS_PER_STATEMENT).map(toRow))
            .onConflict(conflict =>
              conflict.column('policy_domain').doUpdateSet(row => ({
                policy_id: row.ref('excluded.policy_id'),
                policy_text: row.ref('excluded.policy_text'),
                fetched_at: row.ref('excluded.fetched_at'),
                expires_at: row.ref('excluded.expires_at'),
                last_used_at: row.ref('excluded.last_used_at'),
                next_check_at: row.ref('excluded.next_check_at'),
              })),
            )
            .execute()
        }
      }),
    )
    if (saved) {
      for (const policy of batch) {
        if (this.#unsaved.get(policy.policyDomain) !== policy) continue
        this.#unsaved.delete(policy.policyDomain)
        this.#atRisk.delete(policy.policyDomain)
      }
    } else if (!this.#closed) {
      this.#pausedUntil = this.#clock.now() + RETRY_MS
      this.#retry?.cancel()
      this.#retry = this.#clock.setTimer(() => void this.#flush(true), RETRY_MS)
    }
  }
}
