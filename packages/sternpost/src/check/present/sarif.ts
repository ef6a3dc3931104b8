import { createHash } from 'node:crypto'
import { escapeJson } from '../../log/index.ts'
import type { Finding, FindingSubject, Severity } from '../finding.ts'
import { cutText, printedCharacters } from './cut-text.ts'
import { describeSubject } from './describe-subject.ts'
import { findingDetails } from './finding-details.ts'
import { findingPageOf } from './finding-page-of.ts'
import { findingPagePath } from './finding-page-path.ts'
import type { PresentedCheck } from './presented-check.ts'

/** How SARIF calls a severity: only a failed rule has a level. */
const outcomes = {
  error: { kind: 'fail', level: 'error' },
  warning: { kind: 'fail', level: 'warning' },
  unknown: { kind: 'open', level: 'none' },
  advice: { kind: 'fail', level: 'note' },
  ok: { kind: 'pass', level: 'none' },
} as const satisfies Record<Severity, { kind: string; level: string }>

/** Writes results as SARIF 2.1.0, as code hosts and editors read it; see `sarifLog`. */
export function formatSarif(results: readonly PresentedCheck[], version: string): string {
  return `${escapeJson(JSON.stringify(sarifLog(results, version), null, 2))}\n`
}

/**
 * Puts results into a SARIF log: a rule for each code, a result for each finding. `version` is that of this program.
 *
 * Shape: DNS records are `dns:` URIs (RFC 4501), the policy is the URL it is fetched from, with line and column.
 */
export function sarifLog(results: readonly PresentedCheck[], version: string) {
  const codes = [...new Set(results.flatMap(({ findings }) => findings.map(({ code }) => code)))].sort()
  const ruleIndex = new Map(codes.map((code, index) => [code, index]))
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0' as const,
    runs: [
      {
        tool: { driver: { name: 'Sternpost', version, rules: codes.map(rule) } },
        columnKind: 'utf16CodeUnits' as const,
        invocations: results.map(({ domain, startedAt, durationMs }) => ({
          executionSuccessful: true,
          arguments: ['check', domain],
          startTimeUtc: new Date(startedAt).toISOString(),
          endTimeUtc: new Date(startedAt + durationMs).toISOString(),
        })),
        results: results.flatMap(({ domain, findings }) =>
          findings.map(finding => sarifResult(domain, finding, ruleIndex.get(finding.code) ?? -1)),
        ),
      },
    ],
  }
}

function rule(code: string) {
  const page = findingPageOf(code)
  if (page === undefined) return { id: code }
  return {
    id: code,
    shortDescription: { text: page.title },
    fullDescription: { text: page.meaning },
    help: { text: `${page.meaning}\n\n${page.remedy}\n\n${findingPagePath(code)}` },
  }
}

function sarifResult(domain: string, finding: Finding, ruleIndex: number) {
  const subject = describeSubject(finding.subject)
  return {
    ruleId: finding.code,
    ruleIndex,
    ...outcomes[finding.severity],
    message: { text: findingDetails(finding) },
    locations: [location(domain, finding.subject)],
    // The same finding about the same thing is the same alert tomorrow, whatever its sentence says then.
    partialFingerprints: {
      'sternpostFinding/v1': createHash('sha256')
        .update(`${domain}\n${finding.code}\n${subject}`)
        .digest('hex'),
    },
    properties: { domain, clause: finding.clause, severity: finding.severity },
  }
}

function location(domain: string, subject: FindingSubject) {
  const described = cutText(describeSubject(subject), printedCharacters.evidence)
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(domain, subject) },
      ...('line' in subject && subject.line !== undefined
        ? {
            region: {
              startLine: subject.line,
              ...(subject.column === undefined ? {} : { startColumn: subject.column }),
            },
          }
        : {}),
    },
    logicalLocations: [{ fullyQualifiedName: described, kind: 'resource' }],
  }
}

function uriOf(domain: string, subject: FindingSubject): string {
  switch (subject.kind) {
    case 'domain':
      return `dns:${encoded(domain)}`
    case 'record':
      return `dns:${encoded(subject.name)}?type=${encoded(subject.type)}`
    case 'policy':
      return `https://mta-sts.${encoded(subject.domain)}/.well-known/mta-sts.txt`
    case 'policy-host':
      return `https://${encoded(subject.host)}/`
    case 'mx-host':
      return `dns:${encoded(subject.host)}`
    case 'uri':
      return encodeURI(cutText(subject.uri, printedCharacters.evidence).toWellFormed())
    case 'file':
      return subject.file.split('/').map(encoded).join('/')
  }
}

function encoded(text: string): string {
  return encodeURIComponent(cutText(text, printedCharacters.evidence).toWellFormed())
}
