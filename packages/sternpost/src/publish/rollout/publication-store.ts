import type { DomainName, MtaStsMode } from '@sternpost/protocol'
import type { Transaction } from 'kysely'
import type { Clock } from '../../base/index.ts'
import { DurableStore, type Schema, type Store } from '../../store/index.ts'
import {
  freshSteps,
  type Publication,
  type PublicationPurpose,
  type PublicationStepKind,
} from './publication.ts'
import { toPublication } from './rollout-rows.ts'
import type { RolloutOverride } from './rollout-state.ts'

/** How long a claim holds without a sign of life; a step's own attempts are shorter. */
export const CLAIM_MS = 180_000
/** What a person reads of one attempt. */
const MAX_NOTE = 1_000

export interface NewPublication {
  readonly domain: DomainName
  readonly purpose: PublicationPurpose
  readonly mode: MtaStsMode
  readonly policyId: string
  readonly policyText: string
  readonly requestedBy: string
  readonly reason: string
  readonly override?: RolloutOverride | undefined
}

/**
 * The journal of publications: what is to be done, what was begun, what is done.
 *
 * Errors: `NotDurableError` from every method; what is told as done is durable.
 */
export class PublicationStore {
  readonly #store: DurableStore
  readonly #clock: Clock

  constructor(store: Store, clock: Clock) {
    this.#store = new DurableStore(store)
    this.#clock = clock
  }

  /**
   * Begins a publication in the place of one that runs, inside a transaction of the caller.
   *
   * Effects: one that runs is abandoned, and whoever executes it finds his claim gone.
   */
  async begin(db: Transaction<Schema>, publication: NewPublication): Promise<void> {
    const now = this.#clock.now()
    await abandonRunning(db, publication.domain, now)
    const { publication_id } = await db
      .insertInto('publications')
      .values({
        domain: publication.domain,
        purpose: publication.purpose,
        mode: publication.mode,
        policy_id: publication.policyId,
        policy_text: publication.policyText,
        state: 'running',
        requested_at: now,
        requested_by: publication.requestedBy,
        reason: publication.reason,
        override: publication.override === undefined ? null : JSON.stringify(publication.override),
        next_try_at: now,
        claimed_by: null,
        claimed_until: null,
        ended_at: null,
      })
      .returning('publication_id')
      .executeTakeFirstOrThrow()
    await db
      .insertInto('publication_steps')
      .values(
        freshSteps(publication.purpose).map((step, index) => ({
          publication_id,
          step_index: index,
          kind: step.kind,
          state: step.state,
          attempts: 0,
          began_at: null,
          done_at: null,
          note: null,
        })),
      )
      .execute()
  }

  /** As `begin`, in a transaction of its own. */
  async beginAlone(publication: NewPublication): Promise<void> {
    await this.#store.change(db => this.begin(db, publication))
  }

