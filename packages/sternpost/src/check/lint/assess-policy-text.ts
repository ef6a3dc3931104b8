import {
  formatMxHostPattern,
  type Issue,
  inspectMtaStsPolicy,
  MAX_MAX_AGE_SECONDS,
  MAX_POLICY_BYTES,
  type MtaStsMode,
  type MtaStsPolicy,
  mtaStsModes,
  nearPolicyKey,
  type PolicyLine,
  type ProtocolIssueCode,
  parseMxHostPattern,
  policyLines,
} from '@sternpost/protocol'
import { finding, findingOfIssue, findingPages, type TabledCode } from '../catalogue/index.ts'
import type { Finding, FindingSubject, Severity } from '../finding.ts'
import { correctPolicyText } from './correct-policy.ts'
import { describeForeignText } from './foreign-text.ts'
import { judgePolicy } from './judge-policy.ts'
import { withRemedies } from './with-remedies.ts'

export type PolicySubject = Extract<FindingSubject, { kind: 'policy' | 'file' }>

/** What is to be said of the text of a policy, without looking at anything else. */
export interface PolicyTextAssessment {
  /** By the strict reading of RFC 8461 §3.2, whatever lenient senders do. */
  readonly valid: boolean
  /** The policy as Sternpost's own outbound side reads it; undefined where it refuses it. */
  readonly policy: MtaStsPolicy | undefined
  /** What the single lines say, also where the whole is invalid; null where a line is missing or wrong. */
  readonly written: {
    readonly mode: MtaStsMode | null
    readonly maxAgeSeconds: number | null
    readonly mx: readonly string[]
  }
  /** In the order of the lines. The first that matters has the corrected file in its remedy. */
  readonly findings: readonly Finding<TabledCode>[]
  /** The whole file, mended; undefined where nothing is to mend or only a person can. */
  readonly corrected: string | undefined
}

/**
 * Judges the text of a policy file: what the parser says, and what experience says beyond it.
 *
 * Shape: `subject` is the file or the policy of a domain; findings add line and column. `fileName` names the
 * corrected file. Pure; the MX records are held against the policy elsewhere.
 * Source: RFC 8461 §3.2, §8.3, §10.2, §10.4.
 */
export function assessPolicyText(
  text: string,
  subject: PolicySubject,
  options: { readonly encodingFault?: string | undefined; readonly fileName?: string } = {},
): PolicyTextAssessment {
  const nothing = { mode: null, maxAgeSeconds: null, mx: [] }
  const foreign = text.length > MAX_POLICY_BYTES ? undefined : describeForeignText(text)
  if (foreign !== undefined) {
    const message = `this is ${foreign}, not a policy of lines such as version: STSv1 (RFC 8461 §3.2)`
    const findings = [finding('mta-sts/policy-foreign-text', { subject, message })]
    return {
      valid: false,
      policy: undefined,
      written: nothing,
      findings: withRemedies(findings),
      corrected: undefined,
    }
  }
  const inspection = inspectMtaStsPolicy(text)
  const { mode, maxAgeSeconds, mxHostPatterns, errors, warnings } = inspection
  const lines = text.length > MAX_POLICY_BYTES ? [] : [...policyLines(text)]
  const holds = errors.length === 0 && mode !== undefined && maxAgeSeconds !== undefined
  const policy = holds ? { mode, maxAgeSeconds, mxHostPatterns } : undefined
  const findings = [
    ...encodingFindings(options.encodingFault, subject),
    ...[...errors, ...warnings].map(issue => findingOfPolicyIssue(issue, lines, subject)),
    ...judgePolicy(lines, inspection, subject),
  ].sort(byPlace)
  const valid = isStrictlyValid(errors, lines) && options.encodingFault === undefined
  const matters = findings.some(({ severity }) => severity === 'error' || severity === 'warning')
  const { text: mended, toFill } = matters ? correctPolicyText(text) : { text: undefined, toFill: [] }
  const corrected = mended === text && options.encodingFault === undefined ? undefined : mended
  return {
    valid,
    policy,
    written: readWritten(lines),
    findings: withRemedies(findings, {
      toFill,
      ...(corrected === undefined
        ? {}
        : { replacement: { kind: 'file', name: options.fileName ?? 'mta-sts.txt', text: corrected } }),
    }),
    corrected,
  }
}

