import { type Kysely, type SqlBool, sql } from 'kysely'
import { ALL_DOMAINS, type Schema } from '../../store/index.ts'
import { type TrustLevel, trustLevels } from '../authentication.ts'
import { daysBetween } from './days.ts'

export type ReportsDb = Kysely<Schema>

/** `counted`: authenticated and imported, what figures rest on unless somebody asks for more. */
export type TrustFilter = 'counted' | 'any' | TrustLevel

/** Which reports a question is about. */
export interface ReportFilter {
  /** As policies name it: for a TLSA policy that may be the MX host. */
  readonly domain?: string | undefined
  /**
   * Only these domains, such as those of one customer; with `domain` that one, if it is among them.
   *
   * A report about several of them counts as one for each.
   */
  readonly domains?: readonly string[] | undefined
  /** First and last UTC day, both included. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly organization?: string | undefined
  readonly resultType?: string | undefined
  /** Default `counted`. */
  readonly trust?: TrustFilter | undefined
}

export const countedTrustLevels = ['authenticated', 'imported'] as const satisfies readonly TrustLevel[]

export function trustLevelsOf(trust: TrustFilter = 'counted'): readonly TrustLevel[] {
  if (trust === 'counted') return countedTrustLevels
  return trust === 'any' ? trustLevels : [trust]
}

/** The domains a filter means; undefined for all. */
export function domainsOf({ domain, domains }: ReportFilter): readonly string[] | undefined {
  if (domain === undefined) return domains
  return domains === undefined || domains.includes(domain) ? [domain] : []
}

/** Whether a column holds one of these names; however many there are, it is one statement with one parameter. */
export function isOneOf(column: string, names: readonly string[]) {
  return names.length === 1
    ? sql<SqlBool>`${sql.ref(column)} = ${names[0]}`
    : sql<SqlBool>`${sql.ref(column)} in (select value from json_each(${JSON.stringify(names)}))`
}

/** Reports that fit a filter but for their trust, and are in no figure of the answer. */
export interface LeftOut {
  readonly trust: readonly { readonly level: TrustLevel; readonly reportCount: number }[]
  /** About no domain of ours. */
  readonly quarantinedReportCount: number
}

/** Counts what a filter leaves out, so that no figure passes for everything. */
export async function countLeftOut(db: ReportsDb, filter: ReportFilter): Promise<LeftOut> {
  const levels = trustLevelsOf(filter.trust)
  const others = trustLevels.filter(level => !levels.includes(level))
  const [rows, quarantinedReportCount] = await Promise.all([
    others.length === 0
      ? []
      : selectDaily(db, filter, others)
          .select(['trust', total('reports').as('reports')])
          .groupBy('trust')
          .execute(),
    countQuarantined(db, filter),
  ])
  return {
    trust: others
      .map(level => ({
        level,
        reportCount: Number(rows.find(({ trust }) => trust === level)?.reports ?? 0),
      }))
      .filter(({ reportCount }) => reportCount > 0),
    quarantinedReportCount,
  }
}

async function countQuarantined(db: ReportsDb, filter: ReportFilter): Promise<number> {
  const { from, to, organization } = filter
  const domains = domainsOf(filter)
  // The flag as a literal: SQLite must see that it fits the partial index.
  if (domains === undefined) {
    let query = db
      .selectFrom('reports')
      .select(eb => eb.fn.countAll().as('count'))
      .where(eb => eb('is_quarantined', '=', eb.lit(1)))
    if (from !== undefined) query = query.where('day', '>=', from)
    if (to !== undefined) query = query.where('day', '<=', to)
    // No index of organizations, which has all their reports: the partial one has the few that count here.
    if (organization !== undefined) query = query.where(sql`(organization || '')`, '=', organization)
    return Number((await query.executeTakeFirst())?.count ?? 0)
  }
  let query = db
    .selectFrom('report_policies')
    .select(eb => eb.fn.count('report_row_id').distinct().as('count'))
    .where(isOneOf('policy_domain', domains))
    .where('is_quarantined', '=', 1)
  if (from !== undefined) query = query.where('day', '>=', from)
  if (to !== undefined) query = query.where('day', '<=', to)
  if (organization !== undefined) query = query.where('organization', '=', organization)
  return Number((await query.executeTakeFirst())?.count ?? 0)
}

