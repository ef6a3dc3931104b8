// @peculiar/x509 needs this loaded before it.
import 'reflect-metadata'
import { AuthorityKeyIdentifierExtension, X509Certificate } from '@peculiar/x509'
import type { AcmeConnection } from './acme-connection.ts'
import { renewalInfoSchema } from './acme-resources.ts'

/** When an authority would have a certificate renewed. */
export interface RenewalAdvice {
  /** Milliseconds since 1970; the window may lie in the past, which means at once. */
  readonly startAt: number
  readonly endAt: number
  /** When to ask again; undefined where the authority does not say. */
  readonly retryAfterSeconds: number | undefined
  /** A page for people, where the authority has something to tell. */
  readonly explanationUrl: string | undefined
}

/**
 * Asks an authority when a certificate of its should be renewed; undefined where it gives no such advice.
 *
 * Errors: `CertificateFault`.
 * Source: RFC 9773 §4.
 */
export async function fetchRenewalAdvice(
  connection: AcmeConnection,
  chainPem: string,
): Promise<RenewalAdvice | undefined> {
  const { renewalInfo } = await connection.directory()
  const id = renewalId(chainPem)
  if (renewalInfo === undefined || id === undefined) return undefined
  const { value, retryAfterSeconds } = await connection.get(
    `${renewalInfo.replace(/\/$/, '')}/${id}`,
    renewalInfoSchema,
  )
  const startAt = Date.parse(value.suggestedWindow.start)
  const endAt = Date.parse(value.suggestedWindow.end)
  // A window that ends before it starts is to be treated as none (RFC 9773 §4.2).
  if (!(endAt >= startAt)) return undefined
  return { startAt, endAt, retryAfterSeconds, explanationUrl: value.explanationURL }
}

/**
 * The name by which an authority knows a certificate; undefined where the certificate does not name its signer's key, or
 * cannot be read.
 *
 * Source: RFC 9773 §4.1.
 */
export function renewalId(chainPem: string): string | undefined {
  try {
    const certificate = new X509Certificate(chainPem)
    const keyId = certificate.getExtension(AuthorityKeyIdentifierExtension)?.keyId
    if (keyId === undefined) return undefined
    const serial = Buffer.from(certificate.serialNumber, 'hex')
    // As in DER, where a number that begins with a 1 bit would be negative; the library leaves that zero out.
    const inDer = (serial[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), serial]) : serial
    return `${Buffer.from(keyId, 'hex').toString('base64url')}.${inDer.toString('base64url')}`
  } catch {
    return undefined
  }
}
