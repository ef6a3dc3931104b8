/** The addresses of one name. */
export interface AddressRecords {
  readonly A: string[]
  readonly AAAA: string[]
}

/**
 * Adds an address to those that will stand in DNS, and says how it stands there.
 *
 * Shape: for IPv6 the mapped form of an IPv4 address, as loopback has only one of its own; it can be connected to.
 */
export function addAddress(records: AddressRecords, address: string, ipv6: boolean | undefined): string {
  const seen = ipv6 === true ? `::ffff:${address}` : address
  records[seen.includes(':') ? 'AAAA' : 'A'].push(seen)
  return seen
}
