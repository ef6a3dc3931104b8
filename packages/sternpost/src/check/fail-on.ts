import { type Severity, severities } from './finding.ts'

/** From which severity on a check counts as failed; what could not be measured is told apart from that. */
export const failOnWords = ['error', 'warning', 'advice', 'never'] as const
export type FailOn = (typeof failOnWords)[number]

/** Whether a finding is as bad as `failOn` or worse. */
export function isAtOrAbove(severity: Severity, failOn: FailOn): boolean {
  if (failOn === 'never' || severity === 'unknown') return false
  return severities.indexOf(severity) <= severities.indexOf(failOn)
}
