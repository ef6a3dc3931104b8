import type { DomainName } from '@sternpost/protocol'
import { type AssessmentContext, assessObservation, assessParts, findingKey } from './assess/index.ts'
import type { CheckEyes } from './check-eyes.ts'
import { type CheckResult, countFindings, worstSeverity } from './check-result.ts'
import type { Finding } from './finding.ts'
import type { DomainObservation } from './observation.ts'
import { observeDomain, type PartStep } from './observe/index.ts'
import type { CheckPart } from './observed-parts.ts'
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
  /** Told what is looked at and what is found, as it comes; a finding that was told stands. */
  readonly onProgress?: (progress: CheckProgress) => void
}

/** What a check that runs can tell. */
export type CheckProgress =
  | {
      readonly kind: 'part'
      readonly part: CheckPart
      /** A name or a host. */
      readonly what: string
      readonly state: 'begun' | 'done'
    }
  | { readonly kind: 'finding'; readonly finding: Finding }

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
  const { input = domain, context, onProgress, ...observing } = options
  const onStep = onProgress === undefined ? {} : { onStep: tellSteps(onProgress, context) }
  return judgeObservation(await observeDomain(domain, eyes, { ...observing, ...onStep }), input, context)
}

/** Tells each step, and after it the findings that are new. */
function tellSteps(tell: (progress: CheckProgress) => void, context?: AssessmentContext) {
  const told = new Set<string>()
  return (step: PartStep): void => {
    const { part, what, state } = step
    tell({ kind: 'part', part, what, state })
    if (step.state === 'begun') return
    for (const finding of assessParts(step.seen, step.done, context)) {
      const key = findingKey(finding)
      if (told.has(key)) continue
      told.add(key)
      tell({ kind: 'finding', finding })
    }
  }
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