/** The daily sums of sessions that a filter means. */
export function selectDaily(
  db: ReportsDb,
  filter: ReportFilter,
  levels: readonly TrustLevel[] = trustLevelsOf(filter.trust),
) {
  let query = db
    .selectFrom('report_daily')
    .where(isOneOf('policy_domain', domainsOf(filter) ?? [ALL_DOMAINS]))
    .where('trust', 'in', levels)
  if (filter.from !== undefined) query = query.where('day', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('day', '<=', filter.to)
  if (filter.organization !== undefined) query = query.where('organization', '=', filter.organization)
  return query
}

/** The daily sums of failures that a filter means; without a domain those of each domain, not those of all together. */
export function selectDailyFailures(db: ReportsDb, filter: ReportFilter) {
  const domains = domainsOf(filter)
  let query = db
    .selectFrom('report_daily_failures')
    .where('trust', 'in', trustLevelsOf(filter.trust))
    .where(eb =>
      domains === undefined ? eb('policy_domain', '!=', ALL_DOMAINS) : isOneOf('policy_domain', domains),
    )
  const day = dayColumn(filter)
  if (filter.from !== undefined) query = query.where(day, '>=', filter.from)
  if (filter.to !== undefined) query = query.where(day, '<=', filter.to)
  if (filter.organization !== undefined) query = query.where('organization', '=', filter.organization)
  if (filter.resultType !== undefined) query = query.where('result_type', '=', filter.resultType)
  return query
}

/** The failure details that a filter means, without the quarantined. */
export function selectFailures(db: ReportsDb, filter: ReportFilter) {
  const domains = domainsOf(filter)
  let query = db
    .selectFrom('report_failures')
    .where('trust', 'in', trustLevelsOf(filter.trust))
    .where('is_quarantined', '=', 0)
  if (domains !== undefined) query = query.where(isOneOf('policy_domain', domains))
  const day = dayColumn(filter)
  if (filter.from !== undefined) query = query.where(day, '>=', filter.from)
  if (filter.to !== undefined) query = query.where(day, '<=', filter.to)
  if (filter.organization !== undefined) query = query.where('organization', '=', filter.organization)
  if (filter.resultType !== undefined) query = query.where('result_type', '=', filter.resultType)
  return query
}

/** The failure details of one report, and those of a domain that a filter means. */
export function selectFailuresBeside(
  db: ReportsDb,
  filter: ReportFilter & { readonly domain: string },
  reportRowId: number,
) {
  const { domain, from, to } = filter
  let query = db
    .selectFrom('report_failures')
    .where('policy_domain', '=', domain)
    .where(eb =>
      eb.or([
        eb('report_row_id', '=', reportRowId),
        eb.and([eb('trust', 'in', trustLevelsOf(filter.trust)), eb('is_quarantined', '=', 0)]),
      ]),
    )
  if (from !== undefined) query = query.where('day', '>=', from)
  if (to !== undefined) query = query.where('day', '<=', to)
  return query
}

/** Up to here the index of days saves more than reading the table in its own order. */
const MAX_INDEXED_DAYS = 62

/**
 * The day, as an expression no index knows where the time asked about is long and no domain narrows it: a walk
 * through the table in key order is then several times faster than one through the index.
 */
function dayColumn(filter: ReportFilter) {
  const { from, to } = filter
  const isNarrow =
    domainsOf(filter) !== undefined ||
    (from !== undefined && to !== undefined && daysBetween(from, to) <= MAX_INDEXED_DAYS)
  return isNarrow ? sql<string>`${sql.ref('day')}` : sql<string>`(${sql.ref('day')} || '')`
}

/** A sum that hostile counts cannot make overflow: in floating point, exact up to 2^53. */
export function total(column: string) {
  return sql<number>`coalesce(sum(cast(${sql.ref(column)} as double precision)), 0)`
}
