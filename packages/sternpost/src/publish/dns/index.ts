/** DNS records of published domains: which are wanted, how they are written down, written and verified. */
export type { DnsChange, DnsChangeOutcome, DnsWriter } from './dns-writer.ts'
export { DnsWriteError, type DnsWriteIssueCode, dnsWriteIssues } from './issues.ts'
export { type ChangePlan, type PlanOptions, planChanges, type RecordConflict } from './plan-changes.ts'
export { type RecordSet, type RecordSetType, recordSetTypes } from './record-set.ts'
export {
  type AskEveryServer,
  type ExpectedRecords,
  type RecordVerdict,
  type ServerAnswer,
  type VerifyOptions,
  verifyRecords,
} from './verify-records.ts'
export {
  operatorRecordName,
  type PolicyHostAddress,
  type PolicyHostPlace,
  type RecordDelegation,
  type RecordPurpose,
  sharedPolicyHostName,
  type WantedRecord,
  type WantedRecordsInput,
  wantedRecords,
} from './wanted-records.ts'
