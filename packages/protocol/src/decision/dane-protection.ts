import { assessTlsaUsability } from '../dane/usability.ts'
import type { DomainName } from '../names/domain-name.ts'
import type { HostObservation, NextHopObservation } from './observation.ts'

/** What DANE means for one host of a next hop. */
export type HostProtection =
  /** Signed address and at least one usable TLSA record: the host must prove itself by DANE. */
  | 'authenticated'
  /** TLSA records, none of them usable: TLS is mandatory, the peer is not authenticated (RFC 7672 §2.2.3). */
  | 'encrypted'
  /** No signed address or no TLSA record: DANE says nothing. */
  | 'none'
  /** No address at all: nothing can be delivered there (RFC 7672 §2.2.2). */
  | 'unreachable'
  /** A lookup failed; the sender must skip this host, not the domain (RFC 7672 §2.1.2). */
  | 'unknown'

export interface HostAssessment {
  readonly mxHost: DomainName
  readonly protection: HostProtection
  readonly reason: string
}

/**
 * What DANE can do for a next hop as a whole.
 *
 * - `complete`: the MX set is signed and every host that can be reached is authenticated: DANE alone protects,
 *   and MTA-STS must not stand in for it.
 * - `partial`: some host has TLSA records, but an attacker or plain routing can lead mail to one without.
 * - `none`: no host has any.
 * - `unknown`: too little could be looked up to tell; whoever delivers now may be falling for an attack.
 */
export type DaneProtection = {
  readonly kind: 'complete' | 'partial' | 'none' | 'unknown'
  readonly reason: string
  readonly hosts: readonly HostAssessment[]
}

/**
 * Decides how far DANE protects mail to a next hop.
 *
 * Unclear: no RFC says when a plugin that gives one answer for a whole next hop may prefer DANE. The rule taken
 * is that of the co-author of RFC 7672: signed MX set, and every host that has addresses has a signed one and
 * secure, usable TLSA records. A host whose lookups fail cannot weaken a set that is complete otherwise,
 * because the MTA skips that host.
 * Source: RFC 7672 §2.1, §2.2, RFC 8461 §2.
 */
export function decideDaneProtection(observation: NextHopObservation): DaneProtection {
  switch (observation.route) {
    case 'failure':
      return { kind: 'unknown', reason: `the MX lookup failed: ${observation.reason}`, hosts: [] }
    case 'null-mx':
      return { kind: 'none', reason: 'the domain accepts no mail (null MX, RFC 7505)', hosts: [] }
    case 'no-name':
      return { kind: 'none', reason: 'the domain does not exist', hosts: [] }
    default: {
      const hosts = observation.hosts.map(assessHost)
      return { ...decideForHosts(observation.mxDnssec === 'secure', observation.hosts, hosts), hosts }
    }
  }
}

function decideForHosts(
  signed: boolean,
  observed: readonly HostObservation[],
  hosts: readonly HostAssessment[],
): Omit<DaneProtection, 'hosts'> {
  const count = (protection: HostProtection) => hosts.filter(host => host.protection === protection).length
  const authenticated = count('authenticated')
  const unknown = count('unknown')
  const reachable = hosts.length - count('unreachable')

  if (reachable === 0) return { kind: 'none', reason: 'no MX host has an address' }
  if (signed && authenticated > 0 && authenticated + unknown === reachable) {
    return { kind: 'complete', reason: 'the MX records are signed and every MX host has usable TLSA records' }
  }
  if (signed && unknown === reachable) {
    return { kind: 'unknown', reason: `no MX host could be looked up: ${firstUnknown(hosts)}` }
  }
  // A failed TLSA lookup stands for TLSA records that may exist: only level "dane" makes Postfix skip that host.
  const maybeTlsa = observed.some(host => host.tlsa.kind === 'failure')
  if (authenticated > 0 || count('encrypted') > 0 || maybeTlsa || (signed && unknown > 0)) {
    return { kind: 'partial', reason: partialReason(signed, hosts) }
  }
  return { kind: 'none', reason: 'no MX host has TLSA records in a signed zone' }
}

function assessHost(host: HostObservation): HostAssessment {
  const { protection, reason } = protectionOf(host)
  return { mxHost: host.mxHost, protection, reason }
}

function protectionOf(host: HostObservation): { protection: HostProtection; reason: string } {
  const { addresses, tlsa } = host
  if (addresses.kind === 'failure')
    return { protection: 'unknown', reason: `address lookup failed: ${addresses.reason}` }
  if (addresses.kind === 'none') return { protection: 'unreachable', reason: 'it has no address' }
  switch (tlsa.kind) {
    case 'failure':
      return { protection: 'unknown', reason: `TLSA lookup failed: ${tlsa.reason}` }
    case 'not-asked':
      return { protection: 'none', reason: 'its addresses are not signed' }
    case 'none':
      return { protection: 'none', reason: 'it has no TLSA records' }
    case 'secure': {
      const usable = tlsa.records.filter(record => assessTlsaUsability(record).usable).length
      return usable > 0
        ? {
            protection: 'authenticated',
            reason: `${usable} of ${tlsa.records.length} TLSA records at ${tlsa.tlsaBaseDomain} usable`,
          }
        : {
            protection: 'encrypted',
            reason: `none of ${tlsa.records.length} TLSA records at ${tlsa.tlsaBaseDomain} is usable`,
          }
    }
  }
}

function partialReason(signed: boolean, hosts: readonly HostAssessment[]): string {
  if (!signed) return 'MX hosts have TLSA records, but the MX records are not signed'
  const weak = hosts.find(host => host.protection !== 'authenticated' && host.protection !== 'unreachable')
  return weak === undefined
    ? 'not every MX host is covered'
    : `MX host ${weak.mxHost} is not covered: ${weak.reason}`
}

function firstUnknown(hosts: readonly HostAssessment[]): string {
  const host = hosts.find(candidate => candidate.protection === 'unknown')
  return host === undefined ? 'no reason known' : `${host.mxHost}: ${host.reason}`
}
