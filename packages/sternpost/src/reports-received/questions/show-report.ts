import { type ReportNote, sendingNetworkOf } from '@sternpost/protocol'
import type { Authentication } from '../authentication.ts'
import { unpackReportText } from '../report-store-text.ts'
import { addDays } from './days.ts'
import { explainFailures, type FailureGroup, type FailureKind } from './failure-groups.ts'
import { describeReports, type ListedReport } from './list-reports.ts'
import { countLeftOut, type LeftOut, type ReportsDb, trustLevelsOf } from './report-filter.ts'

export interface ShownPolicy {
  readonly policyType: string
  readonly domain: string
  readonly policyStrings: readonly string[]
  readonly mxHostPatterns: readonly string[]
  /** As reported. */
  readonly successfulSessionCount: number
  readonly failedSessionCount: number
  /** Not already counted under another policy of the same report. */
  readonly countedSuccessfulSessionCount: number
  readonly countedFailedSessionCount: number
  readonly failures: readonly ShownFailure[]
}

export interface ShownFailure {
  readonly resultType: string
  readonly failedSessionCount: number
  readonly receivingMxHostname: string | undefined
  readonly receivingMxHelo: string | undefined
  readonly receivingIp: string | undefined
  readonly sendingMtaIp: string | undefined
  readonly reasonCode: string | undefined
  readonly additionalInformation: string | undefined
}

/** A kind of failure in a report; the figures of the group are its organization's in the days around. */
export interface ShownProblem extends FailureGroup {
  /** In this report. */
  readonly reportedSessionCount: number
  /** In this report; empty where it names no address. */
  readonly sendingNetworks: readonly string[]
  /** First and last day this was reported by anybody who is believed, in all that is kept. */
  readonly everFirstDay: string
  readonly everLastDay: string
}

export interface ShownReport extends ListedReport {
  readonly authentication: Authentication
  readonly notes: readonly ReportNote[]
  readonly fileName: string | undefined
  readonly sourceAddress: string | undefined
  /** Where it came in again. */
  readonly seenAlso: readonly {
    readonly channel: string
    readonly times: number
    readonly lastSeenAt: number
  }[]
  readonly policies: readonly ShownPolicy[]
  /** What went wrong, by kind, seen together with what others reported in the days around. */
  readonly problems: readonly ShownProblem[]
  /** Not considered in what others reported. */
  readonly leftOut: LeftOut
}

/** Beyond this a report is a flood; its text still has everything. */
const MAX_SHOWN_FAILURES = 1_000
/** Days before and after, so that other reporters whose day ends elsewhere take part. */
const AROUND_DAYS = 1

/**
 * Answers everything about one report; undefined where there is none of this number.
 *
 * With `domains` only what it says of these; undefined where that is nothing.
 */
export async function showReport(
  db: ReportsDb,
  reportRowId: number,
  domains?: readonly string[],
): Promise<ShownReport | undefined> {
  const [[listed], row, sightings, allPolicies] = await Promise.all([
    describeReports(db, [reportRowId], domains),
    db.selectFrom('reports').selectAll().where('report_row_id', '=', reportRowId).executeTakeFirst(),
    db
      .selectFrom('report_sightings')
      .selectAll()
      .where('report_row_id', '=', reportRowId)
      .orderBy('first_seen_at')
      .execute(),
    policiesOf(db, reportRowId),
  ])
  if (listed === undefined || row === undefined) return undefined
  const visible = domains === undefined ? undefined : new Set(domains)
  const policies = allPolicies.filter(({ domain }) => visible?.has(domain) ?? true)
  const [problems, leftOut] = await Promise.all([
    problemsOf(db, listed, policies),
    countLeftOut(db, { ...around(listed), domains }),
  ])
  const { isPartial } = listed
  return {
    ...listed,
    authentication: JSON.parse(row.authentication) as Authentication,
    notes: isPartial ? [] : (JSON.parse(row.notes) as ReportNote[]),
    fileName: isPartial ? undefined : (row.file_name ?? undefined),
    sourceAddress: row.source_address ?? undefined,
    seenAlso: sightings.map(({ channel, times, last_seen_at }) => ({
      channel,
      times,
      lastSeenAt: last_seen_at,
    })),
    policies,
    problems,
    leftOut,
  }
}

/** Whether a report speaks of these domains and of no others. */
export async function isOnlyAbout(
  db: ReportsDb,
  reportRowId: number,
  domains: readonly string[],
): Promise<boolean> {
  const [listed] = await describeReports(db, [reportRowId], domains)
  return listed !== undefined && !listed.isPartial
}

/** Whether the text of a report is still there. */
export async function hasReportText(db: ReportsDb, reportRowId: number): Promise<boolean> {
  const row = await db
    .selectFrom('report_texts')
    .select('report_row_id')
    .where('report_row_id', '=', reportRowId)
    .executeTakeFirst()
  return row !== undefined
}

