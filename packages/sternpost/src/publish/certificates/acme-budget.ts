import type { Selectable } from 'kysely'
import type { Clock } from '../../base/index.ts'
import type { AcmeBudgetTable, Store } from '../../store/index.ts'
import { CertificateFault } from './certificate-issues.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

export interface BudgetOptions {
  readonly store: Store
  readonly clock: Clock
  readonly directoryUrl: string
  /** For people. */
  readonly name: string
  readonly ordersPerHour: number
}

/**
 * How many orders an authority is sent, whatever goes wrong here: a bucket that fills by the hour, kept in the database
 * so that a daemon that is restarted again and again does not begin anew.
 */
export class AcmeBudget {
  readonly #options: BudgetOptions

  constructor(options: BudgetOptions) {
    this.#options = options
  }

  /**
   * Makes sure that the authority is not to be left alone, before it is spoken to at all.
   *
   * Errors: `CertificateFault` with `budget-spent`.
   */
  async check(): Promise<void> {
    const { store, clock, directoryUrl } = this.#options
    const row = await store.read(db =>
      db
        .selectFrom('acme_budgets')
        .select('paused_until')
        .where('directory_url', '=', directoryUrl)
        .executeTakeFirst(),
    )
    this.#refuse(Number(row?.paused_until ?? 0) - clock.now(), 'after it did not answer or asked for a pause')
  }

  /**
   * Takes one order.
   *
   * Errors: `CertificateFault` with `budget-spent` where none is left, and with `not-kept` where the database cannot be
   * written.
   */
  async take(): Promise<void> {
    const { ordersPerHour } = this.#options
    let waitMs = 0
    await this.#change(bucket => {
      if (bucket.orders_left >= 1) return { ...bucket, orders_left: bucket.orders_left - 1 }
      waitMs = ((1 - bucket.orders_left) / ordersPerHour) * HOUR_MS
      return bucket
    })
    this.#refuse(waitMs, `so that it gets no more than ${ordersPerHour} in an hour (ordersPerHour)`)
  }

  /**
   * Leaves an authority alone: it did not answer, or asked for that.
   *
   * Shape: a minute, twice as long each time until an order goes well, but no longer than it asked for or an hour; its
   * limits are mostly about one domain, and the others must not wait for that.
   */
  async pause(askedSeconds: number | undefined): Promise<void> {
    await this.#change(bucket => {
      const longest = Math.min(HOUR_MS, askedSeconds === undefined ? HOUR_MS : askedSeconds * 1000)
      const pause = Math.min(longest, MINUTE_MS * 2 ** Math.min(bucket.refusals, 10))
      return { ...bucket, refusals: bucket.refusals + 1, paused_until: this.#options.clock.now() + pause }
    })
  }

  /** Notes that an order went well. */
  async wentWell(): Promise<void> {
    await this.#change(bucket => ({ ...bucket, refusals: 0, paused_until: 0 }))
  }

  #refuse(waitMs: number, why: string): void {
    if (waitMs <= 0) return
    const { name, clock } = this.#options
    const until = `${new Date(clock.now() + waitMs).toISOString().slice(0, 19)}Z`
    throw new CertificateFault('certificate/budget-spent', `${name} gets no order before ${until}, ${why}`, {
      retryAfterSeconds: Math.ceil(waitMs / 1000),
    })
  }

  async #change(change: (bucket: Selectable<AcmeBudgetTable>) => Selectable<AcmeBudgetTable>): Promise<void> {
    const { store, clock, directoryUrl, ordersPerHour } = this.#options
    const now = clock.now()
    const full = {
      directory_url: directoryUrl,
      orders_left: ordersPerHour,
      filled_at: now,
      paused_until: 0,
      refusals: 0,
    }
    const saved = await store.write(db =>
      db.transaction().execute(async transaction => {
        // The first statement writes, so that nobody else changes the bucket meanwhile.
        const bucket = await transaction
          .insertInto('acme_budgets')
          .values(full)
          .onConflict(conflict =>
            conflict.column('directory_url').doUpdateSet({ directory_url: directoryUrl }),
          )
          .returningAll()
          .executeTakeFirstOrThrow()
        const gained = (Math.max(0, now - bucket.filled_at) / HOUR_MS) * ordersPerHour
        const filled = {
          ...bucket,
          orders_left: Math.min(ordersPerHour, bucket.orders_left + gained),
          filled_at: now,
        }
        const { directory_url: _key, ...columns } = change(filled)
        await transaction
          .updateTable('acme_budgets')
          .set(columns)
          .where('directory_url', '=', directoryUrl)
          .execute()
      }),
    )
    if (!saved)
      throw new CertificateFault(
        'certificate/not-kept',
        'what may be ordered cannot be noted in the database',
      )
  }
}
