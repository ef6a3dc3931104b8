/** Judgements on a text alone: a policy, a record, a report; no network is needed. */
export {
  assessPolicyText,
  type PolicySubject,
  type PolicyTextAssessment,
} from './assess-policy-text.ts'
export {
  assessRecord,
  assessRecordTexts,
  type RecordAssessment,
  type RecordSubject,
  type RecordsAssessment,
} from './assess-record.ts'
export { assessReport, type ReportAssessment } from './assess-report.ts'
export { type CorrectedPolicy, correctPolicyText } from './correct-policy.ts'
export { correctRecordText } from './correct-record.ts'
export { type DecodedPolicyFile, decodePolicyFile } from './decode-policy-file.ts'
export {
  type LintedRecordType,
  lintedRecordTypes,
  type RecordValue,
  recordTypes,
  type TxtRecordType,
} from './record-types.ts'
