import type { DomainName } from '@sternpost/protocol'
import type { AssessmentContext } from './assess/index.ts'
import type { CheckEyes } from './check-eyes.ts'
import type { CheckResult } from './check-result.ts'

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
 */
export type CheckDomain = (
  domain: DomainName,
  eyes: CheckEyes,
  options?: CheckOptions,
) => Promise<CheckResult>
