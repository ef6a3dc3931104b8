import type { Clock } from '../base/index.ts'
import type { Store } from '../store/index.ts'

/** How long each kind of data is kept; counted from when a report came in, for the sums from their day on. */
export interface ReportRetention {
  readonly rawSeconds: number
  readonly factsSeconds: number
  readonly rollUpsSeconds: number
}

/** What one round deleted. */
export interface PrunedReports {
  readonly texts: number
  readonly reports: number
  readonly dailySums: number
}

/** Rows deleted in one transaction: whoever waits for the database meanwhile does not notice. */
const BATCH = 500

/**
 * Deletes what is older than it is to be kept.
 *
 * Effects: in small transactions with room between them; ends early, and goes on the next time, where the database
 * cannot be written.
 */
export async function pruneReports(
  store: Store,
  clock: Clock,
  retention: ReportRetention,
): Promise<PrunedReports> {
  const now = clock.now()
  const texts = await inBatches(store, () => pruneTexts(store, now - retention.rawSeconds * 1000))
  const reports = await inBatches(store, () => pruneFacts(store, now - retention.factsSeconds * 1000))
  if (reports > 0) await pruneUnusedPolicyTexts(store)
  const firstDay = new Date(now - retention.rollUpsSeconds * 1000).toISOString().slice(0, 10)
  let dailySums = 0
  for (const table of ['report_daily', 'report_daily_failures'] as const)
    dailySums += await inBatches(store, () => pruneDailySums(store, table, firstDay))
  return { texts, reports, dailySums }
}

/** Repeats until nothing is left to delete; a batch that answers undefined could not be written. */
async function inBatches(store: Store, prune: () => Promise<number | undefined>): Promise<number> {
  let deleted = 0
  for (;;) {
    const batch = await prune()
    deleted += batch ?? 0
    if (batch === undefined || batch === 0 || store.state.kind !== 'ok') return deleted
    await new Promise(resolve => setImmediate(resolve))
  }
}

async function pruneTexts(store: Store, before: number): Promise<number | undefined> {
  let deleted = 0
  const isDone = await store.write(async db => {
    const result = await db
      .deleteFrom('report_texts')
      .where('report_row_id', 'in', query =>
        query
          .selectFrom('report_texts')
          .select('report_row_id')
          .where('received_at', '<', before)
          .orderBy('received_at')
          .limit(BATCH),
      )
      .executeTakeFirst()
    deleted = Number(result.numDeletedRows)
  })
  return isDone ? deleted : undefined
}

/** A report goes with all that was kept of it, its text included. */
async function pruneFacts(store: Store, before: number): Promise<number | undefined> {
  const old = await store.read(db =>
    db
      .selectFrom('reports')
      .select('report_row_id')
      .where('received_at', '<', before)
      .orderBy('received_at')
      .limit(BATCH)
      .execute(),
  )
  if (old === undefined) return undefined
  if (old.length === 0) return 0
  const ids = old.map(row => row.report_row_id)
  const isDone = await store.write(db =>
    db.transaction().execute(async transaction => {
      for (const table of [
        'report_texts',
        'report_sightings',
        'report_failures',
        'report_policies',
        'reports',
      ] as const)
        await transaction.deleteFrom(table).where('report_row_id', 'in', ids).execute()
    }),
  )
  return isDone ? ids.length : undefined
}

async function pruneUnusedPolicyTexts(store: Store): Promise<void> {
  await store.write(db =>
    db
      .deleteFrom('reported_policy_texts')
      .where(where =>
        where.not(
          where.exists(query =>
            query
              .selectFrom('report_policies')
              .select('report_row_id')
              .whereRef('report_policies.policy_text_hash', '=', 'reported_policy_texts.policy_text_hash'),
          ),
        ),
      )
      .execute(),
  )
}

async function pruneDailySums(
  store: Store,
  table: 'report_daily' | 'report_daily_failures',
  firstDay: string,
): Promise<number | undefined> {
  const oldest = await store.read(db =>
    db.selectFrom(table).select('day').where('day', '<', firstDay).orderBy('day').limit(1).execute(),
  )
  if (oldest === undefined) return undefined
  const day = oldest[0]?.day
  if (day === undefined) return 0
  let deleted = 0
  const isDone = await store.write(async db => {
    const result = await db.deleteFrom(table).where('day', '=', day).executeTakeFirst()
    deleted = Number(result.numDeletedRows)
  })
  return isDone ? deleted : undefined
}
