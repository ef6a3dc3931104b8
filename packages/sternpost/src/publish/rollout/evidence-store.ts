import type { DomainName } from '@sternpost/protocol'
import { sql } from 'kysely'
import type { Clock } from '../../base/index.ts'
import { DurableStore, type Store } from '../../store/index.ts'
import type { GateCriterion, GateVerdict } from './gate.ts'
import type { AvailabilityEvidence, CheckEvidence } from './gate-evidence.ts'
import type { MxSighting } from './mx-covered.ts'

/** Days and verdicts older than this say nothing that anybody asks for. */
const KEEP_DAYS = 90
const DAY_MS = 86_400_000
const MAX_FAILURE_TEXT = 500

/**
 * What was seen of published domains over time: our own fetches, MX hosts, checks, and what the gate said.
 *
 * Errors: `NotDurableError` from every method.
 */
export class EvidenceStore {
  readonly #store: DurableStore
  readonly #clock: Clock

  constructor(store: Store, clock: Clock) {
    this.#store = new DurableStore(store)
    this.#clock = clock
  }

  /** Counts one fetch of the policy from outside; `failure` says what was wrong. */
  async noteFetch(domain: DomainName, failure: string | undefined): Promise<void> {
    const failed = Number(failure !== undefined)
    const day = dayOf(this.#clock.now())
    const last_failure = failure?.slice(0, MAX_FAILURE_TEXT) ?? null
    await this.#store.change(db =>
      db
        .insertInto('policy_host_days')
        .values({ domain, day, fetches: 1, failures: failed, last_failure })
        .onConflict(conflict =>
          conflict.columns(['domain', 'day']).doUpdateSet(({ eb, fn, val }) => ({
            fetches: eb('policy_host_days.fetches', '+', 1),
            failures: eb('policy_host_days.failures', '+', failed),
            last_failure: fn.coalesce(val(last_failure), 'policy_host_days.last_failure'),
          })),
        )
        .execute(),
    )
  }

