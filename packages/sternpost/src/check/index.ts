/** Findings about a domain, its records and its policy: what is wrong, why, and the line to change. */
export type { AssessmentContext, KnownPolicy, ReportEvidence } from './assess/index.ts'
export { assessObservation } from './assess/index.ts'
export {
  type BatchOptions,
  BatchTally,
  ForeignFileError,
  formatProblemLine,
  formatResultLine,
  type InputProblem,
  type ListedDomain,
  type ListItem,
  listItems,
  openResultFile,
  type ResultFile,
  type ResultHead,
  readDomainList,
  runBatch,
} from './batch/index.ts'
export {
  type CheckIssueCode,
  checkIssues,
  type FindingCode,
  finding,
  findingOfIssue,
  findingPages,
  formatFindingPages,
} from './catalogue/index.ts'
export { type CheckOptions, type CheckProgress, checkDomain, judgeObservation } from './check-domain.ts'
export type { CheckEyes } from './check-eyes.ts'
export { type CheckResult, countFindings, type FindingCounts, worstSeverity } from './check-result.ts'
export { compareResults, type FactChange, type ResultComparison } from './compare/index.ts'
export { type CheckEyesOptions, createCheckEyes } from './create-check-eyes.ts'
export {
  CheckArchive,
  CheckDesk,
  type CheckNews,
  type CheckPosition,
  type KeptCheck,
} from './desk/index.ts'
export { type FailOn, failOnWords, isAtOrAbove } from './fail-on.ts'
export {
  type Evidence,
  type Finding,
  type FindingSubject,
  type Remedy,
  type Replacement,
  type Severity,
  severities,
} from './finding.ts'
export {
  assessPolicyText,
  assessRecord,
  assessRecordTexts,
  assessReport,
  correctPolicyText,
  correctRecordText,
  decodePolicyFile,
  type LintedRecordType,
  lintedRecordTypes,
  type PolicyTextAssessment,
  type RecordAssessment,
  type RecordValue,
  recordTypes,
} from './lint/index.ts'
export type {
  DomainObservation,
  SeenAnswer,
  SeenMxAddress,
  SeenMxHost,
  SeenNextHop,
  SeenRoute,
  SeenTlsaRecord,
  Vantage,
} from './observation.ts'
export { type CheckInput, readCheckInput } from './observe/index.ts'
export { type CheckPart, checkParts } from './observed-parts.ts'
export {
  cutText,
  type DeliveryTable,
  deliveryLegend,
  deliveryTable,
  deliveryWord,
  describeCounts,
  describeSubject,
  findingPageOf,
  findingPagePath,
  fineAreas,
  formatHtml,
  formatJunit,
  formatMarkdown,
  formatSarif,
  MAX_EVIDENCE,
  measuredLine,
  nearestCodes,
  type PresentedCheck,
  printedCharacters,
  senderTitle,
  severityWord,
  toldFindings,
} from './present/index.ts'
export {
  checkResultJsonSchema,
  checkResultSchema,
  findingSchema,
  findingSubjectSchema,
  parseSavedResult,
  readSavedResults,
  type SavedResult,
} from './saved/index.ts'
export {
  type AddressOutcome,
  type Delivery,
  deliveries,
  type HostOutcome,
  type SenderOutcome,
  type SenderProfileName,
  senderProfileNames,
  simulateSenders,
} from './simulate/index.ts'
