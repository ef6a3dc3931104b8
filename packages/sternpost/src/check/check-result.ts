import { type Finding, type Severity, severities } from './finding.ts'
import type { DomainObservation } from './observation.ts'
import type { SenderOutcome } from './simulate/sender-outcome.ts'

/** How many findings there are of each severity. */
export interface FindingCounts {
  readonly errors: number
  readonly warnings: number
  readonly unknown: number
  readonly advice: number
  readonly ok: number
}

/**
 * What a check says of one domain: the JSON of `sternpost check --json` and of a saved file.
 *
 * Shape: `findings` in the order of urgency, what is good last.
 */
export interface CheckResult {
  readonly version: 1
  /** A-labels, lower case. */
  readonly domain: string
  /** What the person gave: another spelling, an address, a URL. */
  readonly input: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly durationMs: number
  readonly observation: DomainObservation
  readonly findings: readonly Finding[]
  readonly simulation: readonly SenderOutcome[]
  readonly summary: FindingCounts
  /** The worst severity among the findings, in the order of `severities`. */
  readonly worst: Severity
}

/** Counts findings by severity. */
export function countFindings(findings: readonly Finding[]): FindingCounts {
  const count = (severity: Severity) => findings.filter(finding => finding.severity === severity).length
  return {
    errors: count('error'),
    warnings: count('warning'),
    unknown: count('unknown'),
    advice: count('advice'),
    ok: count('ok'),
  }
}

/** The worst severity of a list; `ok` for none at all. */
export function worstSeverity(findings: readonly Finding[]): Severity {
  return severities.find(severity => findings.some(finding => finding.severity === severity)) ?? 'ok'
}
