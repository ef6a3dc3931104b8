import type { DomainObservation } from '../observation.ts'
import type { SenderOutcome } from './sender-outcome.ts'

/** Says what each named sender would experience with a domain. */
export function simulateSenders(_observation: DomainObservation): readonly SenderOutcome[] {
  return []
}
