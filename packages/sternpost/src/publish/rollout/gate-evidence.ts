import type { DomainName } from '@sternpost/protocol'

/** Failed sessions of one kind, as trusted reports tell of them. */
export interface FailureEvidence {
  /** Undefined where reports name none. */
  readonly mxHost: string | undefined
  readonly resultType: string
  readonly failedSessionCount: number
  readonly reporters: readonly string[]
  /** UTC day. */
  readonly lastDay: string
  /** For people, a sentence: what it most likely comes from. */
  readonly summary: string
  /** Why it does not speak against the policy; undefined for a failure that nobody has explained. */
  readonly explainedBy: string | undefined
}

/** What reports say since the policy in testing mode was announced. */
export interface ReportEvidence {
  /** Sessions in trusted reports, good and failed. */
  readonly sessionCount: number
  /** Distinct organizations that sent trusted reports. */
  readonly reporters: readonly string[]
  /** Of the last `minDays` days. */
  readonly failures: readonly FailureEvidence[]
}

/** How one MX host stood in a fresh check. */
export interface MxHostEvidence {
  readonly mxHost: DomainName
  readonly verdict: 'good' | 'bad' | 'unknown'
  /** For people: what is wrong or could not be measured. */
  readonly why: string | undefined
}

export interface CertificateEvidence {
  /** `mta-sts.example.com`, or an MX host. */
  readonly host: string
  /** Milliseconds since 1970; undefined where it could not be seen. */
  readonly expiresAt: number | undefined
}

export interface CheckEvidence {
  readonly at: number
  readonly mxHosts: readonly MxHostEvidence[]
  readonly certificates: readonly CertificateEvidence[]
}

/** How our own fetches of the policy from outside went. */
export interface AvailabilityEvidence {
  readonly fetches: number
  readonly failures: number
  readonly lastFailure: string | undefined
}

/**
 * Everything the gate judges. Undefined means that it is not known: nobody looked, or who was asked did not answer.
 */
export interface GateEvidence {
  readonly now: number
  readonly testingSince: number | undefined
  readonly reports: ReportEvidence | undefined
  readonly check: CheckEvidence | undefined
  /** Of the policy host, from whoever keeps its certificate. */
  readonly policyHostCertificate: CertificateEvidence | undefined
  readonly availability: AvailabilityEvidence | undefined
  /** MX hosts that some sender may use now, and those of them that the served policy does not allow. */
  readonly mx:
    | {
        /** Those of today. */
        readonly live: readonly DomainName[]
        readonly hosts: readonly DomainName[]
        readonly uncovered: readonly DomainName[]
      }
    | undefined
}
