import {
  type DomainName,
  formatMtaStsPolicy,
  isDomainName,
  type MtaStsPolicy,
  parseMtaStsPolicy,
} from '@sternpost/protocol'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { Clock } from '../../base/index.ts'
import { DurableStore, NotDurableError, type Schema, type Store } from '../../store/index.ts'
import { nextPolicyId } from './policy-id.ts'
import type { PolicyVersion } from './policy-version.ts'
import { fromDomainRow, fromVersionRow, toDomainColumns } from './publish-rows.ts'
import type { DomainChange, NewDomain, PublishedDomain } from './published-domain.ts'

const HOUR_MS = 3_600_000

/** Which domains are listed. */
export interface ListOptions {
  readonly after?: string | undefined
  readonly limit: number
  /** In lower case; a part of the name. */
  readonly text?: string | undefined
  /** Only these; undefined for all. */
  readonly among?: ReadonlySet<string> | undefined
}

/** Told which domain changed; undefined where that is not known. */
export type ChangeListener = (domain: DomainName | undefined) => void

/**
 * Who watches a database, by its connection: the policy host, the roll-out and the API each have a store of their own on
 * it, and SQLite tells a connection of the commits of others only.
 */
const listeners = new WeakMap<Store, Set<ChangeListener>>()

function listenersOf(store: Store): Set<ChangeListener> {
  const known = listeners.get(store) ?? new Set()
  listeners.set(store, known)
  return known
}

/**
 * What we publish: domains, and every version of their policies.
 *
 * Unlike the outbound cache nothing waits in memory: a change is durable when its promise resolves, and an error
 * otherwise. Changes of two programs at once follow one another, none is lost.
 * Errors: `NotDurableError` from every method.
 */
export class PublishStore {
  readonly #store: DurableStore
  readonly #clock: Clock
  readonly #listeners: Set<ChangeListener>

  constructor(store: Store, clock: Clock) {
    this.#store = new DurableStore(store)
    this.#clock = clock
    this.#listeners = listenersOf(store)
  }

  /** Tells of every change that this program makes, through whichever of its stores; of others see `ChangeWatch`. */
  onChange(listener: ChangeListener): void {
    this.#listeners.add(listener)
  }

