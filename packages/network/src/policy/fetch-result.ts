import type { Issue, MtaStsPolicyDocument, ProtocolIssueCode, ResultType } from '@sternpost/protocol'
import type { NetworkIssueCode } from '../issues.ts'

/** What came of one attempt to fetch a policy. */
export type PolicyFetchResult =
  | {
      readonly ok: true
      readonly document: MtaStsPolicyDocument
      readonly warnings: readonly Issue<ProtocolIssueCode | NetworkIssueCode>[]
      readonly evidence: PolicyFetchEvidence
    }
  | {
      readonly ok: false
      readonly issues: readonly [
        Issue<ProtocolIssueCode | NetworkIssueCode>,
        ...Issue<ProtocolIssueCode | NetworkIssueCode>[],
      ]
      /** What a TLS report calls the first issue (RFC 8460 §4.3); null only where the caller aborted. */
      readonly resultType: ResultType | null
      readonly evidence: PolicyFetchEvidence
    }

/** What was seen on the way, as far as it came: for `--explain`, for findings and for logs. */
export interface PolicyFetchEvidence {
  readonly url: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly durationMs: number
  /**
   * Every address in the order tried, refused ones included, or the proxy as `host:port`; `error` is absent
   * where TLS stood and the certificate was good.
   */
  readonly attempts: readonly { readonly address: string; readonly error?: string }[]
  readonly tlsVersion?: string
  readonly cipher?: string
  readonly certificate?: CertificateFacts
  readonly httpStatus?: number
  readonly contentType?: string
  readonly bodyBytes?: number
  /**
   * What the policy host sent as body after status 200, cut to the size limit, also where it is no valid
   * policy; bytes that are no UTF-8 as U+FFFD.
   */
  readonly bodyText?: string
}

/** What a certificate says of itself. Dates in milliseconds since 1970. */
export interface CertificateFacts {
  readonly subject: string
  readonly issuer: string
  readonly dnsNames: readonly string[]
  readonly notBefore: number
  readonly notAfter: number
  /** SHA-256 over the DER form, lower-case hexadecimal. */
  readonly fingerprint: string
  /** Subjects of the chain, the leaf first, up to the trust anchor where it was found. */
  readonly chain: readonly string[]
}
