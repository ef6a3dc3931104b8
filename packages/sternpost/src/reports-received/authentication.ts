/**
 * How far a report may be believed.
 *
 * - `authenticated`: a mail whose DKIM signature is valid and aligned with who says to have written the report.
 * - `imported`: handed over by the operator as a file.
 * - `unauthenticated`: came by HTTPS, where RFC 8460 §5.4 asks for no proof of who sent it.
 * - `untrusted`: a mail without a valid, aligned signature; RFC 8460 §3 has receivers ignore it.
 */
export const trustLevels = ['authenticated', 'imported', 'unauthenticated', 'untrusted'] as const
export type TrustLevel = (typeof trustLevels)[number]

/** What was found about the sender of a document. */
export interface Authentication {
  readonly trust: TrustLevel
  /** A sentence: why this level. */
  readonly reason: string
  readonly signatures: readonly SignatureFinding[]
}

export interface SignatureFinding {
  readonly domain: string
  readonly selector: string
  readonly result: 'pass' | 'fail' | 'temporary-error' | 'permanent-error' | 'none'
  /** The signature covers only a part of the body (`l=`), which RFC 8460 §3 forbids. */
  readonly limitsBody: boolean
  /** `s=` of the key record, where it names services; `tlsrpt` is what RFC 8460 §3 recommends. */
  readonly keyServices: readonly string[]
  /** Organizational domains agree with From, Submitter and contact-info. */
  readonly aligned: boolean
  readonly reason: string
}
