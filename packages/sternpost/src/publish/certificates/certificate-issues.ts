import type { IssueSpec } from '@sternpost/protocol'

/** Every code with which a certificate is not ordered, not given or not taken. */
export const certificateIssues = {
  'certificate/host-not-found': { clause: 'RFC 8555 §8.3', temporary: false, resultType: null },
  'certificate/host-elsewhere': { clause: 'RFC 8555 §8.3', temporary: false, resultType: null },
  'certificate/host-lookup-failed': { clause: 'RFC 8555 §8.3', temporary: true, resultType: null },
  'certificate/caa-forbids': { clause: 'RFC 8659 §4.2', temporary: false, resultType: null },
  'certificate/caa-lookup-failed': { clause: 'RFC 8659 §3', temporary: true, resultType: null },
  'certificate/budget-spent': { clause: 'local', temporary: true, resultType: null },
  'certificate/acme-unreachable': { clause: 'RFC 8555 §6.1', temporary: true, resultType: null },
  'certificate/acme-malformed': { clause: 'RFC 8555 §7.1', temporary: true, resultType: null },
  'certificate/acme-rate-limited': { clause: 'RFC 8555 §6.6', temporary: true, resultType: null },
  'certificate/acme-refused': { clause: 'RFC 8555 §6.7', temporary: false, resultType: null },
  'certificate/acme-account': { clause: 'RFC 8555 §7.3', temporary: false, resultType: null },
  'certificate/challenge-none': { clause: 'RFC 8555 §7.5', temporary: false, resultType: null },
  'certificate/challenge-failed': { clause: 'RFC 8555 §7.5.1', temporary: false, resultType: null },
  'certificate/dns-not-written': { clause: 'RFC 8555 §8.4', temporary: true, resultType: null },
  'certificate/order-invalid': { clause: 'RFC 8555 §7.1.6', temporary: true, resultType: null },
  'certificate/order-slow': { clause: 'RFC 8555 §7.4', temporary: true, resultType: null },
  'certificate/unfit': { clause: 'RFC 8461 §3.3', temporary: false, resultType: null },
  'certificate/not-kept': { clause: 'local', temporary: true, resultType: null },
  'certificate/file-unreadable': { clause: 'local', temporary: true, resultType: null },
  'certificate/file-unfit': { clause: 'RFC 8461 §3.3', temporary: false, resultType: null },
} as const satisfies Readonly<Record<string, IssueSpec>>

export type CertificateIssueCode = keyof typeof certificateIssues

/** Why a certificate was not had. */
export class CertificateFault extends Error {
  override readonly name = 'CertificateFault'
  readonly code: CertificateIssueCode
  /** Not before so many seconds should it be tried again, where the authority said so. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: CertificateIssueCode,
    message: string,
    options: { readonly retryAfterSeconds?: number | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.code = code
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}
