import {
  type Issue,
  type Parsed,
  type ProtocolIssueCode,
  parseMtaStsPolicy,
  selectBimiRecord,
  selectDmarcRecord,
  selectMtaStsRecord,
  selectTlsRptRecord,
} from '@sternpost/protocol'
import { finding, findingPages, isTabledCode } from '../catalogue/index.ts'
import type { Finding, FindingSubject } from '../finding.ts'

const selectors = {
  sts: selectMtaStsRecord,
  tlsrpt: selectTlsRptRecord,
  dmarc: selectDmarcRecord,
  bimi: selectBimiRecord,
} as const

const multipleCodes = {
  sts: 'mta-sts/record-multiple',
  tlsrpt: 'tls-rpt/record-multiple',
  dmarc: 'dmarc/record-multiple',
  bimi: 'bimi/record-multiple',
} as const

/** What a parser has to say of the TXT records at a name. */
export function recordFindings(
  type: keyof typeof selectors,
  texts: readonly string[],
  subject: FindingSubject,
): readonly Finding[] {
  const selection = selectors[type](texts)
  if (selection.kind === 'none') return []
  if (selection.kind === 'one') return parsedFindings(selection.record, subject)
  return [
    finding(multipleCodes[type], {
      severity: 'error',
      subject,
      message: `There are ${selection.texts.length} such records where one may be: senders act as if there were none.`,
    }),
  ]
}

/** What the parser has to say of a policy file. */
export function policyFindings(text: string, subject: FindingSubject): readonly Finding[] {
  return parsedFindings(parseMtaStsPolicy(text), subject)
}

function parsedFindings(
  parsed: Parsed<unknown, ProtocolIssueCode>,
  subject: FindingSubject,
): readonly Finding[] {
  return parsed.ok
    ? parsed.warnings.flatMap(issue => issueFinding(issue, subject, false))
    : parsed.issues.flatMap(issue => issueFinding(issue, subject, true))
}

function issueFinding(issue: Issue, subject: FindingSubject, fatal: boolean): readonly Finding[] {
  const { code, message, line, column } = issue
  if (!isTabledCode(code)) return []
  const usual = findingPages[code].severity
  const place = {
    ...(line === undefined || subject.kind !== 'policy' ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  }
  return [
    finding(code, {
      severity: fatal || usual !== 'error' ? usual : 'warning',
      subject: { ...subject, ...place },
      message,
    }),
  ]
}
