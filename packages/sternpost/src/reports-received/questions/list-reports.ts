import { ALL_DOMAINS, OTHER_RESULT_TYPES } from '../../store/index.ts'
import { type TrustLevel, trustLevels } from '../authentication.ts'
import { type ReportFilter, type ReportsDb, trustLevelsOf } from './report-filter.ts'

/** One report in a list. */
export interface ListedReport {
  readonly reportRowId: number
  readonly day: string
  readonly organization: string
  readonly contactInfo: string | undefined
  readonly reportId: string
  readonly startAt: number | undefined
  readonly endAt: number | undefined
  readonly domains: readonly string[]
  readonly successfulSessionCount: number
  readonly failedSessionCount: number
  readonly resultTypes: readonly string[]
  readonly trust: TrustLevel
  readonly isQuarantined: boolean
  readonly channel: string
  readonly receivedAt: number
  readonly noteCount: number
}

export interface ReportPage {
  /** Newest day first. */
  readonly reports: readonly ListedReport[]
  /** Give it back as `after` for the next page; undefined on the last one. */
  readonly next: string | undefined
}

export interface ListOptions {
  /** Default 50, at most 1000. */
  readonly limit?: number
  /** `next` of the page before. */
  readonly after?: string
  /** Only the quarantined instead of all others. Default false. */
  readonly quarantined?: boolean
}

interface Position {
  readonly day: string
  readonly reportRowId: number
}

/** Lists reports, newest day first; unless the filter says otherwise those of every trust level. */
export async function listReports(
  db: ReportsDb,
  filter: ReportFilter,
  options: ListOptions = {},
): Promise<ReportPage> {
  const limit = Math.min(Math.max(options.limit ?? 50, 1), 1000)
  const after = options.after === undefined ? undefined : readCursor(options.after)
  const found = await findReports(db, filter, {
    limit: limit + 1,
    after,
    quarantined: options.quarantined === true,
  })
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return {
    reports: await describeReports(
      db,
      page.map(({ reportRowId }) => reportRowId),
    ),
    next: found.length > limit && last !== undefined ? `${last.day}.${last.reportRowId}` : undefined,
  }
}

/** Reads a cursor; undefined for what is none. */
export function readCursor(cursor: string): Position | undefined {
  const match = /^([0-9]{4}-[0-9]{2}-[0-9]{2})\.([0-9]{1,15})$/.exec(cursor)
  return match === null ? undefined : { day: match[1]!, reportRowId: Number(match[2]) }
}

interface Search {
  readonly limit: number
  readonly after: Position | undefined
  readonly quarantined: boolean
}

async function findReports(db: ReportsDb, filter: ReportFilter, search: Search): Promise<Position[]> {
  if (filter.resultType !== undefined) return findByFailure(db, filter, search)
  if (filter.domain !== undefined) return findIn(db, 'report_policies', filter, search)
  return findIn(db, 'reports', filter, search)
}

/** Days per step when looking for a failure type: rare types are found without walking through every failure. */
const DAYS_PER_STEP = 40

async function findByFailure(db: ReportsDb, filter: ReportFilter, search: Search): Promise<Position[]> {
  // The daily sums leave the quarantined out, so they cannot tell on which days to look.
  if (filter.domain !== undefined || search.quarantined) return findIn(db, 'report_failures', filter, search)
  let days = db
    .selectFrom('report_daily_failures')
    .select('day')
    .distinct()
    .where('policy_domain', '=', ALL_DOMAINS)
    .where('result_type', 'in', [filter.resultType ?? '', OTHER_RESULT_TYPES])
    .orderBy('day', 'desc')
  if (filter.from !== undefined) days = days.where('day', '>=', filter.from)
  if (filter.to !== undefined) days = days.where('day', '<=', filter.to)
  if (search.after !== undefined) days = days.where('day', '<=', search.after.day)
  const all = (await days.execute()).map(({ day }) => day)
  const found: Position[] = []
  for (let from = 0; from < all.length && found.length < search.limit; from += DAYS_PER_STEP) {
    const step = all.slice(from, from + DAYS_PER_STEP)
    const limit = search.limit - found.length
    const range = { ...filter, from: step.at(-1), to: step[0] }
    found.push(...(await findIn(db, 'report_failures', range, { ...search, limit })))
  }
  return found
}

