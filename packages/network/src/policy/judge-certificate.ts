import type { TLSSocket } from 'node:tls'
import { quote } from '@sternpost/protocol'
import type { NetworkIssueCode } from '../issues.ts'
import { certificateFacts } from './certificate-facts.ts'
import type { PolicyFetchIssue } from './fetch-fault.ts'
import type { CertificateFacts } from './fetch-result.ts'
import { matchDnsId } from './match-dns-id.ts'

export interface CertificateJudgement {
  readonly facts: CertificateFacts | undefined
  /** Empty when the certificate is good. */
  readonly issues: readonly PolicyFetchIssue[]
}

/**
 * Judges the certificate of a finished handshake as a policy host's.
 *
 * Shape: the chain as OpenSSL found it, then the DNS-IDs; both faults are told where both are there.
 * Source: RFC 8461 §3.3.
 */
export function judgeCertificate(socket: TLSSocket, policyHost: string): CertificateJudgement {
  const peer = socket.getPeerCertificate(true)
  if (peer.raw === undefined) {
    const message = `${policyHost} presented no certificate; one is needed (RFC 8461 §3.3)`
    return { facts: undefined, issues: [{ code: 'policy-host/certificate-untrusted', message }] }
  }
  const facts = certificateFacts(peer)
  const issues: PolicyFetchIssue[] = []
  // With `authorized` true there is no error; anything else, even an error we do not know, is a fault.
  if (!socket.authorized) issues.push(chainIssue(String(socket.authorizationError), facts))
  if (!matchDnsId(policyHost, facts.dnsNames)) issues.push(nameIssue(policyHost, facts))
  return { facts, issues }
}

const chainFaults: Record<string, readonly [code: NetworkIssueCode, what: string]> = {
  CERT_HAS_EXPIRED: ['policy-host/certificate-expired', 'has expired'],
  CERT_NOT_YET_VALID: ['policy-host/certificate-not-yet-valid', 'is not valid yet'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['policy-host/certificate-untrusted', 'is self-signed'],
  SELF_SIGNED_CERT_IN_CHAIN: ['policy-host/certificate-untrusted', 'chains to a root that is not trusted'],
  UNABLE_TO_GET_ISSUER_CERT: ['policy-host/certificate-untrusted', 'has an unknown issuer'],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['policy-host/certificate-untrusted', 'has an unknown issuer'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'policy-host/certificate-untrusted',
    'has an unknown issuer; the server may have left out the intermediate certificate',
  ],
}

function chainIssue(verifyError: string, facts: CertificateFacts): PolicyFetchIssue {
  const [code, what] = chainFaults[verifyError] ?? [
    'policy-host/certificate-untrusted' as const,
    'is not accepted',
  ]
  const dates = `valid from ${isoDate(facts.notBefore)} to ${isoDate(facts.notAfter)}`
  const message = `the certificate of ${quote(facts.subject)} by ${quote(facts.issuer)}, ${dates}, ${what} (${verifyError})`
  return { code, message: `${message}; a valid one from a trusted CA is needed (RFC 8461 §3.3)` }
}

function nameIssue(policyHost: string, facts: CertificateFacts): PolicyFetchIssue {
  const shown = facts.dnsNames.slice(0, 5).map(name => quote(name))
  if (facts.dnsNames.length > shown.length) shown.push(`and ${facts.dnsNames.length - shown.length} more`)
  const names = shown.length === 0 ? 'has no DNS name' : `is for ${shown.join(', ')}`
  const message = `the certificate ${names}, not for ${policyHost}; the common name does not count (RFC 8461 §3.3)`
  return { code: 'policy-host/certificate-name', message }
}

function isoDate(at: number): string {
  return Number.isNaN(at) ? 'an unreadable date' : new Date(at).toISOString()
}