  /** How our fetches went since a moment, by whole days. */
  async availability(domain: DomainName, since: number): Promise<AvailabilityEvidence> {
    const rows = await this.#store.ask(db =>
      db
        .selectFrom('policy_host_days')
        .selectAll()
        .where('domain', '=', domain)
        .where('day', '>=', dayOf(since))
        .orderBy('day', 'desc')
        .execute(),
    )
    return {
      fetches: rows.reduce((sum, row) => sum + row.fetches, 0),
      failures: rows.reduce((sum, row) => sum + row.failures, 0),
      lastFailure: rows.find(row => row.last_failure !== null)?.last_failure ?? undefined,
    }
  }

  /** Notes which MX hosts a domain has now; those that are missing are gone from here on. */
  async noteMx(domain: DomainName, mxHosts: readonly DomainName[], ttlSeconds: number): Promise<void> {
    const now = this.#clock.now()
    await this.#store.change(async db => {
      await db
        .updateTable('mx_sightings')
        .set({ gone_at: now })
        .where('domain', '=', domain)
        .where('gone_at', 'is', null)
        .$if(mxHosts.length > 0, query => query.where('mx_host', 'not in', mxHosts))
        .execute()
      for (const mx_host of mxHosts) {
        await db
          .insertInto('mx_sightings')
          .values({
            domain,
            mx_host,
            first_seen_at: now,
            last_seen_at: now,
            gone_at: null,
            ttl_seconds: ttlSeconds,
          })
          .onConflict(conflict =>
            conflict.columns(['domain', 'mx_host']).doUpdateSet(({ fn, val, ref }) => ({
              last_seen_at: now,
              gone_at: null,
              ttl_seconds: fn<number>('max', [ref('mx_sightings.ttl_seconds'), val(ttlSeconds)]),
            })),
          )
          .execute()
      }
    })
  }

  async sightings(domain: DomainName): Promise<MxSighting[]> {
    const rows = await this.#store.ask(db =>
      db.selectFrom('mx_sightings').selectAll().where('domain', '=', domain).orderBy('mx_host').execute(),
    )
    return rows.map(row => ({
      mxHost: row.mx_host as DomainName,
      lastSeenAt: Number(row.last_seen_at),
      goneAt: row.gone_at === null ? undefined : Number(row.gone_at),
      ttlSeconds: row.ttl_seconds,
    }))
  }

  async saveCheck(domain: DomainName, check: CheckEvidence): Promise<void> {
    const result = JSON.stringify(check)
    await this.#store.change(db =>
      db
        .insertInto('rollout_checks')
        .values({ domain, at: check.at, result })
        .onConflict(conflict => conflict.column('domain').doUpdateSet({ at: check.at, result }))
        .execute(),
    )
  }

  async lastCheck(domain: DomainName): Promise<CheckEvidence | undefined> {
    const row = await this.#store.ask(db =>
      db.selectFrom('rollout_checks').select('result').where('domain', '=', domain).executeTakeFirst(),
    )
    return row === undefined ? undefined : (JSON.parse(row.result) as CheckEvidence)
  }

  /** Keeps what the gate said; of each day the last. */
  async saveGate(domain: DomainName, verdict: GateVerdict): Promise<void> {
    const columns = {
      at: verdict.at,
      is_open: Number(verdict.isOpen),
      criteria: JSON.stringify(verdict.criteria),
    }
    await this.#store.change(db =>
      db
        .insertInto('rollout_gates')
        .values({ domain, day: dayOf(verdict.at), ...columns })
        .onConflict(conflict => conflict.columns(['domain', 'day']).doUpdateSet(columns))
        .execute(),
    )
  }

  /** What the gate said, the newest first. */
  async gates(domain: DomainName, limit: number): Promise<GateVerdict[]> {
    const rows = await this.#store.ask(db =>
      db
        .selectFrom('rollout_gates')
        .selectAll()
        .where('domain', '=', domain)
        .orderBy('day', 'desc')
        .limit(limit)
        .execute(),
    )
    return rows.map(row => ({
      at: Number(row.at),
      isOpen: row.is_open === 1,
      criteria: JSON.parse(row.criteria) as GateCriterion[],
    }))
  }

  /** Says that an executor lives. */
  async beat(executor: string, kind: 'daemon' | 'command'): Promise<void> {
    const seen_at = this.#clock.now()
    await this.#store.change(db =>
      db
        .insertInto('rollout_executors')
        .values({ executor, kind, seen_at })
        .onConflict(conflict => conflict.column('executor').doUpdateSet({ seen_at }))
        .execute(),
    )
  }

  /** Takes an executor off the list. */
  async leave(executor: string): Promise<void> {
    await this.#store.change(db =>
      db.deleteFrom('rollout_executors').where('executor', '=', executor).execute(),
    )
  }

  /** When a daemon was seen last; undefined where none ever was or it stopped in order. */
  async daemonSeenAt(): Promise<number | undefined> {
    const row = await this.#store.ask(db =>
      db
        .selectFrom('rollout_executors')
        .select(({ fn }) => fn.max('seen_at').as('seen_at'))
        .where('kind', '=', 'daemon')
        .executeTakeFirst(),
    )
    return row?.seen_at === null || row === undefined ? undefined : Number(row.seen_at)
  }

  /** Deletes what nobody asks for any more; the history of stages stays. */
  async prune(): Promise<void> {
    const before = this.#clock.now() - KEEP_DAYS * DAY_MS
    const day = dayOf(before)
    await this.#store.change(async db => {
      await db.deleteFrom('rollout_gates').where('day', '<', day).execute()
      await db.deleteFrom('policy_host_days').where('day', '<', day).execute()
      await db.deleteFrom('rollout_executors').where('seen_at', '<', before).execute()
      // Hosts gone for longer than any TTL; the domain may be gone as well.
      await db.deleteFrom('mx_sightings').where(sql.ref('gone_at'), '<', before).execute()
    })
  }
}

/** The UTC day of a moment, as `YYYY-MM-DD`. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
