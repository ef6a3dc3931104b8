import { escapeJson } from '../../log/index.ts'
import type { CheckResult } from '../check-result.ts'
import { type Severity, severities } from '../finding.ts'

/** What a line of a run says of an entry in which there is no domain to check. */
export interface InputProblem {
  readonly version: 1
  /** Always null: there is no domain. */
  readonly domain: null
  readonly input: string
  /** Of the list, counted from 1. */
  readonly line: number
  readonly problem: string
}

/** Writes a result as one line of JSON; what was seen stands last, so that a reader need not read it. */
export function formatResultLine(result: CheckResult, options: { readonly observation: boolean }): string {
  const { version, domain, input, observation, ...more } = result
  const whole = { version, domain, input, ...more, ...(options.observation ? { observation } : {}) }
  return `${escapeJson(JSON.stringify(whole))}\n`
}

export function formatProblemLine(problem: InputProblem): string {
  return `${escapeJson(JSON.stringify(problem))}\n`
}

/** What a run that goes on needs to know of a line of the run before. */
export interface ResultHead {
  /** For a problem its input. */
  readonly name: string
  /** Undefined for a problem. */
  readonly found: { readonly worst: Severity; readonly findings: readonly CountedFinding[] } | undefined
}

export interface CountedFinding {
  readonly code: string
  readonly severity: Severity
}

const OBSERVATION = ',"observation":{'

/** Reads the head of a line that `formatResultLine` or `formatProblemLine` wrote; undefined for any other line. */
export function readResultHead(line: string): ResultHead | undefined {
  // Quotes inside of strings are escaped, so this is the key and no text from outside.
  const end = line.indexOf(OBSERVATION)
  const head = end === -1 ? line : `${line.slice(0, end)}}`
  if (!line.endsWith('}')) return undefined
  try {
    const value: unknown = JSON.parse(head)
    if (typeof value !== 'object' || value === null || !('domain' in value)) return undefined
    const { domain, input, worst, findings } = value as Readonly<Record<string, unknown>>
    if (domain === null) return typeof input === 'string' ? { name: input, found: undefined } : undefined
    if (typeof domain !== 'string' || !isSeverity(worst) || !Array.isArray(findings)) return undefined
    return findings.every(isCounted) ? { name: domain, found: { worst, findings } } : undefined
  } catch {
    return undefined
  }
}

function isCounted(value: unknown): value is CountedFinding {
  if (typeof value !== 'object' || value === null) return false
  return (
    'code' in value && typeof value.code === 'string' && 'severity' in value && isSeverity(value.severity)
  )
}

function isSeverity(value: unknown): value is Severity {
  return severities.some(severity => severity === value)
}
