import type { CheckResult } from '../check-result.ts'
import type { DomainObservation } from '../observation.ts'

/** What the formats show of a check; of the observation only from where it was made. */
export type PresentedCheck = Omit<CheckResult, 'observation'> & {
  readonly observation: Pick<DomainObservation, 'vantage'>
}
