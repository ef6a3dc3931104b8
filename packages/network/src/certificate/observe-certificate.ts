import { createHash, type KeyObject, type X509Certificate } from 'node:crypto'
import { dnsNamesOf } from '../policy/certificate-facts.ts'
import type { ObservedCertificate, ObservedKey } from './presented-certificate.ts'

const MAX_TEXT = 1000
const MAX_DNS_NAMES = 200
const MAX_ISSUER_URLS = 5
/** A chain of a busy provider is seen thousands of times in a batch; it is read once. */
const MAX_KEPT = 1024

export interface CertificateReader {
  /** Reads a certificate; of one seen before the same object is given out again. */
  read(certificate: X509Certificate): ObservedCertificate
}

/** Makes a reader that remembers what it read, by fingerprint, the oldest leaving first. */
export function createCertificateReader(): CertificateReader {
  const kept = new Map<string, ObservedCertificate>()
  return {
    read(certificate) {
      const { fingerprint256 } = certificate
      const known = kept.get(fingerprint256)
      if (known !== undefined) return known
      const observed = observeCertificate(certificate)
      kept.set(fingerprint256, observed)
      const [oldest] = kept.size > MAX_KEPT ? kept.keys() : []
      if (oldest !== undefined) kept.delete(oldest)
      return observed
    },
  }
}

/** Reads what a certificate says of itself, whatever it says. Shape: as `ObservedCertificate`. */
export function observeCertificate(certificate: X509Certificate): ObservedCertificate {
  const dnsNames = dnsNamesOf(certificate.subjectAltName)
  const key = publicKeyOf(certificate)
  return {
    der: certificate.raw.toString('base64'),
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    spkiFingerprint: key === null ? '' : sha256(key.export({ type: 'spki', format: 'der' })),
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    serialNumber: certificate.serialNumber.toLowerCase().slice(0, MAX_TEXT),
    dnsNames: dnsNames.slice(0, MAX_DNS_NAMES).map(name => name.slice(0, MAX_TEXT)),
    dnsNamesTotal: dnsNames.length,
    notBefore: timeOf(certificate.validFrom),
    notAfter: timeOf(certificate.validTo),
    key: observeKey(key),
    signatureAlgorithm: certificate.signatureAlgorithm ?? certificate.signatureAlgorithmOid ?? 'unknown',
    extendedKeyUsage: certificate.keyUsage ?? null,
    isCa: certificate.ca,
    selfSigned: isSelfSigned(certificate),
    issuerUrls: issuerUrlsOf(certificate.infoAccess),
  }
}

/** Whether a certificate signed itself; whether it was allowed to does not matter. */
export function isSelfSigned(certificate: X509Certificate): boolean {
  if (certificate.subject !== certificate.issuer) return false
  const key = publicKeyOf(certificate)
  return key !== null && certificate.verify(key)
}

function publicKeyOf(certificate: X509Certificate): KeyObject | null {
  try {
    return certificate.publicKey
  } catch {
    // A key of a type that OpenSSL does not know: the certificate can be shown all the same.
    return null
  }
}

function observeKey(key: KeyObject | null): ObservedKey {
  const type = key?.asymmetricKeyType ?? 'unknown'
  const { modulusLength, namedCurve } = key?.asymmetricKeyDetails ?? {}
  if (namedCurve === undefined) return { type, bits: modulusLength ?? null }
  const bits = /([0-9]{3})/.exec(namedCurve)?.[1]
  return { type, bits: bits === undefined ? null : Number(bits), curve: namedCurve }
}

function issuerUrlsOf(infoAccess: string | undefined): string[] {
  const urls: string[] = []
  for (const line of (infoAccess ?? '').split('\n')) {
    const url = /^CA Issuers - URI:(.+)$/.exec(line)?.[1]
    if (url !== undefined && urls.length < MAX_ISSUER_URLS) urls.push(url.slice(0, MAX_TEXT))
  }
  return urls
}

function timeOf(text: string): number | null {
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : at
}

// Node gives one attribute a line, `CN=…`; a certificate without a subject has none.
function oneLine(name: string | undefined): string {
  return (name ?? '').replaceAll('\n', ', ').slice(0, MAX_TEXT)
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
