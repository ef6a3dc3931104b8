import type { DomainName } from '../names/domain-name.ts'
import type { ResultType } from './result-type.ts'

/** How a reported policy was found (RFC 8460 §4.2); anything else is kept as it was written. */
export type ReportedPolicyType = 'sts' | 'tlsa' | 'no-policy-found' | (string & {})

/**
 * A TLS report as the standard means it, whatever way its sender wrote it.
 *
 * What a sender left out is undefined and never guessed, except where a note of kind `inferred` says from what.
 * Source: RFC 8460 §4.4.
 */
export interface TlsReport {
  readonly organizationName: string | undefined
  readonly contactInfo: string | undefined
  readonly reportId: string | undefined
  /** Range as reported, milliseconds since 1970. */
  readonly startAt: number | undefined
  readonly endAt: number | undefined
  /** The UTC day the report is about, `YYYY-MM-DD`: that of the middle of its range. */
  readonly day: string | undefined
  readonly policies: readonly ReportedPolicy[]
}

/** What a sender saw under one policy. */
export interface ReportedPolicy {
  readonly policyType: ReportedPolicyType
  /**
   * Recipient domain for `sts` and `no-policy-found`; for `tlsa` the TLSA base domain (Postfix, mox) or the
   * recipient domain (Microsoft).
   */
  readonly policyDomain: DomainName | undefined
  /** Lines of the policy as the sender applied it, or its TLSA records in presentation form. */
  readonly policyStrings: readonly string[]
  /** `mx-host`, prefixes taken off. */
  readonly mxHostPatterns: readonly string[]
  readonly successfulSessionCount: number
  readonly failureSessionCount: number
  readonly failures: readonly FailureDetail[]
}

export interface FailureDetail {
  /** The registry's token, or what the sender wrote where it is none. */
  readonly resultType: ResultType | (string & {})
  readonly failedSessionCount: number
  readonly sendingMtaIp: string | undefined
  readonly receivingMxHostname: string | undefined
  readonly receivingMxHelo: string | undefined
  readonly receivingIp: string | undefined
  readonly additionalInformation: string | undefined
  readonly failureReasonCode: string | undefined
}

/** One deviation from the standard that was read over, so that nobody has to guess what was made of it. */
export interface ReportNote {
  /** `missing`: left out; `inferred`: taken from elsewhere; `repaired`: read in spite of its form; `ignored`: not used. */
  readonly kind: 'missing' | 'inferred' | 'repaired' | 'ignored'
  /** A code of `protocolIssues`, `tls-rpt/report-…`. */
  readonly code: string
  /** Where in the document: `policies[0].policy.policy-domain`. */
  readonly path: string
  readonly message: string
}

/** What was around a report and may tell what the report itself leaves out (RFC 8460 §5.3, §5.1). */
export interface ReportContext {
  readonly tlsReportDomain?: string
  readonly tlsReportSubmitter?: string
  readonly subject?: string
  readonly fileName?: string
  readonly recipient?: string
}

/** What came of reading a document that may be a report. */
export type TlsReportReading =
  | { readonly verdict: 'report'; readonly report: TlsReport; readonly notes: readonly ReportNote[] }
  /** JSON, or not even that, but nothing that claims to be a TLS report. */
  | { readonly verdict: 'no-report'; readonly reason: string }
  /** Meant as a report, and too broken to be read. */
  | { readonly verdict: 'reject'; readonly code: string; readonly reason: string }
