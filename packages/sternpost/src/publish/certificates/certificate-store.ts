import { type Kysely, type Selectable, sql } from 'kysely'
import type { Clock } from '../../base/index.ts'
import type { CertificateOrderTable, CertificateTable, Schema, Store } from '../../store/index.ts'
import type { PlacedOrder } from './acme/order-certificate.ts'
import { CertificateFault } from './certificate-issues.ts'

export type CertificateRow = Selectable<CertificateTable>
export type CertificateOrderRow = Selectable<CertificateOrderTable>

/** An order under way at an authority. */
export interface StoredOrder extends PlacedOrder {
  readonly directoryUrl: string
}

/** Certificates, and what is to be ordered when: the durable half of the room. */
export class CertificateStore {
  readonly #store: Store
  readonly #clock: Clock
  /** This process, in the eyes of others that use the same database. */
  readonly #process: string

  constructor(store: Store, clock: Clock, process: string) {
    this.#store = store
    this.#clock = clock
    this.#process = process
  }

  async certificate(host: string): Promise<CertificateRow | undefined> {
    return await this.#store.read(db =>
      db.selectFrom('certificates').selectAll().where('host', '=', host).executeTakeFirst(),
    )
  }

  async order(host: string): Promise<CertificateOrderRow | undefined> {
    return await this.#store.read(db =>
      db.selectFrom('certificate_orders').selectAll().where('host', '=', host).executeTakeFirst(),
    )
  }

  /** Hosts that are to be tried now; renewals before first certificates, so that none runs out behind a crowd. */
  async due(limit: number, except: readonly string[]): Promise<string[]> {
    const now = this.#clock.now()
    const hosts: string[] = []
    for (const isHeld of [1, 0]) {
      const rows = await this.#store.read(db =>
        db
          .selectFrom('certificate_orders')
          .select('host')
          .where('is_held', '=', isHeld)
          .where('next_try_at', '<=', now)
          .where(where => where.or([where('claimed_until', 'is', null), where('claimed_until', '<=', now)]))
          .$if(except.length > 0, query => query.where('host', 'not in', except))
          .orderBy('next_try_at')
          .limit(limit - hosts.length)
          .execute(),
      )
      hosts.push(...(rows ?? []).map(({ host }) => host))
      if (hosts.length >= limit) break
    }
    return hosts
  }

  /**
   * Takes a host for this process, or holds on to it; undefined where another has it, or it is not there any more.
   *
   * Errors: `CertificateFault` where the database cannot be written, as two would order the same then.
   */
  async claim(host: string, forMs: number): Promise<CertificateOrderRow | undefined> {
    const now = this.#clock.now()
    let claimed: CertificateOrderRow | undefined
    await this.#write(async db => {
      claimed = await db
        .updateTable('certificate_orders')
        .set({ claimed_by: this.#process, claimed_until: now + forMs })
        .where('host', '=', host)
        .where(where =>
          where.or([
            where('claimed_until', 'is', null),
            where('claimed_until', '<=', now),
            where('claimed_by', '=', this.#process),
          ]),
        )
        .returningAll()
        .executeTakeFirst()
    })
    return claimed
  }

  /** Keeps an order before anything is done about it, so that a crash costs no second one. */
  async keepOrder(host: string, order: StoredOrder | undefined): Promise<void> {
    await this.#write(db =>
      db
        .updateTable('certificate_orders')
        .set({
          order_directory_url: order?.directoryUrl ?? null,
          order_url: order?.orderUrl ?? null,
          order_key_pem: order?.keyPem ?? null,
        })
        .where('host', '=', host)
        .execute(),
    )
  }

  /** Keeps a certificate in the place of the one before it, and says when it is to be renewed. */
  async keepCertificate(certificate: CertificateRow, renewAt: number, nextAdviceAt: number): Promise<void> {
    const { host, ...columns } = certificate
    await this.#write(db =>
      db.transaction().execute(async transaction => {
        await transaction
          .insertInto('certificates')
          .values(certificate)
          .onConflict(conflict => conflict.column('host').doUpdateSet(columns))
          .execute()
        await transaction
          .updateTable('certificate_orders')
          .set({
            is_held: 1,
            next_try_at: renewAt,
            failures: 0,
            last_tried_at: this.#clock.now(),
            last_error: null,
            last_error_message: null,
            next_advice_at: nextAdviceAt,
            advised_at: null,
            claimed_by: null,
            claimed_until: null,
            order_directory_url: null,
            order_url: null,
            order_key_pem: null,
          })
          .where('host', '=', host)
          .execute()
      }),
    )
  }

  /** Notes how a try ended and lets go of the host. */
  async release(
    host: string,
    outcome: Partial<
      Pick<
        CertificateOrderRow,
        'next_try_at' | 'failures' | 'last_tried_at' | 'last_error' | 'last_error_message'
      >
    >,
  ): Promise<void> {
    await this.#write(db =>
      db
        .updateTable('certificate_orders')
        .set({ ...outcome, claimed_by: null, claimed_until: null })
        .where('host', '=', host)
        .execute(),
    )
  }

  /** Has a host tried as soon as possible; false where no certificate is wanted for it. */
  async tryNow(host: string): Promise<boolean> {
    let found = false
    await this.#write(async db => {
      const { numUpdatedRows } = await db
        .updateTable('certificate_orders')
        .set({ next_try_at: this.#clock.now() })
        .where('host', '=', host)
        .executeTakeFirstOrThrow()
      found = numUpdatedRows > 0n
    })
    return found
  }

  /** Hosts whose authority is to be asked for advice on renewal. */
  async adviceDue(limit: number): Promise<string[]> {
    const rows = await this.#store.read(db =>
      db
        .selectFrom('certificate_orders')
        .select('host')
        .where('next_advice_at', '<=', this.#clock.now())
        .orderBy('next_advice_at')
        .limit(limit)
        .execute(),
    )
    return (rows ?? []).map(({ host }) => host)
  }

  /**
   * Keeps when the authority advises to renew, or only when to ask it again.
   *
   * Shape: a host whose last try failed keeps its time: advice must not shorten what is waited after failures.
   */
  async keepAdvice(host: string, nextAdviceAt: number | null, advisedAt: number | undefined): Promise<void> {
    await this.#write(async db => {
      await db
        .updateTable('certificate_orders')
        .set({ next_advice_at: nextAdviceAt })
        .where('host', '=', host)
        .execute()
      if (advisedAt === undefined) return
      await db
        .updateTable('certificate_orders')
        .set({ advised_at: advisedAt, next_try_at: advisedAt })
        .where('host', '=', host)
        .where('failures', '=', 0)
        .execute()
    })
  }

  /**
   * The domains that are published, in the order of their names.
   *
   * Errors: `CertificateFault` where the database does not answer, as no domains would mean that none is wanted.
   */
  async publishedDomains(after: string, limit: number): Promise<string[]> {
    const rows = await this.#store.read(db =>
      db
        .selectFrom('published_domains')
        .select('domain')
        .where('domain', '>', after)
        .orderBy('domain')
        .limit(limit)
        .execute(),
    )
    if (rows === undefined)
      throw new CertificateFault('certificate/not-kept', 'the domains cannot be read from the database')
    return rows.map(({ domain }) => domain)
  }

  /** Deletes certificates that ended before a time and are for no published domain any more. */
  async prune(endedBefore: number): Promise<void> {
    await this.#write(db =>
      db
        .deleteFrom('certificates')
        // Wider than needed, in the words of the index.
        .where(sql<boolean>`not_after * 5 + not_before <= ${6 * endedBefore}`)
        .where('not_after', '<', endedBefore)
        .where('host', 'not in', query => query.selectFrom('certificate_orders').select('host'))
        .execute(),
    )
  }

  /** The hosts orders are kept for, in the order of their names: those after one and up to another. */
  async hosts(after: string, until: string | undefined): Promise<string[]> {
    const rows = await this.#store.read(db =>
      db
        .selectFrom('certificate_orders')
        .select('host')
        .where('host', '>', after)
        .$if(until !== undefined, query => query.where('host', '<=', until ?? ''))
        .orderBy('host')
        .execute(),
    )
    return (rows ?? []).map(({ host }) => host)
  }

  /** Begins and ends to order for hosts. Certificates stay: a domain that comes back needs no new one. */
  async changeHosts(
    added: readonly { readonly host: string; readonly nextTryAt: number }[],
    removed: readonly string[],
  ): Promise<void> {
    if (added.length === 0 && removed.length === 0) return
    await this.#write(db =>
      db.transaction().execute(async transaction => {
        if (added.length > 0)
          await transaction
            .insertInto('certificate_orders')
            .values(
              added.map(({ host, nextTryAt }) => ({
                host,
                is_held: 0,
                next_try_at: nextTryAt,
                failures: 0,
                last_tried_at: null,
                last_error: null,
                last_error_message: null,
                next_advice_at: null,
                advised_at: null,
                claimed_by: null,
                claimed_until: null,
                order_directory_url: null,
                order_url: null,
                order_key_pem: null,
              })),
            )
            .onConflict(conflict => conflict.column('host').doNothing())
            .execute()
        if (added.length > 0)
          await transaction
            .updateTable('certificate_orders')
            .set({ is_held: 1 })
            .where(
              'host',
              'in',
              added.map(({ host }) => host),
            )
            .where('host', 'in', query => query.selectFrom('certificates').select('host'))
            .execute()
        if (removed.length > 0)
          await transaction.deleteFrom('certificate_orders').where('host', 'in', removed).execute()
      }),
    )
  }

  async #write(change: (db: Kysely<Schema>) => Promise<unknown>): Promise<void> {
    if (await this.#store.write(change)) return
    const { state } = this.#store
    const why = state.kind === 'ok' ? 'another program keeps it busy' : state.reason
    throw new CertificateFault('certificate/not-kept', `the database cannot be written: ${why}`)
  }
}
