/** TLS reports that others send about our domains: taken in, judged, kept, asked. */

export { type TrustLevel, trustLevels } from './authentication.ts'
export type { IncomingDocument, UnpackLimits } from './document.ts'
export { ReportIntake, type ReportIntakeOptions } from './ingest.ts'
export {
  type ReportChannelOptions,
  type ReportChannelSettings,
  type ReportChannels,
  startReportChannels,
} from './intake-channels.ts'
export type { DocumentIntake } from './intake-document.ts'
export { type IntakeIssueCode, intakeIssues } from './intake-issues.ts'
export { ownDomains } from './our-domains.ts'
export { type AddressFamilies, addressFamilies } from './questions/address-families.ts'
export { type CsvCell, formatCsvRow } from './questions/csv.ts'
export { addDays, dayOf, daysFromTo, formatTime, parseDay } from './questions/days.ts'
export { describeReport, type ReportSentences } from './questions/describe-report.ts'
export {
  type ExportKind,
  type ExportRow,
  exportColumns,
  exportKinds,
  exportPage,
  toExportRow,
} from './questions/export-rows.ts'
export { type ExportForm, exportHead, exportText } from './questions/export-text.ts'
export { type FailureGroup, type FailureGroups, failureGroups } from './questions/failure-groups.ts'
export { type FailureHeatMap, failureHeatMap } from './questions/failure-heat-map.ts'
export {
  type ListedReport,
  listReports,
  type ReportPage,
  readCursor,
} from './questions/list-reports.ts'
export { type NewFailures, newFailures } from './questions/new-failures.ts'
export { type PolicyDrift, type PublishedPolicy, policyDrift } from './questions/policy-drift.ts'
export { readPolicyVersion } from './questions/policy-version.ts'
export {
  countLeftOut,
  type LeftOut,
  type ReportFilter,
  type ReportsDb,
  type TrustFilter,
} from './questions/report-filter.ts'
export { type ReporterCalendar, reporterCalendar } from './questions/reporter-calendar.ts'
export type { ReporterHabit } from './questions/reporter-habits.ts'
export { servedPolicy } from './questions/served-policy.ts'
export { type SessionDay, sessionDays } from './questions/session-days.ts'
export {
  findByReportId,
  hasReportText,
  isOnlyAbout,
  readReportText,
  type ShownProblem,
  type ShownReport,
  showReport,
} from './questions/show-report.ts'
export { hasReports, type ReportSummary, summarizeReports } from './questions/summarize-reports.ts'
export { type ReadDocument, readDocument } from './read-document.ts'
export { ReportNotStoredError } from './report-store.ts'
export { unpackReportText } from './report-store-text.ts'
export { type PrunedReports, pruneReports, type ReportRetention } from './retention.ts'
export { readSources, type SourceItem, type SourceOptions, walkFiles } from './sources/index.ts'
export {
  type ReportsReceivedOptions,
  startReportsReceived,
} from './start-reports-received.ts'
export { type ToldReport, tellReport } from './told-report.ts'
export type { AcceptedReport, IntakeVerdict } from './verdict.ts'
