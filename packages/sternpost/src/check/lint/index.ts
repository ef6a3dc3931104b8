/** Judgements on a text alone: a policy, a record, a report; no network is needed. */
export {
  assessPolicyText,
  type PolicySubject,
  type PolicyTextAssessment,
} from './assess-policy-text.ts'
export { type CorrectedPolicy, correctPolicyText } from './correct-policy.ts'
export { type DecodedPolicyFile, decodePolicyFile } from './decode-policy-file.ts'
