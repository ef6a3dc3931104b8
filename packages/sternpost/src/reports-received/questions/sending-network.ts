import { isIPv4, isIPv6 } from 'node:net'

export type AddressFamily = 'ipv4' | 'ipv6'

/** The family of an address a reporter wrote down; undefined where it is none. */
export function addressFamilyOf(address: string | null | undefined): AddressFamily | undefined {
  if (address === null || address === undefined) return undefined
  if (isIPv4(address)) return 'ipv4'
  if (!isIPv6(address)) return undefined
  return mappedIpv4(address) === undefined ? 'ipv6' : 'ipv4'
}

/**
 * The network that stands for where a sending MTA is: /24 of IPv4, /48 of IPv6.
 *
 * Unclear: nobody but a routing table knows whose network it is; these are the smallest blocks that are
 * announced on their own, so one of them never spans two owners that matter here.
 */
export function sendingNetworkOf(address: string | null | undefined): string | undefined {
  if (address === null || address === undefined) return undefined
  const ipv4 = isIPv4(address) ? address : mappedIpv4(address)
  if (ipv4 !== undefined) return `${ipv4.slice(0, ipv4.lastIndexOf('.'))}.0/24`
  if (!isIPv6(address)) return undefined
  const groups = expandIpv6(address).slice(0, 3)
  while (groups.at(-1) === '0') groups.pop()
  return `${groups.length === 0 ? '' : groups.join(':')}::/48`
}

function mappedIpv4(address: string): string | undefined {
  const match = /^::ffff:([0-9.]+)$/i.exec(address)
  return match !== null && isIPv4(match[1]!) ? match[1] : undefined
}

/** Eight groups in lower case without leading zeros. */
function expandIpv6(address: string): string[] {
  const [head = '', tail] = address.replace(/%.*$/, '').split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  // A trailing IPv4 part counts as two groups; it never reaches into the first three.
  const taken = before.length + after.length + ([...before, ...after].at(-1)?.includes('.') ? 1 : 0)
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - taken)).fill('0')
  return [...before, ...zeros, ...after].map(group =>
    group.includes('.') ? group : Number.parseInt(group, 16).toString(16),
  )
}