  async running(domain: DomainName): Promise<Publication | undefined> {
    const [publication] = await this.#read(query =>
      query.where('domain', '=', domain).where('state', '=', 'running').limit(1),
    )
    return publication
  }

  /** The newest first. */
  async list(domain: DomainName, limit: number): Promise<Publication[]> {
    return this.#read(query =>
      query.where('domain', '=', domain).orderBy('publication_id', 'desc').limit(limit),
    )
  }

  async get(publicationId: number): Promise<Publication | undefined> {
    const [publication] = await this.#read(query => query.where('publication_id', '=', publicationId))
    return publication
  }

  /** Running publications whose next attempt is due and that nobody executes, the most overdue first. */
  async due(limit: number): Promise<Publication[]> {
    const now = this.#clock.now()
    return this.#read(query =>
      query
        .where('state', '=', 'running')
        .where('next_try_at', '<=', now)
        .where(({ eb, or }) => or([eb('claimed_until', 'is', null), eb('claimed_until', '<', now)]))
        .orderBy('next_try_at')
        .limit(limit),
    )
  }

  /** Gives back what executors had claimed that are dead. */
  async release(isDead: (executor: string) => boolean): Promise<void> {
    const rows = await this.#store.ask(db =>
      db
        .selectFrom('publications')
        .select('claimed_by')
        .distinct()
        .where('state', '=', 'running')
        .where('claimed_by', 'is not', null)
        .execute(),
    )
    const dead = rows.map(({ claimed_by }) => claimed_by).filter(name => name !== null && isDead(name))
    if (dead.length === 0) return
    await this.#store.change(db =>
      db
        .updateTable('publications')
        .set({ claimed_by: null, claimed_until: null })
        .where('state', '=', 'running')
        .where('claimed_by', 'in', dead)
        .execute(),
    )
  }

  /** Takes a running publication for one executor, or keeps it his; false where another has it or it has ended. */
  async claim(publicationId: number, executor: string): Promise<boolean> {
    const now = this.#clock.now()
    const { numUpdatedRows } = await this.#store.change(db =>
      db
        .updateTable('publications')
        .set({ claimed_by: executor, claimed_until: now + CLAIM_MS })
        .where('publication_id', '=', publicationId)
        .where('state', '=', 'running')
        .where(({ eb, or }) =>
          or([
            eb('claimed_by', '=', executor),
            eb('claimed_until', 'is', null),
            eb('claimed_until', '<', now),
          ]),
        )
        .executeTakeFirstOrThrow(),
    )
    return numUpdatedRows > 0n
  }

  /**
   * Notes that a step is about to be tried, before anything of it happens.
   *
   * False where the claim is lost: somebody abandoned the publication or took it over.
   */
  async beginStep(publicationId: number, kind: PublicationStepKind, executor: string): Promise<boolean> {
    const now = this.#clock.now()
    return this.#store.change(async db => {
      if (!(await renew(db, publicationId, executor, now))) return false
      await db
        .updateTable('publication_steps')
        .set(({ eb, fn, val }) => ({
          state: 'begun',
          attempts: eb('attempts', '+', 1),
          began_at: fn.coalesce('began_at', val(now)),
        }))
        .where('publication_id', '=', publicationId)
        .where('kind', '=', kind)
        .execute()
      return true
    })
  }

  /** Notes that a step is done; false where the claim is lost. */
  async finishStep(
    publicationId: number,
    kind: PublicationStepKind,
    executor: string,
    note: string,
  ): Promise<boolean> {
    return this.#store.change(db => this.finishStepWith(db, publicationId, kind, executor, note))
  }

  /** As `finishStep`, inside a transaction of the caller. */
  async finishStepWith(
    db: Transaction<Schema>,
    publicationId: number,
    kind: PublicationStepKind,
    executor: string,
    note: string,
  ): Promise<boolean> {
    const now = this.#clock.now()
    if (!(await renew(db, publicationId, executor, now))) return false
    await db
      .updateTable('publication_steps')
      .set({ state: 'done', done_at: now, note: note.slice(0, MAX_NOTE) })
      .where('publication_id', '=', publicationId)
      .where('kind', '=', kind)
      .execute()
    return true
  }

  /** Notes that a step must be tried again at a time, and gives the claim back. */
  async postpone(publicationId: number, kind: PublicationStepKind, note: string, at: number): Promise<void> {
    await this.#store.change(async db => {
      await db
        .updateTable('publications')
        .set({ next_try_at: at, claimed_by: null, claimed_until: null })
        .where('publication_id', '=', publicationId)
        .where('state', '=', 'running')
        .execute()
      await db
        .updateTable('publication_steps')
        .set({ note: note.slice(0, MAX_NOTE) })
        .where('publication_id', '=', publicationId)
        .where('kind', '=', kind)
        .execute()
    })
  }

  /** Makes a running publication due at once, inside a transaction of the caller. */
  async wake(db: Transaction<Schema>, domain: DomainName): Promise<void> {
    await db
      .updateTable('publications')
      .set({ next_try_at: this.#clock.now() })
      .where('domain', '=', domain)
      .where('state', '=', 'running')
      .execute()
  }

  /** Makes a running publication due at once; false where none runs. */
  async hurry(domain: DomainName): Promise<boolean> {
    if ((await this.running(domain)) === undefined) return false
    await this.#store.change(db => this.wake(db, domain))
    return true
  }

  /** Ends a running publication. */
  async end(db: Transaction<Schema>, publicationId: number, state: 'done' | 'abandoned'): Promise<void> {
    await db
      .updateTable('publications')
      .set({ state, ended_at: this.#clock.now(), claimed_by: null, claimed_until: null })
      .where('publication_id', '=', publicationId)
      .where('state', '=', 'running')
      .execute()
  }

  /** Ends a running publication without finishing it. */
  async abandon(domain: DomainName): Promise<void> {
    await this.#store.change(db => this.abandonWith(db, domain))
  }

  /** As `abandon`, inside a transaction of the caller. */
  async abandonWith(db: Transaction<Schema>, domain: DomainName): Promise<void> {
    await abandonRunning(db, domain, this.#clock.now())
  }

  async #read(
    narrow: (query: ReturnType<typeof publicationRows>) => ReturnType<typeof publicationRows>,
  ): Promise<Publication[]> {
    return this.#store.ask(async db => {
      const rows = await narrow(publicationRows(db)).execute()
      if (rows.length === 0) return []
      const ids = rows.map(row => row.publication_id)
      const steps = await db
        .selectFrom('publication_steps')
        .selectAll()
        .where('publication_id', 'in', ids)
        .orderBy('publication_id')
        .orderBy('step_index')
        .execute()
      const byPublication = Map.groupBy(steps, step => step.publication_id)
      return rows.map(row => toPublication(row, byPublication.get(row.publication_id) ?? []))
    })
  }
}

function publicationRows(db: Pick<Transaction<Schema>, 'selectFrom'>) {
  return db.selectFrom('publications').selectAll()
}

async function renew(
  db: Transaction<Schema>,
  publicationId: number,
  executor: string,
  now: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('publications')
    .set({ claimed_until: now + CLAIM_MS })
    .where('publication_id', '=', publicationId)
    .where('state', '=', 'running')
    .where('claimed_by', '=', executor)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

async function abandonRunning(db: Transaction<Schema>, domain: DomainName, now: number): Promise<void> {
  await db
    .updateTable('publications')
    .set({ state: 'abandoned', ended_at: now, claimed_by: null, claimed_until: null })
    .where('domain', '=', domain)
    .where('state', '=', 'running')
    .execute()
}
