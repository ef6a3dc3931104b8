import { createPrivateKey, X509Certificate } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'
import { certificateFacts, matchDnsId } from '@sternpost/network'

export interface CertificatePem {
  /** The leaf first. */
  readonly chainPem: string
  readonly keyPem: string
}

export interface LoadedCertificate {
  readonly context: SecureContext
  readonly dnsNames: readonly string[]
  readonly notBefore: number
  readonly notAfter: number
  readonly issuer: string
}

/**
 * Reads a certificate chain and its key, and makes sure that they belong together.
 *
 * Errors: an `Error` that says for people what is wrong with them; it never quotes them.
 */
export function loadCertificate({ chainPem, keyPem }: CertificatePem): LoadedCertificate {
  const leaf = readLeaf(chainPem)
  if (!leaf.checkPrivateKey(readKey(keyPem))) throw new Error('the key belongs to another certificate')
  const { dnsNames, notBefore, notAfter, issuer } = certificateFacts(leaf)
  return {
    context: createSecureContext({ cert: chainPem, key: keyPem }),
    dnsNames,
    notBefore,
    notAfter,
    issuer,
  }
}

/**
 * Judges a certificate that came for a host.
 *
 * Errors: an `Error` that says for people why it is of no use.
 */
export function loadCertificateFor(host: string, pem: CertificatePem, now: number): LoadedCertificate {
  const loaded = loadCertificate(pem)
  if (!matchDnsId(host, loaded.dnsNames))
    throw new Error(`it is for ${loaded.dnsNames.slice(0, 5).join(', ')} and not for ${host}`)
  if (!(loaded.notAfter > now)) throw new Error('it has expired')
  return loaded
}

function readLeaf(chainPem: string): X509Certificate {
  try {
    return new X509Certificate(chainPem)
  } catch {
    throw new Error('there is no certificate in PEM')
  }
}

function readKey(keyPem: string) {
  try {
    return createPrivateKey(keyPem)
  } catch {
    throw new Error('there is no private key in PEM, or it has a passphrase')
  }
}