/** What lenient senders make of it, added to the sentence of the strict reading. */
const leniency: Partial<Record<ProtocolIssueCode, string>> = {
  'mta-sts/policy-blank-line': 'Lenient senders skip it.',
  'mta-sts/policy-line': 'Lenient senders skip the line or read it all the same.',
  'mta-sts/policy-max-age-capped': 'Lenient senders, Sternpost among them, count it as a year.',
  'mta-sts/policy-mode': 'A few lenient senders fold case; none knows other words.',
}

function findingOfPolicyIssue(
  issue: Issue<ProtocolIssueCode>,
  lines: readonly PolicyLine[],
  subject: PolicySubject,
): Finding<TabledCode> {
  const line = issue.line === undefined ? undefined : lines[issue.line - 1]
  if (issue.code === 'mta-sts/policy-unknown-field' && nearPolicyKey(line?.key ?? '') !== undefined) {
    return findingOfIssue({ ...issue, code: 'mta-sts/policy-near-miss' as const }, subject)
  }
  const note = leniency[issue.code]
  const message = note === undefined ? issue.message : `${issue.message}. ${note}`
  return findingOfIssue(
    { ...issue, message, code: issue.code as TabledCode },
    subject,
    severityOf(issue.code),
  )
}

/** What breaks the grammar is an error, whatever becomes of it at some senders. */
function severityOf(code: ProtocolIssueCode): Severity {
  return findingPages[code as TabledCode].severity
}

function encodingFindings(fault: string | undefined, subject: PolicySubject): Finding<TabledCode>[] {
  if (fault === undefined) return []
  const message = `the file is not plain ASCII or UTF-8: ${fault} (RFC 8461 §3.2). A few lenient senders skip a mark.`
  return [finding('mta-sts/policy-encoding', { subject, message })]
}

/**
 * The strict reading: what our parser refuses, and a max_age above a year.
 *
 * An IPv4 address fits the grammar of an mx value (RFC 5321 §4.1.2), so a policy with nothing else is valid, and
 * useless; one with a colon or brackets does not fit.
 */
function isStrictlyValid(errors: readonly Issue<ProtocolIssueCode>[], lines: readonly PolicyLine[]): boolean {
  const fields = lines.filter(({ value }) => value !== undefined)
  const mxValues = fields.filter(({ key }) => key === 'mx').map(({ value }) => value ?? '')
  if (errors.some(({ code }) => code !== 'mta-sts/policy-mx-missing')) return false
  if (errors.length > 0 && mxValues.length === 0) return false
  const maxAge = fields.find(({ key }) => key === 'max_age')?.value
  if (Number(maxAge) > MAX_MAX_AGE_SECONDS) return false
  return mxValues.every(value => !/[:[\]]/.test(value))
}

function readWritten(lines: readonly PolicyLine[]): PolicyTextAssessment['written'] {
  const first = (key: string) => lines.find(line => line.key === key && line.value !== undefined)?.value
  const mode = mtaStsModes.find(known => known === first('mode')) ?? null
  const maxAge = first('max_age') ?? ''
  const mx = lines.flatMap(({ key, value = '' }) => {
    if (key !== 'mx') return []
    const parsed = parseMxHostPattern(value)
    if (parsed.ok) return [formatMxHostPattern(parsed.value)]
    return parsed.issues[0].code === 'mta-sts/policy-mx-address' && /^[0-9A-Za-z.-]+$/.test(value)
      ? [value]
      : []
  })
  return { mode, maxAgeSeconds: /^[0-9]{1,10}$/.test(maxAge) ? Number(maxAge) : null, mx }
}

function byPlace(a: Finding, b: Finding): number {
  return lineOf(a) - lineOf(b)
}

function lineOf({ subject }: Finding): number {
  return 'line' in subject ? (subject.line ?? Number.MAX_SAFE_INTEGER) : Number.MAX_SAFE_INTEGER
}
