/** What is known of a domain beside what was seen now; the daemon's database may have it. */
export interface AssessmentContext {
  /** Policies seen in earlier checks or by outbound mail, newest last. */
  readonly knownPolicies?: readonly KnownPolicy[]
  /** What TLS reports said lately. */
  readonly reports?: ReportEvidence
}

export interface KnownPolicy {
  readonly policyId: string
  /** The policy file as it was fetched. */
  readonly text: string
  /** Milliseconds since 1970. */
  readonly seenAt: number
}

export interface ReportEvidence {
  /** Days the numbers are about. */
  readonly days: number
  readonly sessions: number
  readonly failedSessions: number
  /** How many organizations reported. */
  readonly reporters: number
}
