import type { DomainName } from '@sternpost/protocol'
import type { Transaction } from 'kysely'
import type { Clock } from '../../base/index.ts'
import { DurableStore, type Schema, type Store } from '../../store/index.ts'
import type { GateSettings } from './gate.ts'
import { fromState, fromTransition, toState, toTransition } from './rollout-rows.ts'
import {
  moveRollout,
  plannedRollout,
  type RolloutEvent,
  type RolloutMove,
  type RolloutState,
  type RolloutTransition,
} from './rollout-state.ts'

/** Domains taken over from the list of published ones in one transaction. */
const ADOPT_BATCH = 1_000
/**
 * Roll-outs begun by themselves in a second, at the most.
 *
 * Each costs a dozen writes, and every one stops the event loop until it is on the disk; policies are served between.
 */
export const BEGUN_PER_SECOND = 20

/** What differs for one domain from the configuration. */
export type RolloutDomainSettings = Partial<GateSettings>

/** Everything that differs for one domain; undefined leaves automatic advance to the configuration. */
export interface RolloutOwnSettings {
  readonly settings: RolloutDomainSettings
  readonly autoAdvance: boolean | undefined
}

/** Why somebody must look at a domain. */
export interface RolloutAlarm {
  readonly domain: DomainName
  readonly message: string
  readonly since: number
}

/** Which domains of all are listed, by name. */
export interface RolloutPage {
  readonly after?: string | undefined
  readonly limit: number
  /** Only these. */
  readonly among?: ReadonlySet<string> | undefined
}

/** A domain in the overview of all. */
export interface RolloutListed {
  readonly state: RolloutState
  /** Counts changes. */
  readonly revision: number
  readonly alarm: RolloutAlarm | undefined
}

/**
 * Where roll-outs stand, and how they came there.
 *
 * Errors: `NotDurableError` from every method; what is told as done is durable.
 */
export class RolloutStore {
  readonly #store: DurableStore
  readonly #clock: Clock

  constructor(store: Store, clock: Clock) {
    this.#store = new DurableStore(store)
    this.#clock = clock
  }

