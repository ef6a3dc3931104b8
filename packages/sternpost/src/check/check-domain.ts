import type { DomainName } from '@sternpost/protocol'
import { type AssessmentContext, assessObservation } from './assess/index.ts'
import type { CheckEyes } from './check-eyes.ts'
import { type CheckResult, countFindings, worstSeverity } from './check-result.ts'
import type { DomainObservation } from './observation.ts'
import { observeDomain } from './observe/index.ts'
import { simulateSenders } from './simulate/index.ts'

export interface CheckOptions {
  /** Limit for the whole check. Default 30000. */
  readonly timeoutMs?: number
  /** Whether the mailbox that receives TLS reports is asked, by RCPT TO, if it exists. Default false. */
  readonly rcpt?: boolean
  /** What the person gave, where it is not the domain itself. */
  readonly input?: string
  readonly context?: AssessmentContext
  /** Ends the check early; what was seen by then is judged. */
  readonly signal?: AbortSignal
}

/**
 * Observes a domain and judges what was seen.
 *
 * Errors: none; whatever the outside does is in the result.
 * Units: takes `timeoutMs` at the most, and what the machine needs.
 */
export async function checkDomain(
  domain: DomainName,
  eyes: CheckEyes,
  options: CheckOptions = {},
): Promise<CheckResult> {
  const { input = domain, context, ...observing } = options
  return judgeObservation(await observeDomain(domain, eyes, observing), input, context)
}

/** Makes the result of an observation; the same of a saved one as of a fresh one. */
export function judgeObservation(
  observation: DomainObservation,
  input: string,
  context?: AssessmentContext,
): CheckResult {
  const findings = assessObservation(observation, context)
  return {
    version: 1,
    domain: observation.domain,
    input,
    startedAt: observation.startedAt,
    durationMs: observation.durationMs,
    observation,
    findings,
    simulation: simulateSenders(observation),
    summary: countFindings(findings),
    worst: worstSeverity(findings),
  }
}