async function findIn(
  db: ReportsDb,
  table: 'reports' | 'report_policies' | 'report_failures',
  filter: ReportFilter,
  { limit, after, quarantined }: Search,
): Promise<Position[]> {
  let query = db
    // All three have these columns; the type of one stands for them.
    .selectFrom(table as 'report_failures')
    .select(['day', 'report_row_id'])
    .where('is_quarantined', '=', quarantined ? 1 : 0)
    .orderBy('day', 'desc')
    .orderBy('report_row_id', 'desc')
    .limit(limit)
  // A report stands in `reports` once; to look for doubles there would mean to sort all of them.
  if (table !== 'reports') query = query.distinct()
  const levels = trustLevelsOf(filter.trust ?? 'any')
  if (levels.length < trustLevels.length) query = query.where('trust', 'in', levels)
  if (filter.domain !== undefined) query = query.where('policy_domain', '=', filter.domain)
  if (filter.resultType !== undefined) query = query.where('result_type', '=', filter.resultType)
  if (filter.organization !== undefined) query = query.where('organization', '=', filter.organization)
  if (filter.from !== undefined) query = query.where('day', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('day', '<=', filter.to)
  if (after !== undefined) {
    query = query
      .where('day', '<=', after.day)
      .where(eb =>
        eb.or([
          eb('day', '<', after.day),
          eb.and([eb('day', '=', after.day), eb('report_row_id', '<', after.reportRowId)]),
        ]),
      )
  }
  const rows = await query.execute()
  return rows.map(row => ({ day: row.day, reportRowId: row.report_row_id }))
}

/** The list entries of reports by their numbers, in that order; those that are gone fall away. */
export async function describeReports(db: ReportsDb, ids: readonly number[]): Promise<ListedReport[]> {
  if (ids.length === 0) return []
  const reports = await db.selectFrom('reports').selectAll().where('report_row_id', 'in', ids).execute()
  const policies = await db
    .selectFrom('report_policies')
    .select(['report_row_id', 'policy_domain'])
    .distinct()
    .where('report_row_id', 'in', ids)
    .orderBy('policy_domain')
    .execute()
  const failures = await db
    .selectFrom('report_failures')
    .select(['report_row_id', 'result_type'])
    .distinct()
    .where('report_row_id', 'in', ids)
    .orderBy('result_type')
    .execute()
  const domainsOf = Map.groupBy(policies, row => row.report_row_id)
  const typesOf = Map.groupBy(failures, row => row.report_row_id)
  const byId = new Map(reports.map(row => [row.report_row_id, row]))
  return ids.flatMap(id => {
    const row = byId.get(id)
    if (row === undefined) return []
    return {
      reportRowId: row.report_row_id,
      day: row.day,
      organization: row.organization,
      contactInfo: row.contact_info ?? undefined,
      reportId: row.report_id,
      startAt: row.start_at ?? undefined,
      endAt: row.end_at ?? undefined,
      domains: domainsOf.get(id)?.map(({ policy_domain }) => policy_domain) ?? [],
      successfulSessionCount: row.counted_success,
      failedSessionCount: row.counted_failure,
      resultTypes: typesOf.get(id)?.map(({ result_type }) => result_type) ?? [],
      trust: row.trust as TrustLevel,
      isQuarantined: row.is_quarantined === 1,
      channel: row.channel,
      receivedAt: row.received_at,
      noteCount: (JSON.parse(row.notes) as unknown[]).length,
    }
  })
}
