import type { Finding } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'
import type { AssessmentContext } from './assessment-context.ts'

/**
 * Judges an observation: pure, so that a saved one is judged again as it was then.
 *
 * Shape: findings in the order of urgency; one fault gives one finding.
 */
export function assessObservation(
  _observation: DomainObservation,
  _context: AssessmentContext = {},
): readonly Finding[] {
  return []
}
