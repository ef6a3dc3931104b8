import { formatTime } from './days.ts'
import { type ListedReport, listReports } from './list-reports.ts'
import { domainsOf, isOneOf, type ReportFilter, type ReportsDb } from './report-filter.ts'

export const exportKinds = ['reports', 'policies', 'failures'] as const
export type ExportKind = (typeof exportKinds)[number]

export type ExportRow = Readonly<Record<string, string | number | boolean | null>>

/** The columns of each kind, in the order of a CSV file. */
export const exportColumns = {
  reports: ['report', 'day', 'organization', 'contactInfo', 'reportId', 'start', 'end', 'domains']
    .concat(['successfulSessions', 'failedSessions', 'resultTypes', 'trust', 'quarantined'])
    .concat(['channel', 'receivedAt', 'notes']),
  policies: ['report', 'day', 'organization', 'domain', 'policyType', 'policyStrings', 'mxHosts']
    .concat(['successfulSessions', 'failedSessions', 'countedSuccessfulSessions', 'countedFailedSessions'])
    .concat(['trust', 'quarantined']),
  failures: ['report', 'day', 'organization', 'domain', 'policyType', 'resultType', 'failedSessions']
    .concat(['receivingMxHostname', 'receivingMxHelo', 'receivingIp', 'sendingMtaIp', 'reasonCode'])
    .concat(['additionalInformation', 'trust', 'quarantined']),
} as const satisfies Record<ExportKind, readonly string[]>

/** One page of an export; a page is small enough for any machine's memory. */
export interface ExportPage {
  readonly rows: readonly ExportRow[]
  readonly next: string | undefined
}

const PAGE = 500

/** Reads a page of rows, newest day first, with the rows of one report together. */
export async function exportPage(
  db: ReportsDb,
  kind: ExportKind,
  filter: ReportFilter,
  options: { readonly after?: string | undefined; readonly quarantined?: boolean } = {},
): Promise<ExportPage> {
  const { reports, next } = await listReports(
    db,
    { ...filter, trust: filter.trust ?? 'counted' },
    {
      limit: PAGE,
      quarantined: options.quarantined === true,
      ...(options.after === undefined ? {} : { after: options.after }),
    },
  )
  if (kind === 'reports') return { rows: reports.map(toExportRow), next }
  const ids = reports.map(({ reportRowId }) => reportRowId)
  if (ids.length === 0) return { rows: [], next: undefined }
  const rows: readonly ExportRow[] =
    kind === 'policies' ? await policyRows(db, filter, ids) : await failureRows(db, filter, ids)
  const byReport = Map.groupBy(rows, row => row.report)
  return { rows: ids.flatMap(id => byReport.get(id) ?? []), next }
}

/** The row of one report. */
export function toExportRow(report: ListedReport): ExportRow {
  return {
    report: report.reportRowId,
    day: report.day,
    organization: report.organization,
    contactInfo: report.contactInfo ?? null,
    reportId: report.reportId,
    start: formatTime(report.startAt),
    end: formatTime(report.endAt),
    domains: report.domains.join(' '),
    successfulSessions: report.successfulSessionCount,
    failedSessions: report.failedSessionCount,
    resultTypes: report.resultTypes.join(' '),
    trust: report.trust,
    quarantined: report.isQuarantined,
    channel: report.channel,
    receivedAt: formatTime(report.receivedAt),
    notes: report.noteCount,
  }
}

async function policyRows(db: ReportsDb, filter: ReportFilter, ids: readonly number[]) {
  let query = db
    .selectFrom('report_policies')
    .leftJoin(
      'reported_policy_texts',
      'reported_policy_texts.policy_text_hash',
      'report_policies.policy_text_hash',
    )
    .select(['report_row_id', 'day', 'organization', 'policy_domain', 'policy_type', 'policy_strings'])
    .select(['mx_patterns', 'success', 'failure', 'counted_success', 'counted_failure'])
    .select(['trust', 'is_quarantined'])
    .where('report_row_id', 'in', ids)
    .orderBy('report_row_id')
    .orderBy('policy_index')
  const domains = domainsOf(filter)
  if (domains !== undefined) query = query.where(isOneOf('policy_domain', domains))
  const rows = await query.execute()
  return rows.map(row => ({
    report: row.report_row_id,
    day: row.day,
    organization: row.organization,
    domain: row.policy_domain,
    policyType: row.policy_type,
    policyStrings: (JSON.parse(row.policy_strings ?? '[]') as string[]).join(' | '),
    mxHosts: (JSON.parse(row.mx_patterns ?? '[]') as string[]).join(' '),
    successfulSessions: row.success,
    failedSessions: row.failure,
    countedSuccessfulSessions: row.counted_success,
    countedFailedSessions: row.counted_failure,
    trust: row.trust,
    quarantined: row.is_quarantined === 1,
  }))
}

async function failureRows(db: ReportsDb, filter: ReportFilter, ids: readonly number[]) {
  let query = db
    .selectFrom('report_failures')
    .selectAll()
    .where('report_row_id', 'in', ids)
    .orderBy('report_row_id')
    .orderBy('policy_index')
    .orderBy('failure_index')
  const domains = domainsOf(filter)
  if (domains !== undefined) query = query.where(isOneOf('policy_domain', domains))
  if (filter.resultType !== undefined) query = query.where('result_type', '=', filter.resultType)
  const rows = await query.execute()
  return rows.map(row => ({
    report: row.report_row_id,
    day: row.day,
    organization: row.organization,
    domain: row.policy_domain,
    policyType: row.policy_type,
    resultType: row.result_type,
    failedSessions: row.failed,
    receivingMxHostname: row.receiving_mx_hostname,
    receivingMxHelo: row.receiving_mx_helo,
    receivingIp: row.receiving_ip,
    sendingMtaIp: row.sending_mta_ip,
    reasonCode: row.reason_code,
    additionalInformation: row.additional_information,
    trust: row.trust,
    quarantined: row.is_quarantined === 1,
  }))
}
