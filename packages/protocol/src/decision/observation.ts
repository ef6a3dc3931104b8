import type { TlsaRecord } from '../dane/tlsa-record.ts'
import type { DomainName } from '../names/domain-name.ts'

/**
 * How mail reaches a next hop, as DNS showed it: the input of the DANE half of a decision.
 *
 * - `mx`: it has MX records.
 * - `implicit-mx`: it has none, so the name itself is the one host (RFC 5321 §5.1).
 * - `no-mx-lookup`: written `[host]`, so no MX lookup is made.
 * - `null-mx`: it accepts no mail (RFC 7505).
 * - `no-name`: the name does not exist.
 * - `failure`: the MX lookup failed (SERVFAIL, bogus, timeout): nothing is known.
 */
export type NextHopObservation =
  | {
      readonly route: 'mx' | 'implicit-mx' | 'no-mx-lookup'
      readonly nextHopDomain: DomainName
      readonly port: number
      /** DNSSEC status of the MX answer, aliases on the way included; for `no-mx-lookup` always `secure`. */
      readonly mxDnssec: 'secure' | 'insecure'
      /** In order of preference. */
      readonly hosts: readonly HostObservation[]
    }
  | { readonly route: 'null-mx' | 'no-name'; readonly nextHopDomain: DomainName; readonly port: number }
  | {
      readonly route: 'failure'
      readonly nextHopDomain: DomainName
      readonly port: number
      readonly reason: string
    }

export interface HostObservation {
  readonly mxHost: DomainName
  readonly preference: number
  readonly addresses: AddressesObservation
  readonly tlsa: TlsaObservation
}

/**
 * A and AAAA of a host together. `secure` when at least one family has addresses in a signed answer
 * (RFC 7672 §2.2.2); `failure` only when no family gave addresses and one of them failed.
 */
export type AddressesObservation =
  | { readonly kind: 'found'; readonly dnssec: 'secure' | 'insecure'; readonly canonicalName: DomainName }
  | { readonly kind: 'none' }
  | { readonly kind: 'failure'; readonly reason: string }

/**
 * TLSA records of a host.
 *
 * - `not-asked`: no signed address, so the records must not even be asked for (RFC 7672 §2.2.2).
 * - `none`: no records in a secure chain.
 * - `secure`: records found, every alias on the way signed; `tlsaBaseDomain` is the name they were found under.
 * - `failure`: the lookup failed, which forbids delivery to this host (RFC 7672 §2.1.2).
 */
export type TlsaObservation =
  | { readonly kind: 'not-asked' }
  | { readonly kind: 'none' }
  | { readonly kind: 'secure'; readonly tlsaBaseDomain: DomainName; readonly records: readonly TlsaRecord[] }
  | { readonly kind: 'failure'; readonly reason: string }
