import { networkIssues } from '@sternpost/network'
import { type Issue, type IssueSpec, protocolIssues } from '@sternpost/protocol'
import type { IntakeIssueCode } from '../../reports-received/index.ts'
import type { Evidence, Finding, FindingSubject, Remedy, Severity } from '../finding.ts'
import { checkIssues } from './check-issues.ts'
import type { FindingCode } from './finding-code.ts'
import { findingPages } from './finding-pages.ts'

/** The codes whose row stands in one of the tables this room can see. */
export type TabledCode = Exclude<FindingCode, IntakeIssueCode>

export interface FindingDetails {
  readonly subject: FindingSubject
  readonly message: string
  /** Default: the usual one of the code. */
  readonly severity?: Severity
  /** A narrower clause than that of the code's row. */
  readonly clause?: string
  readonly evidence?: readonly Evidence[]
  readonly remedy?: Remedy
}

const MAX_SEEN_CHARACTERS = 1000

/** Makes a finding; clause and usual severity come from the catalogue, evidence is cut to what may be shown. */
export function finding<Code extends TabledCode>(code: Code, details: FindingDetails): Finding<Code> {
  return findingWithClause(code, specOf(code).clause, details)
}

/** As `finding`, for codes whose row stands in the table of another room. */
export function findingWithClause<Code extends FindingCode>(
  code: Code,
  clause: string,
  details: FindingDetails,
): Finding<Code> {
  const { subject, message, evidence = [], remedy } = details
  return {
    code,
    severity: details.severity ?? findingPages[code].severity,
    subject,
    message,
    clause: details.clause ?? clause,
    evidence: evidence.map(({ seen, ...more }) => ({ seen: seen.slice(0, MAX_SEEN_CHARACTERS), ...more })),
    ...(remedy === undefined ? {} : { remedy }),
  }
}

/** What a parser or a connection reported, as a finding about `subject`; its line and column go along. */
export function findingOfIssue<Code extends TabledCode>(
  issue: Issue<Code>,
  subject: FindingSubject,
  severity?: Severity,
  more: Pick<FindingDetails, 'evidence' | 'remedy'> = {},
): Finding<Code> {
  return finding(issue.code, {
    ...more,
    subject: placed(subject, issue),
    message: issue.message,
    ...(severity === undefined ? {} : { severity }),
  })
}

/** Whether a text is the code of a finding whose row this room can see: for issues typed as text. */
export function isTabledCode(code: string): code is TabledCode {
  return Object.hasOwn(findingPages, code) && specs[code] !== undefined
}

const specs: Readonly<Record<string, IssueSpec>> = { ...protocolIssues, ...networkIssues, ...checkIssues }

function specOf(code: TabledCode): IssueSpec {
  return specs[code]!
}

function placed(subject: FindingSubject, { line, column }: Issue): FindingSubject {
  const at = { ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) }
  switch (subject.kind) {
    case 'policy':
    case 'file':
      return { ...subject, ...at }
    case 'record':
      return column === undefined ? subject : { ...subject, column }
    default:
      return subject
  }
}
