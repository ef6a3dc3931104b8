import type { Transaction } from 'kysely'
import { RowInserter, type Schema } from '../store/index.ts'
import type { TrustLevel } from './authentication.ts'
import { DailySums } from './daily-rollup.ts'
import type { StorableReport } from './report-store-rows.ts'

/** A stored report that a new one is a duplicate of. */
export interface Known {
  readonly reportRowId: number
  readonly isSameContent: boolean
  /** The new one proves more: it is to take the place of the stored one. */
  readonly isLessTrusted: boolean
}

/** The higher, the more a report counts; of equals the first stays. */
const ranks: Readonly<Record<TrustLevel, number>> = {
  untrusted: 1,
  unauthenticated: 2,
  imported: 3,
  authenticated: 3,
}

/** Values in one query. */
const MAX_VALUES = 1_000

const storedColumns = ['report_row_id', 'dedupe_key', 'content_hash', 'trust', 'is_quarantined'] as const
type Stored = Pick<Schema['reports'], Exclude<(typeof storedColumns)[number], 'report_row_id'>> & {
  readonly report_row_id: number
}

/**
 * Finds which reports of a batch are stored already.
 *
 * Effects: a report that was just inserted under a new name, but whose text is stored under another, is taken out
 * again and out of `newRows`.
 */
export async function knownReports(
  transaction: Transaction<Schema>,
  reports: readonly StorableReport[],
  newRows: Map<string, number>,
): Promise<Map<StorableReport, Known>> {
  const known = new Map<StorableReport, Known>()
  const byKey = reports.filter(report => !newRows.has(report.dedupeKey))
  const sameKey = await findStored(
    transaction,
    'dedupe_key',
    byKey.map(report => report.report.dedupe_key),
  )
  const storedByKey = new Map(sameKey.map(row => [hex(row.dedupe_key), row]))
  for (const report of byKey) {
    const stored = storedByKey.get(report.dedupeKey)
    if (stored !== undefined) known.set(report, compare(report, stored))
  }

  const byContent = reports.filter(report => newRows.has(report.dedupeKey))
  const isNew = new Set(newRows.values())
  const sameContent = await findStored(
    transaction,
    'content_hash',
    byContent.map(report => report.report.content_hash),
  )
  const storedByContent = new Map<string, Stored[]>()
  for (const row of sameContent) {
    if (isNew.has(row.report_row_id)) continue
    const key = hex(row.content_hash)
    storedByContent.set(key, [...(storedByContent.get(key) ?? []), row])
  }
  for (const report of byContent) {
    for (const stored of storedByContent.get(report.contentHash) ?? []) {
      if (!(await isAboutTheSame(transaction, report, stored.report_row_id))) continue
      known.set(report, compare(report, stored))
      const reportRowId = newRows.get(report.dedupeKey) as number
      await transaction.deleteFrom('reports').where('report_row_id', '=', reportRowId).execute()
      newRows.delete(report.dedupeKey)
      break
    }
  }
  return known
}

async function findStored(
  transaction: Transaction<Schema>,
  column: 'dedupe_key' | 'content_hash',
  values: readonly Uint8Array[],
): Promise<Stored[]> {
  const found: Stored[] = []
  for (let from = 0; from < values.length; from += MAX_VALUES) {
    const some = values.slice(from, from + MAX_VALUES)
    found.push(
      ...(await transaction.selectFrom('reports').select(storedColumns).where(column, 'in', some).execute()),
    )
  }
  return found
}

/**
 * Whether the same text is the same report: a text that names no domain may be about two, told by the mails around it.
 */
async function isAboutTheSame(
  transaction: Transaction<Schema>,
  report: StorableReport,
  storedRowId: number,
): Promise<boolean> {
  const rows = await transaction
    .selectFrom('report_policies')
    .select('policy_domain')
    .distinct()
    .where('report_row_id', '=', storedRowId)
    .orderBy('policy_domain')
    .execute()
  const stored = rows.map(row => row.policy_domain)
  const isUnknown = (domains: readonly string[]) => domains.length === 0 || domains.includes('')
  return isUnknown(stored) || isUnknown(report.policyDomains) || stored.join() === report.policyDomains.join()
}

function compare(report: StorableReport, stored: Stored): Known {
  return {
    reportRowId: stored.report_row_id,
    isSameContent: hex(stored.content_hash) === report.contentHash,
    isLessTrusted: rank(stored) < rank(report.report),
  }
}

function rank(report: { readonly trust: string; readonly is_quarantined: number }): number {
  return report.is_quarantined === 1 ? 0 : (ranks[report.trust as TrustLevel] ?? 0)
}

/** Takes a stored report's facts out, to make room for those of the same report from a better source. */
export async function supersede(
  transaction: Transaction<Schema>,
  report: StorableReport,
  known: Known,
): Promise<void> {
  const { reportRowId } = known
  const before = await transaction
    .selectFrom('reports')
    .select(['channel', 'received_at', 'is_quarantined'])
    .where('report_row_id', '=', reportRowId)
    .executeTakeFirstOrThrow()
  if (before.is_quarantined === 0) {
    const policies = await transaction
      .selectFrom('report_policies')
      .selectAll()
      .where('report_row_id', '=', reportRowId)
      .orderBy('policy_index')
      .execute()
    const failures = await transaction
      .selectFrom('report_failures')
      .selectAll()
      .where('report_row_id', '=', reportRowId)
      .orderBy('policy_index')
      .orderBy('failure_index')
      .execute()
    const sums = new DailySums()
    sums.addReport(policies, failures)
    await sums.subtract(transaction)
  }
  for (const table of ['report_policies', 'report_failures', 'report_texts'] as const)
    await transaction.deleteFrom(table).where('report_row_id', '=', reportRowId).execute()
  await transaction
    .updateTable('reports')
    .set(report.report)
    .where('report_row_id', '=', reportRowId)
    .execute()
  await insertSightings.insert(transaction, [
    {
      report_row_id: reportRowId,
      channel: before.channel,
      first_seen_at: before.received_at,
      last_seen_at: before.received_at,
      times: 1,
      is_same_content: known.isSameContent ? 1 : 0,
    },
  ])
}

/** Remembers over which channels reports came again; at most one row for each channel. */
export async function noteSightings(
  transaction: Transaction<Schema>,
  seenAgain: readonly { readonly report: StorableReport; readonly known: Known }[],
): Promise<void> {
  await insertSightings.insert(
    transaction,
    seenAgain
      // One that took the place of the stored one stands in `reports` itself.
      .filter(({ known }) => !known.isLessTrusted)
      .map(({ report, known }) => ({
        report_row_id: known.reportRowId,
        channel: report.report.channel,
        first_seen_at: report.report.received_at,
        last_seen_at: report.report.received_at,
        times: 1,
        is_same_content: known.isSameContent ? 1 : 0,
      })),
  )
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

const insertSightings = new RowInserter(
  'report_sightings',
  ['report_row_id', 'channel', 'first_seen_at', 'last_seen_at', 'times', 'is_same_content'],
  insert =>
    insert.onConflict(conflict =>
      conflict.columns(['report_row_id', 'channel']).doUpdateSet(now => ({
        last_seen_at: now.ref('excluded.last_seen_at'),
        times: now('report_sightings.times', '+', now.ref('excluded.times')),
        is_same_content: now('report_sightings.is_same_content', '*', now.ref('excluded.is_same_content')),
      })),
    ),
)
