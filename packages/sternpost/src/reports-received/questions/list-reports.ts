import { sql } from 'kysely'
import { ALL_DOMAINS, OTHER_RESULT_TYPES } from '../../store/index.ts'
import { type TrustLevel, trustLevels } from '../authentication.ts'
import { addDays } from './days.ts'
import { domainsOf, isOneOf, type ReportFilter, type ReportsDb, trustLevelsOf } from './report-filter.ts'

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
  /**
   * The report covers domains beyond those of whoever asks: only their part is told, and nothing that may name
   * others, such as its id, its notes and its text.
   */
  readonly isPartial: boolean
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
  /** Only those with failed sessions. Default false. */
  readonly withFailures?: boolean
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
    withFailures: options.withFailures === true,
  })
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return {
    reports: await describeReports(
      db,
      page.map(({ reportRowId }) => reportRowId),
      filter.domains,
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
  readonly withFailures: boolean
}

async function findReports(db: ReportsDb, filter: ReportFilter, search: Search): Promise<Position[]> {
  const domains = domainsOf(filter)
  const table = filter.resultType === undefined ? 'report_policies' : 'report_failures'
  if (domains !== undefined && domains.length > 1) return findOfSeveral(db, table, filter, search)
  if (filter.resultType !== undefined) return findByFailure(db, filter, search)
  return findIn(db, domains === undefined ? 'reports' : 'report_policies', filter, search)
}

/** Days of the first step, and how much longer each next one is. */
const FIRST_STEP_DAYS = 4
const STEP_GROWTH = 4

/**
 * Looks for reports of several domains, from the newest day backwards in growing steps: no index has them in one
 * order, so that each step must be sorted, and the first page mostly lies in the first of them.
 */
async function findOfSeveral(
  db: ReportsDb,
  table: 'report_policies' | 'report_failures',
  filter: ReportFilter,
  search: Search,
): Promise<Position[]> {
  const kept = await keptDays(db)
  const first = [kept.first, filter.from ?? ''].sort().at(-1)!
  const last = [kept.last, filter.to ?? '9999', search.after?.day ?? '9999'].sort()[0]!
  const found: Position[] = []
  for (let [to, days] = [last, FIRST_STEP_DAYS]; to !== '' && to >= first; days *= STEP_GROWTH) {
    const from = [addDays(to, 1 - days), first].sort().at(-1)!
    const limit = search.limit - found.length
    found.push(...(await findIn(db, table, { ...filter, from, to }, { ...search, limit })))
    if (found.length >= search.limit) break
    to = addDays(from, -1)
  }
  return found
}

/** Days per step when looking for a failure type: rare types are found without walking through every failure. */
const DAYS_PER_STEP = 40

/** The first and the last day there is; asked one by one, as SQLite goes to an end of an index for one alone. */
async function keptDays(db: ReportsDb): Promise<{ readonly first: string; readonly last: string }> {
  const first = await db
    .selectFrom('reports')
    .select(({ fn }) => fn.min('day').as('day'))
    .executeTakeFirst()
  const last = await db
    .selectFrom('reports')
    .select(({ fn }) => fn.max('day').as('day'))
    .executeTakeFirst()
  return { first: first?.day ?? '', last: last?.day ?? '' }
}

async function findByFailure(db: ReportsDb, filter: ReportFilter, search: Search): Promise<Position[]> {
  // The daily sums leave the quarantined out, so they cannot tell on which days to look.
  if (domainsOf(filter) !== undefined || search.quarantined)
    return findIn(db, 'report_failures', filter, search)
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

/** Where each table has its failed sessions. */
const failedColumn = {
  reports: 'counted_failure',
  report_policies: 'failure',
  report_failures: 'failed',
} as const

async function findIn(
  db: ReportsDb,
  table: 'reports' | 'report_policies' | 'report_failures',
  filter: ReportFilter,
  { limit, after, quarantined, withFailures }: Search,
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
  if (withFailures) query = query.where(sql.ref<number>(failedColumn[table]), '>', 0)
  const levels = trustLevelsOf(filter.trust ?? 'any')
  if (levels.length < trustLevels.length) query = query.where('trust', 'in', levels)
  const domains = domainsOf(filter)
  if (domains !== undefined) query = query.where(isOneOf('policy_domain', domains))
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

/**
 * The list entries of reports by their numbers, in that order; those that are gone fall away.
 *
 * With `domains` only what is said of these, and no report that says nothing of them.
 */
export async function describeReports(
  db: ReportsDb,
  ids: readonly number[],
  domains?: readonly string[],
): Promise<ListedReport[]> {
  if (ids.length === 0) return []
  const visible = domains === undefined ? undefined : new Set(domains)
  const isVisible = (row: { readonly policy_domain: string }) => visible?.has(row.policy_domain) ?? true
  // None waits for another, so that a page takes as long as the slowest.
  const [reports, policies, failures] = await Promise.all([
    db.selectFrom('reports').selectAll().where('report_row_id', 'in', ids).execute(),
    db
      .selectFrom('report_policies')
      .select(['report_row_id', 'policy_domain'])
      .select(({ fn }) => [
        fn.sum<number>('counted_success').as('successes'),
        fn.sum<number>('counted_failure').as('failures'),
      ])
      .groupBy(['report_row_id', 'policy_domain'])
      .where('report_row_id', 'in', ids)
      .orderBy('policy_domain')
      .execute(),
    db
      .selectFrom('report_failures')
      .select(['report_row_id', 'policy_domain', 'result_type'])
      .distinct()
      .where('report_row_id', 'in', ids)
      .orderBy('result_type')
      .execute(),
  ])
  const policiesOf = Map.groupBy(policies, row => row.report_row_id)
  const failuresOf = Map.groupBy(failures.filter(isVisible), row => row.report_row_id)
  const byId = new Map(reports.map(row => [row.report_row_id, row]))
  return ids.flatMap(id => {
    const row = byId.get(id)
    const all = policiesOf.get(id) ?? []
    const own = all.filter(isVisible)
    if (row === undefined || (visible !== undefined && own.length === 0)) return []
    const isPartial = own.length < all.length
    return {
      reportRowId: row.report_row_id,
      day: row.day,
      organization: row.organization,
      contactInfo: row.contact_info ?? undefined,
      reportId: isPartial ? '' : row.report_id,
      startAt: row.start_at ?? undefined,
      endAt: row.end_at ?? undefined,
      domains: own.map(({ policy_domain }) => policy_domain),
      successfulSessionCount: isPartial ? sum(own, 'successes') : row.counted_success,
      failedSessionCount: isPartial ? sum(own, 'failures') : row.counted_failure,
      resultTypes: [...new Set(failuresOf.get(id)?.map(({ result_type }) => result_type))],
      trust: row.trust as TrustLevel,
      isQuarantined: row.is_quarantined === 1,
      channel: row.channel,
      receivedAt: row.received_at,
      noteCount: isPartial ? 0 : (JSON.parse(row.notes) as unknown[]).length,
      isPartial,
    }
  })
}

function sum<Key extends string>(rows: readonly Readonly<Record<Key, number>>[], key: Key): number {
  return rows.reduce((total, row) => total + Number(row[key]), 0)
}
