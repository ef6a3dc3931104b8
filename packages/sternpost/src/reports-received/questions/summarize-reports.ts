import { ALL_DOMAINS } from '../../store/index.ts'
import { daysFromTo } from './days.ts'
import {
  countLeftOut,
  domainsOf,
  type LeftOut,
  type ReportFilter,
  type ReportsDb,
  selectDaily,
  selectDailyFailures,
  total,
} from './report-filter.ts'

export interface SessionCounts {
  readonly successfulSessionCount: number
  readonly failedSessionCount: number
}

/** The figures over a time; each session counts once, however many policies of a report repeat it. */
export interface ReportSummary extends SessionCounts {
  /** First and last day of the answer: the filter's, or those of the data. */
  readonly from: string | undefined
  readonly to: string | undefined
  readonly reportCount: number
  /** Every day from `from` to `to`, also those without a report. */
  readonly days: readonly (SessionCounts & { readonly day: string; readonly reportCount: number })[]
  /** Most sessions first. */
  readonly organizations: readonly (SessionCounts & {
    readonly organization: string
    readonly reportCount: number
  })[]
  /** As reported: a session under two policy types stands in both rows. */
  readonly policyTypes: readonly (SessionCounts & { readonly policyType: string })[]
  /** Failure details by type; a session may have none or several, so this is no sum of failed sessions. */
  readonly resultTypes: readonly { readonly resultType: string; readonly failedSessionCount: number }[]
  /** Most failure details first, at most 20. */
  readonly failingDomains: readonly { readonly domain: string; readonly failedSessionCount: number }[]
  readonly leftOut: LeftOut
}

const MAX_FAILING_DOMAINS = 20
const MAX_ORGANIZATIONS = 100

/** Answers how many sessions went well and how many failed, by day, reporter and policy type. */
export async function summarizeReports(db: ReportsDb, filter: ReportFilter): Promise<ReportSummary> {
  const counted = ['counted_success', 'counted_failure'] as const
  const [byDay, byOrganization, byType, resultTypes, failing, leftOut] = await Promise.all([
    selectDaily(db, filter)
      .select(['day', total('reports').as('reports')])
      .select(counted.map(column => total(column).as(column)))
      .groupBy('day')
      .orderBy('day')
      .execute(),
    selectDaily(db, filter)
      .select(['organization', total('reports').as('reports')])
      .select(counted.map(column => total(column).as(column)))
      .groupBy('organization')
      .orderBy(({ ref }) => ref('counted_success'), 'desc')
      .orderBy('organization')
      .execute(),
    selectDaily(db, filter)
      .select(['policy_type', total('success').as('successes'), total('failure').as('failures')])
      .groupBy('policy_type')
      .orderBy('policy_type')
      .execute(),
    failuresByType(db, filter),
    filter.domain === undefined ? failingDomains(db, filter) : [],
    countLeftOut(db, filter),
  ])
  const [from, to] = [filter.from ?? byDay[0]?.day, filter.to ?? byDay.at(-1)?.day]
  const daily = new Map(byDay.map(row => [row.day, row]))
  return {
    from,
    to,
    reportCount: sum(byDay.map(row => row.reports)),
    successfulSessionCount: sum(byDay.map(row => row.counted_success)),
    failedSessionCount: sum(byDay.map(row => row.counted_failure)),
    days:
      from === undefined || to === undefined
        ? []
        : daysFromTo(from, to).map(day => ({
            day,
            reportCount: Number(daily.get(day)?.reports ?? 0),
            successfulSessionCount: Number(daily.get(day)?.counted_success ?? 0),
            failedSessionCount: Number(daily.get(day)?.counted_failure ?? 0),
          })),
    organizations: byOrganization
      .map(row => ({
        organization: row.organization,
        reportCount: Number(row.reports),
        successfulSessionCount: Number(row.counted_success),
        failedSessionCount: Number(row.counted_failure),
      }))
      .sort((a, b) => sessionsOf(b) - sessionsOf(a))
      .slice(0, MAX_ORGANIZATIONS),
    policyTypes: byType.map(row => ({
      policyType: row.policy_type,
      successfulSessionCount: Number(row.successes),
      failedSessionCount: Number(row.failures),
    })),
    resultTypes,
    failingDomains: failing,
    leftOut,
  }
}

async function failuresByType(db: ReportsDb, filter: ReportFilter): Promise<ReportSummary['resultTypes']> {
  const all = domainsOf(filter) === undefined ? { domain: ALL_DOMAINS } : {}
  const rows = await selectDailyFailures(db, { ...filter, ...all })
    .select(['result_type', total('failed').as('sessions')])
    .groupBy('result_type')
    .execute()
  return rows
    .map(row => ({ resultType: row.result_type, failedSessionCount: Number(row.sessions) }))
    .sort((a, b) => b.failedSessionCount - a.failedSessionCount || (a.resultType < b.resultType ? -1 : 1))
}

async function failingDomains(db: ReportsDb, filter: ReportFilter): Promise<ReportSummary['failingDomains']> {
  const rows = await selectDailyFailures(db, filter)
    .select(['policy_domain', total('failed').as('sessions')])
    .groupBy('policy_domain')
    .orderBy('sessions', 'desc')
    .orderBy('policy_domain')
    .limit(MAX_FAILING_DOMAINS)
    .execute()
  return rows.map(row => ({ domain: row.policy_domain, failedSessionCount: Number(row.sessions) }))
}

function sessionsOf(counts: SessionCounts): number {
  return counts.successfulSessionCount + counts.failedSessionCount
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((result, number) => result + Number(number), 0)
}

/** Whether anything is stored at all, whatever its trust. */
export async function hasReports(db: ReportsDb): Promise<boolean> {
  return (await db.selectFrom('reports').select('report_row_id').limit(1).executeTakeFirst()) !== undefined
}
