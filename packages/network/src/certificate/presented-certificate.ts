/**
 * One certificate as a server sent it, and what it says of itself.
 *
 * Shape: plain JSON data. Dates in milliseconds since 1970, null where they cannot be read. Fingerprints in
 * lower-case hexadecimal. Names are foreign text, at most 1,000 characters: whoever prints them escapes them.
 */
export interface ObservedCertificate {
  /** The whole certificate, DER in base64. */
  readonly der: string
  /** SHA-256 over the DER form. */
  readonly fingerprint: string
  /** SHA-256 over the SubjectPublicKeyInfo: equal where a renewal kept its key. */
  readonly spkiFingerprint: string
  readonly subject: string
  readonly issuer: string
  readonly serialNumber: string
  /** The dNSName entries of the subject alternative name, at most 200. */
  readonly dnsNames: readonly string[]
  readonly dnsNamesTotal: number
  readonly notBefore: number | null
  readonly notAfter: number | null
  readonly key: ObservedKey
  /** As OpenSSL names it, e.g. `ecdsa-with-SHA256`, `sha1WithRSAEncryption`. */
  readonly signatureAlgorithm: string
  /** Object identifiers of the extended key usage; null without that extension. */
  readonly extendedKeyUsage: readonly string[] | null
  /** May sign certificates (basicConstraints). */
  readonly isCa: boolean
  /** Issuer and subject are one name, and its own key signed it. */
  readonly selfSigned: boolean
  /** Where its issuer's certificate can be fetched (authorityInfoAccess); empty where it does not say. */
  readonly issuerUrls: readonly string[]
}

export interface ObservedKey {
  /** `rsa`, `ec`, `ed25519`, …; `unknown` where OpenSSL cannot read it. */
  readonly type: string
  /** Size of the modulus or of the curve's field; null where the type has only one. */
  readonly bits: number | null
  /** OpenSSL's name of the curve. */
  readonly curve?: string
}

/** What is wrong with a chain in the eyes of a sender that checks WebPKI; several may hold at once. */
export const chainFaults = [
  /** The server's own certificate signed itself. */
  'self-signed',
  /** The chain ends in a root that is not trusted. */
  'untrusted-root',
  /** An issuer is neither among what was sent nor trusted, and its certificate says where it could be had. */
  'incomplete-chain',
  /** An issuer is neither among what was sent nor trusted. */
  'unknown-issuer',
  'expired',
  'not-yet-valid',
  /** A CA certificate on the way is out of its dates. */
  'issuer-expired',
  /** None of the DNS names is the host's. */
  'wrong-name',
  /** OpenSSL refuses it for another reason, told by `verifyError`. */
  'other',
] as const
export type ChainFault = (typeof chainFaults)[number]

/** A chain as it was presented and how a sender judges it. */
export interface ObservedChain {
  /** In the order of the handshake, the server's own first; at most 10. */
  readonly certificates: readonly ObservedCertificate[]
  /** How many were sent. */
  readonly certificatesTotal: number
  /** Chain, dates, purpose and name: what MTA-STS demands (RFC 8461 §4.2). */
  readonly valid: boolean
  /** Chain, dates and purpose, whatever the name. */
  readonly trusted: boolean
  /** OpenSSL's word, e.g. `CERT_HAS_EXPIRED`; absent where `trusted`. Of several faults it tells one. */
  readonly verifyError?: string
  /** The name that was looked for among the DNS names. */
  readonly referenceName: string
  readonly nameMatches: boolean
  /** Empty exactly where `valid`. */
  readonly faults: readonly ChainFault[]
}
