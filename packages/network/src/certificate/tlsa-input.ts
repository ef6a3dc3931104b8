import { createHash, X509Certificate } from 'node:crypto'
import type { PresentedCertificate, TlsaDigests } from '@sternpost/protocol'
import type { ObservedChain } from './presented-certificate.ts'

/** The digests that `matchTlsa` needs. */
export const tlsaDigests: TlsaDigests = {
  sha256: bytes => createHash('sha256').update(bytes).digest(),
  sha512: bytes => createHash('sha512').update(bytes).digest(),
}

/** The chain as `matchTlsa` takes it. Shape: a key that OpenSSL cannot read is empty and matches nothing. */
export function presentedCertificates(chain: ObservedChain): PresentedCertificate[] {
  return chain.certificates.map(({ der }) => {
    const bytes = Buffer.from(der, 'base64')
    return { der: bytes, spki: spkiOf(bytes) }
  })
}

function spkiOf(der: Buffer): Uint8Array {
  try {
    return new X509Certificate(der).publicKey.export({ type: 'spki', format: 'der' })
  } catch {
    return new Uint8Array()
  }
}
