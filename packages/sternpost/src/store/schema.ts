import type { Generated } from 'kysely'
import type {
  ApiTokenTable,
  AuditLogTable,
  InstallationTable,
  SessionTable,
  UserTable,
} from './access-tables.ts'
import type {
  AcmeAccountTable,
  AcmeBudgetTable,
  CertificateOrderTable,
  CertificateTable,
} from './certificate-tables.ts'
import type { CheckTable } from './check-tables.ts'
import type { DnsOwnValueTable } from './dns-record-tables.ts'
import type { PolicyVersionTable, PublishedDomainTable } from './publish-tables.ts'
import type {
  ReportDailyFailureTable,
  ReportDailyTable,
  ReportedPolicyTextTable,
  ReportFailureTable,
  ReportPolicyTable,
  ReportSightingTable,
  ReportTable,
  ReportTextTable,
} from './report-tables.ts'
import type {
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

/** The tables, as Kysely sees them. Times are milliseconds since 1970. */
export interface Schema {
  mta_sts_policies: MtaStsPolicyTable
  outbound_events: OutboundEventTable
  reports: ReportTable
  report_texts: ReportTextTable
  report_sightings: ReportSightingTable
  reported_policy_texts: ReportedPolicyTextTable
  report_policies: ReportPolicyTable
  report_failures: ReportFailureTable
  report_daily: ReportDailyTable
  report_daily_failures: ReportDailyFailureTable
  published_domains: PublishedDomainTable
  policy_versions: PolicyVersionTable
  certificates: CertificateTable
  certificate_orders: CertificateOrderTable
  acme_accounts: AcmeAccountTable
  acme_budgets: AcmeBudgetTable
  rollouts: RolloutTable
  rollout_transitions: RolloutTransitionTable
  publications: PublicationTable
  publication_steps: PublicationStepTable
  rollout_gates: RolloutGateTable
  policy_host_days: PolicyHostDayTable
  mx_sightings: MxSightingTable
  rollout_checks: RolloutCheckTable
  rollout_executors: RolloutExecutorTable
  dns_own_values: DnsOwnValueTable
  users: UserTable
  sessions: SessionTable
  api_tokens: ApiTokenTable
  audit_log: AuditLogTable
  installation: InstallationTable
  checks: CheckTable
}

/** Policies of other domains that we apply: the durable half of the outbound cache. */
export interface MtaStsPolicyTable {
  policy_domain: string
  policy_id: string
  /** The body as fetched; parsed again on reading, so that the text stays the one truth. */
  policy_text: string
  fetched_at: number
  /** fetched_at plus max_age. */
  expires_at: number
  /** When the policy decided an answer the last time, to the hour. */
  last_used_at: number
  /** When the record or the policy is to be looked at again. */
  next_check_at: number
}

/** What changed, and what looked like somebody trying to take protection away. */
export interface OutboundEventTable {
  event_id: Generated<number>
  at: number
  policy_domain: string
  kind: string
  /** JSON; shape by kind, see outbound/events.ts. */
  detail: string
}
