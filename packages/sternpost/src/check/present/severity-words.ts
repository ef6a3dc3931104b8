import type { FindingCounts } from '../check-result.ts'
import { type Finding, type Severity, severities } from '../finding.ts'

/** What a severity is called where one finding is told. */
export const severityWord: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  unknown: 'unknown',
  advice: 'advice',
  ok: 'fine',
}

/** Says how many findings there are of each severity: `1 error, 2 warnings`; `nothing to change` where all is fine. */
export function describeCounts(counts: FindingCounts): string {
  const parts = [
    counted(counts.errors, 'error', 'errors'),
    counted(counts.warnings, 'warning', 'warnings'),
    counted(counts.unknown, 'unknown', 'unknown'),
    counted(counts.advice, 'piece of advice', 'pieces of advice'),
  ].filter(part => part !== '')
  return parts.length === 0 ? 'nothing to change' : parts.join(', ')
}

function counted(count: number, one: string, many: string): string {
  return count === 0 ? '' : `${count} ${count === 1 ? one : many}`
}

/** The findings that somebody should read, the worst first, those of one severity as they came. */
export function toldFindings(findings: readonly Finding[]): Finding[] {
  return severities.flatMap(severity =>
    severity === 'ok' ? [] : findings.filter(finding => finding.severity === severity),
  )
}
