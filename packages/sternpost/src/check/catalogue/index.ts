/** Every code a finding can have, with what is said about it. */
export { type CheckIssueCode, checkIssues } from './check-issues.ts'
export {
  type FindingDetails,
  finding,
  findingOfIssue,
  findingWithClause,
  isTabledCode,
  type TabledCode,
} from './create-finding.ts'
export type { FindingCode } from './finding-code.ts'
export type { CheckRow, FindingPage } from './finding-page.ts'
export { findingPages } from './finding-pages.ts'
export { formatFindingPages } from './format-finding-page.ts'
