import type { UsableTlsaRecord } from './usability.ts'

/** A certificate as a server sent it, with the SubjectPublicKeyInfo cut out of it, both in DER. */
export interface PresentedCertificate {
  readonly der: Uint8Array
  readonly spki: Uint8Array
}

/** The digests, passed in because this package has no cryptography of its own. */
export interface TlsaDigests {
  sha256(bytes: Uint8Array): Uint8Array
  sha512(bytes: Uint8Array): Uint8Array
}

export interface TlsaMatch {
  readonly record: UsableTlsaRecord
  /** Place of the matched certificate in the chain; 0 is the server's own. */
  readonly depth: number
}

/**
 * Finds which TLSA records match which certificates of a server's chain.
 *
 * A DANE-EE match authenticates the server: names and dates of its certificate are ignored (RFC 7672 §3.1.1).
 * A DANE-TA match only names the trust anchor: the caller must still verify the chain from the server's own
 * certificate up to `depth`, validity dates included, and its names against `daneReferenceIdentifiers`.
 * Shape: `records` as `usableTlsaRecords` and then `applyDigestAgility` left them; `chain` in the order of the
 * handshake. Matches come in the order of the records, then of depth.
 * Strict: a server's own certificate is never its own trust anchor, as in OpenSSL and so in Postfix.
 * A DANE-TA record with the whole certificate may anchor a chain that leaves this certificate out (RFC 7671
 * §5.2.2); that takes a signature check, so it is no match here.
 * Source: RFC 6698 §2.1, RFC 7671 §5.1, §5.2.
 */
export function matchTlsa(
  records: readonly UsableTlsaRecord[],
  chain: readonly PresentedCertificate[],
  digests: TlsaDigests,
): TlsaMatch[] {
  const associations = chain.map(certificate => new CertificateAssociations(certificate, digests))
  const matches: TlsaMatch[] = []
  for (const record of records) {
    for (const [depth, association] of associations.entries()) {
      const mayMatch = record.usage === 'DANE-EE' ? depth === 0 : depth > 0
      if (mayMatch && areEqual(record.data, association.dataFor(record))) matches.push({ record, depth })
    }
  }
  return matches
}

/** Computes each digest of a certificate once, however many records a hostile zone holds. */
class CertificateAssociations {
  readonly #certificate: PresentedCertificate
  readonly #digests: TlsaDigests
  readonly #computed = new Map<string, Uint8Array>()

  constructor(certificate: PresentedCertificate, digests: TlsaDigests) {
    this.#certificate = certificate
    this.#digests = digests
  }

  dataFor({ selector, matchingType }: UsableTlsaRecord): Uint8Array {
    const selected = selector === 'Cert' ? this.#certificate.der : this.#certificate.spki
    if (matchingType === 'Full') return selected
    const key = `${selector} ${matchingType}`
    const known = this.#computed.get(key)
    if (known !== undefined) return known
    const digest =
      matchingType === 'SHA2-256' ? this.#digests.sha256(selected) : this.#digests.sha512(selected)
    this.#computed.set(key, digest)
    return digest
  }
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, index) => octet === b[index])
}
