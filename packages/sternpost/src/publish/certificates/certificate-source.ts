import type { SecureContext } from 'node:tls'
import type { CertificateIssueCode } from './certificate-issues.ts'

/** Where a certificate that is served comes from. */
export type CertificateOrigin = 'acme' | 'file'

/** How a host stands: `expiring` is past the time at which a renewal should have been there. */
export type CertificateCondition = 'valid' | 'expiring' | 'expired' | 'none'

/** What is known of one host's certificate, for the gate of a rollout, for people and for metrics. */
export interface CertificateState {
  /** The name in the certificate, such as `mta-sts.example.com`. */
  readonly host: string
  readonly condition: CertificateCondition
  readonly origin: CertificateOrigin | undefined
  /** Milliseconds since 1970, as all times here; undefined where there is no certificate. */
  readonly notBefore: number | undefined
  readonly notAfter: number | undefined
  /** Whole days until `notAfter`, rounded down; negative where it has passed. */
  readonly daysLeft: number | undefined
  /** Who signed it, as the certificate says. */
  readonly issuer: string | undefined
  /** When the certificate is renewed, or ordered for the first time; undefined where nothing is planned. */
  readonly nextTryAt: number | undefined
  /** Tries that failed since the last certificate came. */
  readonly failures: number
  /** What went wrong the last time; undefined after a success. */
  readonly lastError: CertificateError | undefined
}

/** Why there is no new certificate. */
export interface CertificateError {
  readonly code: CertificateIssueCode
  readonly message: string
  readonly at: number
}

/**
 * What the policy host asks of certificates.
 *
 * Nothing here waits for a certificate authority, and no question makes a certificate be ordered: names come from
 * strangers.
 */
export interface CertificateSource {
  /**
   * The TLS context for the name a client asks for (SNI); undefined where there is no certificate for it.
   *
   * Errors: none; a certificate that cannot be loaded counts as none.
   */
  contextFor(serverName: string): Promise<SecureContext | undefined>
  /**
   * The TLS context for a client that offers only the protocol `acme-tls/1`; undefined where no authority is to look.
   * The server must choose that protocol and close after the handshake.
   *
   * Source: RFC 8737 §3.
   */
  challengeContextFor(serverName: string): Promise<SecureContext | undefined>
  /**
   * The body of `http://HOST/.well-known/acme-challenge/TOKEN`, to be sent as `application/octet-stream`; undefined
   * (404) where none is awaited.
   *
   * Source: RFC 8555 §8.3.
   */
  httpChallenge(host: string, token: string): string | undefined
  /** What is known of a host's certificate. */
  state(host: string): Promise<CertificateState>
}

/** The protocol by which a client of TLS-ALPN-01 shows itself. */
export const ACME_TLS_PROTOCOL = 'acme-tls/1'
