import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import type { DnsAnswer, DnsLookup } from './answer.ts'

/**
 * Writes the name at which the name of an address stands.
 *
 * Shape: `1.2.0.192.in-addr.arpa`, or 32 nibbles under `ip6.arpa`.
 * Errors: throws RangeError for what is no IP address.
 * Source: RFC 1035 §3.5, RFC 3596 §2.5.
 */
export function reverseName(address: string): string {
  if (isIP(address) === 0 || address.includes('%'))
    throw new RangeError('only an IP address has a reverse name')
  const parsed = ipaddr.parse(address)
  if (parsed.kind() === 'ipv4') return `${address.split('.').reverse().join('.')}.in-addr.arpa`
  const nibbles = parsed.toByteArray().flatMap(byte => [byte >> 4, byte & 0xf])
  return `${nibbles
    .reverse()
    .map(nibble => nibble.toString(16))
    .join('.')}.ip6.arpa`
}

/** Looks up the names of an address. Errors: as `lookup`; throws RangeError for what is no IP address. */
export function lookupReverse(dns: DnsLookup, address: string): Promise<DnsAnswer<'PTR'>> {
  return dns.lookup(reverseName(address), 'PTR')
}
