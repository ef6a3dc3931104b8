import type { ReportNote } from '@sternpost/protocol'
import type { IntakeIssueCode, intakeIssues, ReadDocument } from '../../reports-received/index.ts'
import {
  type FindingCode,
  finding,
  findingPages,
  findingWithClause,
  isTabledCode,
  type TabledCode,
} from '../catalogue/index.ts'
import type { Finding, FindingSubject, Severity } from '../finding.ts'
import { withRemedies } from './with-remedies.ts'

/** What is to be said of a document that should hold TLS reports. */
export interface ReportAssessment {
  /** By the strict reading of RFC 8460: a report is there, and every one keeps to the standard. */
  readonly valid: boolean
  readonly findings: readonly Finding<FindingCode>[]
}

/**
 * Judges TLS reports as a strict receiver would; we read over every deviation that is noted.
 *
 * Shape: a deviation from the standard is an error, what the standard leaves open is advice. `intake` is the table of
 * the room that takes documents apart; it is passed in, because that room is heavy to load.
 * Source: RFC 8460 §4, §5.
 */
export function assessReport(
  document: ReadDocument,
  subject: FindingSubject,
  intake: typeof intakeIssues,
): ReportAssessment {
  const findings = withRemedies(findingsOf(document, subject, intake).slice(0, MAX_FINDINGS))
  return { valid: findings.every(({ severity }) => severity !== 'error'), findings }
}

/** A document may hold a thousand reports with a hundred notes each. */
const MAX_FINDINGS = 500

function findingsOf(
  document: ReadDocument,
  subject: FindingSubject,
  intake: typeof intakeIssues,
): Finding<FindingCode>[] {
  if (document.kind === 'no-report') {
    return [finding('report/none', { subject, message: `${document.reason} (RFC 8460 §4)` })]
  }
  if (document.kind === 'reject') return [refusal(document.code, document.reason, subject, intake)]
  const { reports, refused } = document
  const isSeveral = reports.length > 1
  return [
    ...refused.map(({ code, reason = '' }) => refusal(code ?? 'report/none', reason, subject, intake)),
    ...reports.flatMap(({ report, notes }) =>
      notes.map(note => findingOfNote(note, isSeveral ? (report.reportId ?? '') : undefined, subject)),
    ),
  ]
}

function refusal(
  code: string,
  reason: string,
  subject: FindingSubject,
  intake: typeof intakeIssues,
): Finding<FindingCode> {
  const details = { subject, message: reason, severity: 'error' as const }
  if (isTabledCode(code)) return finding(code, details)
  if (!Object.hasOwn(intake, code)) return finding('report/none', details)
  const known = code as IntakeIssueCode
  return findingWithClause(known, intake[known].clause, details)
}

function findingOfNote(
  { kind, code, path, message }: ReportNote,
  reportId: string | undefined,
  subject: FindingSubject,
): Finding<FindingCode> {
  const place = [...(reportId === undefined ? [] : [`report ${reportId}`]), ...(path === '' ? [] : [path])]
  const said = `${place.length === 0 ? '' : `${place.join(', ')}: `}${message}. ${noteWords[kind]}`
  if (!isTabledCode(code)) return finding('tls-rpt/report-notes', { subject, message: said })
  return finding(code, {
    subject,
    message: said,
    severity: severityOfNote(kind, code),
  })
}

/** What lenient receivers, Sternpost among them, make of it. */
const noteWords: Readonly<Record<ReportNote['kind'], string>> = {
  missing: 'It is left open when the report is read.',
  inferred: 'What it says was taken from what stands around it.',
  repaired: 'It was read all the same.',
  ignored: 'It is not used.',
}

/** Which address and which host failed a sender may not know: a policy that could not be fetched has none. */
const maybeUnknown: readonly TabledCode[] = [
  'tls-rpt/report-ip-address',
  'tls-rpt/report-mx-hostname',
  'tls-rpt/report-mx-helo',
  'tls-rpt/report-additional-information',
]

/** What was inferred is told after what is missing, and what is only odd is no fault. */
function severityOfNote(kind: ReportNote['kind'], code: TabledCode): Severity {
  if (findingPages[code].severity === 'advice' || kind === 'inferred') return 'advice'
  return kind === 'missing' && maybeUnknown.includes(code) ? 'advice' : 'error'
}