  /** Tells whoever watches of a change that was not made here, once it is durable. */
  changed(domain: DomainName | undefined): void {
    for (const listener of this.#listeners) listener(domain)
  }

  /** Adds a domain; false where it is there already, unchanged. Nothing is served yet. */
  async add(domain: NewDomain): Promise<boolean> {
    return (await this.addMany([domain])).length === 1
  }

  /** Adds many in one transaction; gives those that were not there before. */
  async addMany(domains: readonly NewDomain[]): Promise<DomainName[]> {
    const now = this.#clock.now()
    const added = await this.#store.change(async db => {
      const names: DomainName[] = []
      for (const domain of domains) {
        if (await insertDomain(db, domain, now)) names.push(domain.domain)
      }
      return names
    })
    for (const name of added) this.changed(name)
    return added
  }

  /**
   * Adds many in one transaction, each with its wanted policy as the version that is served; gives the versions of
   * those that were not there before.
   *
   * Nothing points senders at them until the record is published, so there is no order to be kept.
   */
  async addServed(domains: readonly NewDomain[]): Promise<PolicyVersion[]> {
    const now = this.#clock.now()
    const versions = await this.#store.change(async db => {
      const added: PolicyVersion[] = []
      for (const domain of domains) {
        if (!(await insertDomain(db, domain, now))) continue
        const version = await addVersion(db, domain, domain.wanted, now)
        await startServing(db, domain.domain, version.policyId, now)
        added.push({ ...version, firstServedAt: version.firstServedAt ?? now, lastServedAt: undefined })
      }
      return added
    })
    for (const { domain } of versions) this.changed(domain)
    return versions
  }

  async get(domain: DomainName): Promise<PublishedDomain | undefined> {
    const row = await this.#store.ask(db =>
      db.selectFrom('published_domains').selectAll().where('domain', '=', domain).executeTakeFirst(),
    )
    return row === undefined ? undefined : fromDomainRow(row)
  }

  /** Domains in the order of their names, those after `after` that fit. */
  async list(options: ListOptions): Promise<PublishedDomain[]> {
    const { after = '', limit, text, among } = options
    const rows = await this.#store.ask(db =>
      db
        .selectFrom('published_domains')
        .selectAll()
        .where('domain', '>', after)
        .$if(text !== undefined, query => query.where(sql<boolean>`instr(domain, ${text}) > 0`))
        .$if(among !== undefined, query => query.where('domain', 'in', [...(among ?? [])]))
        .orderBy('domain')
        .limit(limit)
        .execute(),
    )
    return rows.map(fromDomainRow)
  }

  async count(): Promise<number> {
    const row = await this.#store.ask(db =>
      db.selectFrom('published_domains').select(db.fn.countAll().as('count')).executeTakeFirst(),
    )
    return Number(row?.count ?? 0)
  }

  /**
   * Changes what is wanted of a domain; `change` sees the newest state, whoever wrote it.
   *
   * Gives the new state, or undefined where there is no such domain.
   */
  async update(
    domain: DomainName,
    change: (current: PublishedDomain) => DomainChange,
  ): Promise<PublishedDomain | undefined> {
    const updated = await this.#store.change(async db => {
      const current = await touch(db, domain, this.#clock.now())
      if (current === undefined) return undefined
      const next = { ...current, ...change(current), domain: current.domain }
      await db
        .updateTable('published_domains')
        .set(toDomainColumns(next))
        .where('domain', '=', domain)
        .execute()
      return next
    })
    if (updated !== undefined) this.changed(domain)
    return updated
  }

  /** Takes a domain away; the history of its policies stays. False where there is no such domain. */
  async remove(domain: DomainName): Promise<boolean> {
    const removed = await this.#store.change(db => this.removeWith(db, domain))
    if (removed) this.changed(domain)
    return removed
  }

  /** As `remove`, inside a transaction of the caller, who tells by `changed` once it is durable. */
  async removeWith(db: Transaction<Schema>, domain: DomainName): Promise<boolean> {
    const current = await touch(db, domain, this.#clock.now())
    if (current === undefined) return false
    await endServing(db, current, this.#clock.now())
    await db.deleteFrom('published_domains').where('domain', '=', domain).execute()
    return true
  }

  /**
   * Gives a policy an id and keeps it; the newest version as it is where its bytes are the same.
   *
   * Errors: a `RangeError` where a policy cannot be written so that it reads back the same.
   */
  async newVersion(domain: DomainName, policy: MtaStsPolicy): Promise<PolicyVersion> {
    const now = this.#clock.now()
    return this.#store.change(async db => {
      const current = await touch(db, domain, now)
      if (current === undefined) throw new NotDurableError(`${domain} is not published here`)
      return addVersion(db, current, policy, now)
    })
  }

  /** Every version of a domain's policy, oldest first; also of a domain that is gone. */
  async versions(domain: DomainName): Promise<PolicyVersion[]> {
    return (await this.#store.ask(db => versionRows(db, domain))).map(fromVersionRow)
  }

  /** The version the policy host gives out now. */
  async servedVersion(domain: DomainName): Promise<PolicyVersion | undefined> {
    const row = await this.#store.ask(db =>
      db
        .selectFrom('published_domains as d')
        .innerJoin('policy_versions as v', join =>
          join.onRef('v.domain', '=', 'd.domain').onRef('v.policy_id', '=', 'd.served_policy_id'),
        )
        .selectAll('v')
        .where('d.domain', '=', domain)
        .executeTakeFirst(),
    )
    return row === undefined ? undefined : fromVersionRow(row)
  }

  /**
   * Has the policy host give out a version, or none at all; doing it twice changes nothing.
   *
   * Errors: `NotDurableError` where the domain or the version is not there.
   */
  async serve(domain: DomainName, policyId: string | undefined): Promise<void> {
    const now = this.#clock.now()
    await this.#store.change(async db => {
      const current = await touch(db, domain, now)
      if (current === undefined) throw new NotDurableError(`${domain} is not published here`)
      if (current.servedPolicyId === policyId) return
      await endServing(db, current, now)
      if (policyId !== undefined) return startServing(db, domain, policyId, now)
      await db
        .updateTable('published_domains')
        .set({ served_policy_id: null })
        .where('domain', '=', domain)
        .execute()
    })
    this.changed(domain)
  }

  /** Notes that the id of a version was seen at the authoritative servers; the first time counts. */
  async markAnnounced(domain: DomainName, policyId: string, at = this.#clock.now()): Promise<void> {
    await this.#store.change(db =>
      db
        .updateTable('policy_versions')
        .set({ announced_at: at })
        .where('domain', '=', domain)
        .where('policy_id', '=', policyId)
        .where('announced_at', 'is', null)
        .execute(),
    )
  }

  /** Notes when versions were fetched from the policy host, to the hour; many in one transaction. */
  async markFetched(
    fetched: readonly { readonly domain: DomainName; readonly policyId: string; readonly at: number }[],
  ): Promise<void> {
    await this.#store.change(async db => {
      for (const { domain, policyId, at } of fetched) {
        await db
          .updateTable('policy_versions')
          .set({ last_fetched_at: at - (at % HOUR_MS) })
          .where('domain', '=', domain)
          .where('policy_id', '=', policyId)
          .execute()
      }
    })
  }
}

