import { type ReportFilter, type ReportsDb, selectDailyFailures, total } from './report-filter.ts'

/** Failures of one type at one MX host, day by day. */
export interface HeatMapRow {
  readonly domain: string
  /** In lower case; empty where reports name none. */
  readonly mxHost: string
  readonly resultType: string
  readonly failedSessionCount: number
  /** Days with failures, in order. */
  readonly days: readonly { readonly day: string; readonly failedSessionCount: number }[]
}

export interface FailureHeatMap {
  /** Most failed sessions first. */
  readonly rows: readonly HeatMapRow[]
  /** There are more rows than the limit. */
  readonly isCut: boolean
}

/** Answers on which days what failed where. */
export async function failureHeatMap(
  db: ReportsDb,
  filter: ReportFilter,
  options: { readonly limit?: number } = {},
): Promise<FailureHeatMap> {
  const limit = options.limit ?? 40
  const totals = await selectDailyFailures(db, filter)
    .select(['policy_domain', 'mx_host', 'result_type', total('failed').as('sessions')])
    .groupBy(['policy_domain', 'mx_host', 'result_type'])
    .orderBy('sessions', 'desc')
    .orderBy('policy_domain')
    .orderBy('mx_host')
    .orderBy('result_type')
    .limit(limit + 1)
    .execute()
  const shown = totals.slice(0, limit)
  const domains = [...new Set(shown.map(row => row.policy_domain))]
  const cells =
    shown.length === 0
      ? []
      : await selectDailyFailures(db, { ...filter, domain: undefined, domains })
          .where('mx_host', 'in', [...new Set(shown.map(row => row.mx_host))])
          .select(['policy_domain', 'mx_host', 'result_type', 'day', total('failed').as('sessions')])
          .groupBy(['policy_domain', 'mx_host', 'result_type', 'day'])
          .orderBy('day')
          .execute()
  const keyOf = (row: { policy_domain: string; mx_host: string; result_type: string }) =>
    JSON.stringify([row.policy_domain, row.mx_host, row.result_type])
  const daysOf = Map.groupBy(cells, keyOf)
  return {
    isCut: totals.length > limit,
    rows: shown.map(row => ({
      domain: row.policy_domain,
      mxHost: row.mx_host,
      resultType: row.result_type,
      failedSessionCount: Number(row.sessions),
      days: (daysOf.get(keyOf(row)) ?? []).map(cell => ({
        day: cell.day,
        failedSessionCount: Number(cell.sessions),
      })),
    })),
  }
}
