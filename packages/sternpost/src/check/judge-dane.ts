import { X509Certificate } from 'node:crypto'
import { matchDnsId, type ObservedChain, presentedCertificates, tlsaDigests } from '@sternpost/network'
import {
  applyDigestAgility,
  type DomainName,
  daneReferenceIdentifiers,
  matchTlsa,
  type TlsaMatch,
  type UsableTlsaRecord,
  usableTlsaRecords,
} from '@sternpost/protocol'
import type { DomainObservation, SeenTlsaRecord } from './observation.ts'
import { readTlsaRecord } from './seen-next-hop.ts'

/**
 * What a sender with DANE finds of the certificates at one address.
 *
 * - `authenticated`: a record matches, and for a DANE-TA record chain, dates and names hold as well.
 * - `anchor-unproved`: a DANE-TA record matches a certificate, but what is below does not hold.
 * - `mismatch`: no record matches.
 */
export type DaneVerdict =
  | { readonly kind: 'authenticated'; readonly match: TlsaMatch }
  | { readonly kind: 'anchor-unproved'; readonly reason: string }
  | { readonly kind: 'mismatch' }

/** The records a sender authenticates by: usable, and of the strongest digest. */
export function effectiveTlsaRecords(records: readonly SeenTlsaRecord[]): readonly UsableTlsaRecord[] {
  return applyDigestAgility(usableTlsaRecords(records.map(readTlsaRecord)))
}

/**
 * Judges the certificates of a host by its TLSA records, as RFC 7672 has a sender do.
 *
 * Shape: `records` from `effectiveTlsaRecords`; `referenceNames` from `daneNamesOf`; `at` is when the chain was seen.
 * Source: RFC 7672 §3.1, §3.2; RFC 7671 §5.
 */
export function judgeDane(
  records: readonly UsableTlsaRecord[],
  chain: ObservedChain,
  referenceNames: readonly string[],
  at: number,
): DaneVerdict {
  const matches = matchTlsa(records, presentedCertificates(chain), tlsaDigests)
  let reason: string | undefined
  for (const match of matches) {
    const fault =
      match.record.usage === 'DANE-TA' ? anchorFault(chain, match.depth, referenceNames, at) : undefined
    if (fault === undefined) return { kind: 'authenticated', match }
    reason ??= fault
  }
  return reason === undefined ? { kind: 'mismatch' } : { kind: 'anchor-unproved', reason }
}

/** The names one of which a certificate needs where a DANE-TA record matched. */
export function daneNamesOf(observation: DomainObservation, tlsaBaseDomain: string): readonly string[] {
  const { nextHop, answers } = observation
  if (!('hosts' in nextHop)) return []
  const mx = answers.find(({ name, type }) => name === nextHop.nextHopDomain && type === 'MX')
  const canonical = mx !== undefined && mx.kind !== 'failure' ? mx.canonicalName : nextHop.nextHopDomain
  return daneReferenceIdentifiers({
    tlsaBaseDomain: tlsaBaseDomain as DomainName,
    route: nextHop.route,
    mxDnssec: nextHop.mxDnssec,
    nextHopDomain: nextHop.nextHopDomain,
    canonicalNextHopDomain: canonical as DomainName,
  })
}

/** Why a chain does not hold from the server's own certificate up to the anchor at `depth`; undefined where it does. */
function anchorFault(
  { certificates }: ObservedChain,
  depth: number,
  referenceNames: readonly string[],
  at: number,
): string | undefined {
  const dnsNames = certificates[0]?.dnsNames ?? []
  if (!referenceNames.some(name => matchDnsId(name, dnsNames))) {
    return `the certificate is for ${dnsNames.slice(0, 3).join(', ') || 'no name'}, and ${referenceNames.join(' or ')} is needed`
  }
  const path = certificates.slice(0, depth + 1)
  for (const { notBefore, notAfter } of path) {
    if (notAfter !== null && notAfter < at) return 'a certificate on the way to the anchor has expired'
    if (notBefore !== null && notBefore > at) return 'a certificate on the way to the anchor is not valid yet'
  }
  return isSignedPath(path.map(({ der }) => der))
    ? undefined
    : 'a certificate on the way to the anchor was not signed by the next one'
}

/** Whether each certificate, DER in base64, was signed by the next one. */
function isSignedPath(ders: readonly string[]): boolean {
  try {
    const path = ders.map(der => new X509Certificate(Buffer.from(der, 'base64')))
    return path.every((certificate, index) => {
      const issuer = path[index + 1]
      return issuer === undefined || (certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey))
    })
  } catch {
    // What OpenSSL cannot read proves nothing.
    return false
  }
}