/**
 * Counts a change and reads the domain: the first statement of a transaction must write, so that the database is
 * ours from there on and nothing read can change under us.
 */
async function touch(
  db: Transaction<Schema>,
  domain: DomainName,
  now: number,
): Promise<PublishedDomain | undefined> {
  const row = await db
    .updateTable('published_domains')
    .set(columns => ({ revision: columns('revision', '+', 1), changed_at: now }))
    .where('domain', '=', domain)
    .returningAll()
    .executeTakeFirst()
  return row === undefined ? undefined : fromDomainRow(row)
}

/** Whether a domain was not there before. */
async function insertDomain(db: Transaction<Schema>, domain: NewDomain, now: number): Promise<boolean> {
  const result = await db
    .insertInto('published_domains')
    .values({
      domain: checked(domain.domain),
      ...toDomainColumns(domain),
      served_policy_id: null,
      added_at: now,
      changed_at: now,
      revision: 1,
    })
    .onConflict(conflict => conflict.column('domain').doNothing())
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0) > 0
}

/** The newest version where it has these bytes, or a new one with an id of its own. */
async function addVersion(
  db: Transaction<Schema>,
  { domain, policyIdForm }: Pick<NewDomain, 'domain' | 'policyIdForm'>,
  policy: MtaStsPolicy,
  now: number,
): Promise<PolicyVersion> {
  const text = formatMtaStsPolicy(policy)
  const parsed = parseMtaStsPolicy(text)
  if (!parsed.ok) throw new RangeError(`this is no policy: ${parsed.issues[0].message}`)
  const known = await versionRows(db, domain)
  const newest = known.at(-1)
  if (newest?.text === text) return fromVersionRow(newest)
  const used = known.map(row => row.policy_id)
  const row = {
    domain,
    policy_id: nextPolicyId(policyIdForm, now, used),
    text,
    // Versions are in the order of their making also where the clock went back.
    created_at: Math.max(now, Number(newest?.created_at ?? 0) + 1),
    first_served_at: null,
    last_served_at: null,
    announced_at: null,
    last_fetched_at: null,
  }
  await db.insertInto('policy_versions').values(row).execute()
  return fromVersionRow(row)
}

async function startServing(
  db: Transaction<Schema>,
  domain: DomainName,
  policyId: string,
  now: number,
): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('policy_versions')
    .set(row => ({ first_served_at: row.fn.coalesce('first_served_at', row.val(now)), last_served_at: null }))
    .where('domain', '=', domain)
    .where('policy_id', '=', policyId)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows === 0n) throw new NotDurableError(`${domain} has no policy ${policyId}`)
  await db
    .updateTable('published_domains')
    .set({ served_policy_id: policyId })
    .where('domain', '=', domain)
    .execute()
}

async function endServing(db: Transaction<Schema>, domain: PublishedDomain, now: number): Promise<void> {
  if (domain.servedPolicyId === undefined) return
  await db
    .updateTable('policy_versions')
    .set({ last_served_at: now })
    .where('domain', '=', domain.domain)
    .where('policy_id', '=', domain.servedPolicyId)
    .execute()
}

function versionRows(db: Kysely<Schema>, domain: DomainName) {
  return db
    .selectFrom('policy_versions')
    .selectAll()
    .where('domain', '=', domain)
    .orderBy('created_at')
    .execute()
}

function checked(domain: DomainName): DomainName {
  if (!isDomainName(domain)) throw new RangeError(`${domain} is not in the form of names`)
  return domain
}
