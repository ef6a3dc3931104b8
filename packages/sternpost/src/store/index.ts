/** The database: one embedded file, its schema and migrations. */

export type {
  ApiTokenTable,
  AuditLogTable,
  InstallationTable,
  SessionTable,
  UserTable,
} from './access-tables.ts'
export type {
  AcmeAccountTable,
  AcmeBudgetTable,
  CertificateOrderTable,
  CertificateTable,
} from './certificate-tables.ts'
export type { CheckTable } from './check-tables.ts'
export { copyDatabase, DatabaseCopyError } from './copy-database.ts'
export type { DnsOwnValueTable } from './dns-record-tables.ts'
export { DurableStore } from './durable-store.ts'
export { RowInserter } from './insert-rows.ts'
export { NotDurableError } from './not-durable-error.ts'
export type { PolicyVersionTable, PublishedDomainTable } from './publish-tables.ts'
export { QuestionError } from './question-error.ts'
export {
  ALL_DOMAINS,
  OTHER_RESULT_TYPES,
  type ReportDailyFailureTable,
  type ReportDailyTable,
  type ReportedPolicyTextTable,
  type ReportFailureTable,
  type ReportPolicyTable,
  type ReportSightingTable,
  type ReportTable,
  type ReportTextTable,
} from './report-tables.ts'
export { restoreDatabase } from './restore-database.ts'
export type {
  MxSightingTable,
  PolicyHostDayTable,
  PublicationStepTable,
  PublicationTable,
  RolloutCheckTable,
  RolloutExecutorTable,
  RolloutGateTable,
  RolloutTable,
  RolloutTransitionTable,
} from './rollout-tables.ts'
export type { MtaStsPolicyTable, OutboundEventTable, Schema } from './schema.ts'
export { databaseFile, Store, type StoreNotice, type StoreOptions, type StoreState } from './store.ts'
