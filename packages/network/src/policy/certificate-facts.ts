import { X509Certificate } from 'node:crypto'
import type { DetailedPeerCertificate } from 'node:tls'
import type { CertificateFacts } from './fetch-result.ts'

const MAX_CHAIN_LENGTH = 10

/**
 * Reads what people want to know of a certificate that a server presented.
 *
 * Shape: works on a rejected certificate as well; dates that cannot be read are NaN. `chain` holds what
 * `getPeerCertificate(true)` knows, at most ten subjects; of a bare X509Certificate only what it links to.
 */
export function certificateFacts(peer: DetailedPeerCertificate | X509Certificate): CertificateFacts {
  const certificate = peer instanceof X509Certificate ? peer : new X509Certificate(peer.raw)
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    dnsNames: dnsNamesOf(certificate.subjectAltName),
    notBefore: Date.parse(certificate.validFrom),
    notAfter: Date.parse(certificate.validTo),
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    chain: chainOf(peer),
  }
}

/**
 * Takes the dNSName entries out of the subject alternative name as Node prints it.
 *
 * Shape: entries `type:value` joined by `, `. Node writes a value that could break this form as a JSON string,
 * so that a name holding `, DNS:` stays one entry.
 */
export function dnsNamesOf(subjectAltName: string | undefined): string[] {
  const names: string[] = []
  for (const entry of splitEntries(subjectAltName ?? '')) {
    if (!entry.startsWith('DNS:')) continue
    const value = entry.slice('DNS:'.length)
    if (!value.startsWith('"')) names.push(value)
    else {
      const name = parseJsonString(value)
      if (name !== undefined) names.push(name)
    }
  }
  return names
}

function splitEntries(text: string): string[] {
  const entries: string[] = []
  let quoted = false
  let start = 0
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i]
    if (character === '\\' && quoted) i += 1
    else if (character === '"') quoted = !quoted
    else if (character === ',' && !quoted && text[i + 1] === ' ') {
      entries.push(text.slice(start, i))
      start = i + 2
    }
  }
  entries.push(text.slice(start))
  return entries
}

function parseJsonString(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

function chainOf(peer: DetailedPeerCertificate | X509Certificate): string[] {
  const subjects: string[] = []
  if (peer instanceof X509Certificate) {
    let next: X509Certificate | undefined = peer
    while (next !== undefined && subjects.length < MAX_CHAIN_LENGTH) {
      subjects.push(oneLine(next.subject))
      next = next.issuerCertificate
    }
    return subjects
  }
  // A self-signed certificate is its own issuer here, for ever.
  const seen = new Set<DetailedPeerCertificate>()
  let next: DetailedPeerCertificate | undefined = peer
  while (next !== undefined && !seen.has(next) && subjects.length < MAX_CHAIN_LENGTH) {
    seen.add(next)
    subjects.push(oneLine(new X509Certificate(next.raw).subject))
    next = next.issuerCertificate
  }
  return subjects
}

// Node gives one attribute a line, `CN=…`; a certificate without a subject has none.
function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ')
}