  async get(domain: DomainName): Promise<RolloutListed | undefined> {
    const row = await this.#store.ask(db =>
      db.selectFrom('rollouts').selectAll().where('domain', '=', domain).executeTakeFirst(),
    )
    return row === undefined ? undefined : toListed(row)
  }

  /** Begins the roll-out of a domain where there is none, and makes it due. */
  async begin(domain: DomainName): Promise<void> {
    await this.#store.change(db => touch(db, domain, this.#clock.now()))
  }

  /**
   * Takes over domains that are published and have no roll-out yet, a batch of them, due one after the other and
   * `BEGUN_PER_SECOND` of them in a second; gives how many there were.
   */
  async adopt(): Promise<number> {
    const now = this.#clock.now()
    const fresh = await this.#store.ask(db =>
      db
        .selectFrom('published_domains as d')
        .leftJoin('rollouts as r', 'r.domain', 'd.domain')
        .select('d.domain')
        .where('r.domain', 'is', null)
        .limit(ADOPT_BATCH)
        .execute(),
    )
    if (fresh.length === 0) return 0
    await this.#store.change(db =>
      db
        .insertInto('rollouts')
        .values(
          fresh.map(({ domain }, index) =>
            newRow(domain as DomainName, now, now + Math.floor((index * 1000) / BEGUN_PER_SECOND)),
          ),
        )
        .onConflict(conflict => conflict.column('domain').doNothing())
        .execute(),
    )
    return fresh.length
  }

  /**
   * Moves a roll-out by one event, together with whatever else belongs into the same transaction.
   *
   * `also` runs only where the move is possible.
   */
  async move(
    domain: DomainName,
    event: RolloutEvent,
    also: (db: Transaction<Schema>, state: RolloutState) => Promise<unknown> = async () => {},
  ): Promise<RolloutMove> {
    return this.#store.change(async db => {
      const state = await touch(db, domain, this.#clock.now())
      const move = moveRollout(state, event)
      if (!move.ok) return move
      await db.updateTable('rollouts').set(fromState(move.state)).where('domain', '=', domain).execute()
      await db.insertInto('rollout_transitions').values(fromTransition(move.transition)).execute()
      await also(db, move.state)
      return move
    })
  }

  /** The newest first. */
  async transitions(domain: DomainName, limit: number): Promise<RolloutTransition[]> {
    const rows = await this.#store.ask(db =>
      db
        .selectFrom('rollout_transitions')
        .selectAll()
        .where('domain', '=', domain)
        .orderBy('transition_id', 'desc')
        .limit(limit)
        .execute(),
    )
    return rows.map(toTransition)
  }

  /** Domains to be looked at now, the most overdue first. */
  async due(limit: number): Promise<RolloutState[]> {
    const rows = await this.#store.ask(db =>
      db
        .selectFrom('rollouts')
        .selectAll()
        .where('next_look_at', '<=', this.#clock.now())
        .orderBy('next_look_at')
        .limit(limit)
        .execute(),
    )
    return rows.map(toState)
  }

  /** Says when a domain is looked at again, unless something changed since `revision`: then it is due at once. */
  async lookAgainAt(domain: DomainName, at: number, revision: number): Promise<void> {
    await this.#store.change(db =>
      db
        .updateTable('rollouts')
        .set({ next_look_at: at })
        .where('domain', '=', domain)
        .where('revision', '=', revision)
        .execute(),
    )
  }

  /** Sets or clears the alarm of a domain; true where that is news. */
  async setAlarm(domain: DomainName, message: string | undefined): Promise<boolean> {
    const now = this.#clock.now()
    return this.#store.change(async db => {
      const update = db
        .updateTable('rollouts')
        .set(
          message === undefined
            ? { alarm: null, alarm_since: null }
            : ({ fn, val }) => ({ alarm: message, alarm_since: fn.coalesce('alarm_since', val(now)) }),
        )
        .where('domain', '=', domain)
      const { numUpdatedRows } = await (message === undefined
        ? update.where('alarm', 'is not', null)
        : update.where(({ eb, or }) => or([eb('alarm', 'is', null), eb('alarm', '!=', message)]))
      ).executeTakeFirstOrThrow()
      return numUpdatedRows > 0n
    })
  }

  /** The oldest first. */
  async alarms(limit: number, among?: ReadonlySet<string>): Promise<RolloutAlarm[]> {
    const rows = await this.#store.ask(db =>
      db
        .selectFrom('rollouts')
        .selectAll()
        .where('alarm', 'is not', null)
        .$if(among !== undefined, query => query.where('domain', 'in', [...(among ?? [])]))
        .orderBy('alarm_since')
        .limit(limit)
        .execute(),
    )
    return rows.map(row => toListed(row).alarm).filter(alarm => alarm !== undefined)
  }

  /** How many domains are at each stage. */
  async countByStage(among?: ReadonlySet<string>): Promise<Readonly<Record<string, number>>> {
    const rows = await this.#store.ask(db =>
      db
        .selectFrom('rollouts')
        .select(['stage', db.fn.countAll().as('count')])
        .$if(among !== undefined, query => query.where('domain', 'in', [...(among ?? [])]))
        .groupBy('stage')
        .execute(),
    )
    return Object.fromEntries(rows.map(({ stage, count }) => [stage, Number(count)]))
  }

  /** Domains in the order of their names, those after `after`. */
  async list({ after = '', limit, among }: RolloutPage): Promise<RolloutListed[]> {
    const rows = await this.#store.ask(db =>
      db
        .selectFrom('rollouts')
        .selectAll()
        .where('domain', '>', after)
        .$if(among !== undefined, query => query.where('domain', 'in', [...(among ?? [])]))
        .orderBy('domain')
        .limit(limit)
        .execute(),
    )
    return rows.map(toListed)
  }

  /** What is set for this domain alone. */
  async settings(domain: DomainName): Promise<RolloutDomainSettings> {
    const row = await this.#store.ask(db =>
      db.selectFrom('rollouts').select('settings').where('domain', '=', domain).executeTakeFirst(),
    )
    return row === undefined ? {} : (JSON.parse(row.settings) as RolloutDomainSettings)
  }

  /** Changes what differs for this domain from what it is by then; gives what differs afterwards. */
  async configure(
    domain: DomainName,
    change: (current: RolloutOwnSettings) => RolloutOwnSettings,
  ): Promise<RolloutOwnSettings> {
    return this.#store.change(async db => {
      const { autoAdvance } = await touch(db, domain, this.#clock.now())
      const { settings } = await db
        .selectFrom('rollouts')
        .select('settings')
        .where('domain', '=', domain)
        .executeTakeFirstOrThrow()
      const next = change({ settings: JSON.parse(settings) as RolloutDomainSettings, autoAdvance })
      await db
        .updateTable('rollouts')
        .set({
          settings: JSON.stringify(next.settings),
          auto_advance: next.autoAdvance === undefined ? null : Number(next.autoAdvance),
        })
        .where('domain', '=', domain)
        .execute()
      return next
    })
  }
}

/** Counts a change, makes the domain due, and reads its state; begins a roll-out where there is none. */
async function touch(db: Transaction<Schema>, domain: DomainName, now: number): Promise<RolloutState> {
  const row = await db
    .insertInto('rollouts')
    .values(newRow(domain, now))
    .onConflict(conflict =>
      conflict
        .column('domain')
        .doUpdateSet(columns => ({ revision: columns('rollouts.revision', '+', 1), next_look_at: now })),
    )
    .returningAll()
    .executeTakeFirstOrThrow()
  return toState(row)
}

function newRow(domain: DomainName, now: number, dueAt = now) {
  return {
    domain,
    ...fromState(plannedRollout(domain, now)),
    settings: '{}',
    alarm: null,
    alarm_since: null,
    next_look_at: dueAt,
    revision: 1,
  }
}

function toListed(row: Schema['rollouts']): RolloutListed {
  const state = toState(row)
  const alarm =
    row.alarm === null
      ? undefined
      : { domain: state.domain, message: row.alarm, since: Number(row.alarm_since ?? state.stageSince) }
  return { state, revision: row.revision, alarm }
}
