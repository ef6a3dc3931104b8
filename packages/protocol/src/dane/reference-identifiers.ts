import type { DomainName } from '../names/domain-name.ts'

/** How a sending MTA came to the host whose TLSA records it found. */
export interface DaneServerIdentity {
  /** The name whose `_25._tcp` held the TLSA records: the host's alias-expanded or its original name. */
  readonly tlsaBaseDomain: DomainName
  /** `implicit-mx`: no MX records; `no-mx-lookup`: the host was named by configuration. */
  readonly route: 'mx' | 'implicit-mx' | 'no-mx-lookup'
  /** DNSSEC status of the MX answer, aliases on the way included; only asked of route `mx`. */
  readonly mxDnssec: 'secure' | 'insecure'
  /** The domain mail is for, before aliases. */
  readonly nextHopDomain: DomainName
  /** The same after following its aliases; equal where it has none. */
  readonly canonicalNextHopDomain: DomainName
}

/**
 * The names one of which a server's certificate must have when a DANE-TA record matched.
 *
 * Shape: the TLSA base domain first, no name twice. DANE-EE checks no names at all (RFC 7672 §3.2.1).
 * Strict: of an MX host that is an alias only the name that held the TLSA records counts. Others accept the
 * host's other name as well, which the RFC does not provide for.
 * Unclear: for insecure MX records the RFC has "the MX hostname" as the only name, and the TLSA base domain as
 * the first in all cases; where they differ (the host is an alias) the base domain is taken, as its security is
 * known.
 * Source: RFC 7672 §3.2.2.
 */
export function daneReferenceIdentifiers(identity: DaneServerIdentity): DomainName[] {
  const { tlsaBaseDomain, nextHopDomain, canonicalNextHopDomain } = identity
  return [...new Set([tlsaBaseDomain, ...furtherNames()])]

  function furtherNames(): DomainName[] {
    if (identity.route !== 'mx') return [nextHopDomain]
    // Unsigned MX records lead wherever an attacker likes; the domain's own name must not vouch for that host.
    return identity.mxDnssec === 'secure' ? [nextHopDomain, canonicalNextHopDomain] : []
  }
}
