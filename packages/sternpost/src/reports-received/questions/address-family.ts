import { isIPv4, isIPv6 } from 'node:net'

export type AddressFamily = 'ipv4' | 'ipv6'

/** The family of an address a reporter wrote down; undefined where it is none. */
export function addressFamilyOf(address: string | null | undefined): AddressFamily | undefined {
  if (address === null || address === undefined) return undefined
  if (isIPv4(address)) return 'ipv4'
  if (!isIPv6(address)) return undefined
  return mappedIpv4(address) === undefined ? 'ipv6' : 'ipv4'
}

function mappedIpv4(address: string): string | undefined {
  const match = /^::ffff:([0-9.]+)$/i.exec(address)
  return match !== null && isIPv4(match[1]!) ? match[1] : undefined
}