/** The text of a report, word for word; undefined where it is past its retention. */
export async function readReportText(db: ReportsDb, reportRowId: number): Promise<Uint8Array | undefined> {
  const row = await db
    .selectFrom('report_texts')
    .selectAll()
    .where('report_row_id', '=', reportRowId)
    .executeTakeFirst()
  return row === undefined ? undefined : unpackReportText(row)
}

/** The numbers of the reports with a report id, newest first, at most 10. */
export async function findByReportId(db: ReportsDb, reportId: string): Promise<number[]> {
  const rows = await db
    .selectFrom('reports')
    .select('report_row_id')
    .where('report_id', '=', reportId)
    .orderBy('report_row_id', 'desc')
    .limit(10)
    .execute()
  return rows.map(row => row.report_row_id)
}

async function policiesOf(db: ReportsDb, reportRowId: number): Promise<ShownPolicy[]> {
  const policies = await db
    .selectFrom('report_policies')
    .leftJoin(
      'reported_policy_texts',
      'reported_policy_texts.policy_text_hash',
      'report_policies.policy_text_hash',
    )
    .select(['policy_index', 'policy_type', 'policy_domain', 'policy_strings', 'mx_patterns'])
    .select(['success', 'failure', 'counted_success', 'counted_failure'])
    .where('report_row_id', '=', reportRowId)
    .orderBy('policy_index')
    .execute()
  const failures = await db
    .selectFrom('report_failures')
    .selectAll()
    .where('report_row_id', '=', reportRowId)
    .orderBy('policy_index')
    .orderBy('failure_index')
    .limit(MAX_SHOWN_FAILURES)
    .execute()
  const failuresOf = Map.groupBy(failures, row => row.policy_index)
  return policies.map(row => ({
    policyType: row.policy_type,
    domain: row.policy_domain,
    policyStrings: JSON.parse(row.policy_strings ?? '[]') as string[],
    mxHostPatterns: JSON.parse(row.mx_patterns ?? '[]') as string[],
    successfulSessionCount: row.success,
    failedSessionCount: row.failure,
    countedSuccessfulSessionCount: row.counted_success,
    countedFailedSessionCount: row.counted_failure,
    failures: (failuresOf.get(row.policy_index) ?? []).map(failure => ({
      resultType: failure.result_type,
      failedSessionCount: failure.failed,
      receivingMxHostname: failure.receiving_mx_hostname ?? undefined,
      receivingMxHelo: failure.receiving_mx_helo ?? undefined,
      receivingIp: failure.receiving_ip ?? undefined,
      sendingMtaIp: failure.sending_mta_ip ?? undefined,
      reasonCode: failure.reason_code ?? undefined,
      additionalInformation: failure.additional_information ?? undefined,
    })),
  }))
}

function around(report: ListedReport) {
  return {
    from: addDays(report.day, -AROUND_DAYS),
    to: addDays(report.day, AROUND_DAYS),
    domain: report.domains.length === 1 ? report.domains[0] : undefined,
  }
}

async function problemsOf(
  db: ReportsDb,
  report: ListedReport,
  policies: readonly ShownPolicy[],
): Promise<ShownProblem[]> {
  const details = Map.groupBy(
    policies.flatMap(({ domain, policyType, failures }) =>
      failures.map(failure => ({ kind: kindOf(domain, policyType, failure), failure })),
    ),
    ({ kind }) => JSON.stringify(kind),
  )
  const { from, to } = around(report)
  const groups = await explainFailures(
    db,
    { from, to, organization: report.organization },
    [...details.values()].map(members => members[0]!.kind),
    report.reportRowId,
  )
  const problems: ShownProblem[] = []
  for (const group of groups) {
    const ever = await db
      .selectFrom('report_daily_failures')
      .select(({ fn }) => [fn.min('day').as('first'), fn.max('day').as('last')])
      .where('policy_domain', '=', group.domain)
      .where('result_type', '=', group.resultType)
      .where('mx_host', '=', group.mxHost)
      .where('trust', 'in', trustLevelsOf())
      .executeTakeFirst()
    const [first, last] = [ever?.first ?? group.firstDay, ever?.last ?? group.lastDay]
    const own = details.get(JSON.stringify(kindOf(group.domain, group.policyType, group))) ?? []
    problems.push({
      ...group,
      reportedSessionCount: own.reduce((sum, { failure }) => sum + failure.failedSessionCount, 0),
      sendingNetworks: [
        ...new Set(own.flatMap(({ failure }) => sendingNetworkOf(failure.sendingMtaIp) ?? [])),
      ].sort(),
      everFirstDay: first < group.firstDay ? first : group.firstDay,
      everLastDay: last > group.lastDay ? last : group.lastDay,
    })
  }
  return problems
}

function kindOf(
  domain: string,
  policyType: string,
  failure: { readonly resultType: string } & ({ readonly mxHost: string } | ShownFailure),
): FailureKind {
  const mxHost = 'mxHost' in failure ? failure.mxHost : (failure.receivingMxHostname ?? '').toLowerCase()
  return { domain, policyType, resultType: failure.resultType, mxHost }
}
