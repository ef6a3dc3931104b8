import { createHash, X509Certificate } from 'node:crypto'
import type { PresentedCertificate, TlsaDigests } from '@sternpost/protocol'
import type { ObservedCertificate, ObservedChain } from './presented-certificate.ts'

/** The digests that `matchTlsa` needs. */
export const tlsaDigests: TlsaDigests = {
  sha256: bytes => createHash('sha256').update(bytes).digest(),
  sha512: bytes => createHash('sha512').update(bytes).digest(),
}

// A certificate is matched for every host that shows it, and by each kind of sender; its key is read once.
const presented = new WeakMap<ObservedCertificate, PresentedCertificate>()

/** The chain as `matchTlsa` takes it. Shape: a key that OpenSSL cannot read is empty and matches nothing. */
export function presentedCertificates(chain: ObservedChain): PresentedCertificate[] {
  return chain.certificates.map(certificate => {
    const known = presented.get(certificate)
    if (known !== undefined) return known
    const der = Buffer.from(certificate.der, 'base64')
    const read = { der, spki: spkiOf(der) }
    presented.set(certificate, read)
    return read
  })
}

function spkiOf(der: Buffer): Uint8Array {
  try {
    return new X509Certificate(der).publicKey.export({ type: 'spki', format: 'der' })
  } catch {
    return new Uint8Array()
  }
}
