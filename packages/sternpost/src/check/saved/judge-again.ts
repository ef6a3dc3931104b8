import { type AssessmentContext, assessObservation } from '../assess/index.ts'
import { type CheckResult, countFindings, worstSeverity } from '../check-result.ts'
import { simulateSenders } from '../simulate/index.ts'

/** Judges what was seen then by the rules of today. */
export function judgeAgain(saved: CheckResult, context: AssessmentContext = {}): CheckResult {
  const findings = assessObservation(saved.observation, context)
  return {
    ...saved,
    findings,
    simulation: simulateSenders(saved.observation),
    summary: countFindings(findings),
    worst: worstSeverity(findings),
  }
}
