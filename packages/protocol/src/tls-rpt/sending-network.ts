import { normalizeIpAddress } from './ip-address.ts'

/**
 * The network that stands for where a sending MTA is: /24 of IPv4, /48 of IPv6; undefined for what is no address.
 *
 * Unclear: nobody but a routing table knows whose network it is; these are the smallest blocks that are
 * announced on their own, so one of them never spans two owners that matter here.
 */
export function sendingNetworkOf(address: string | null | undefined): string | undefined {
  const normal = address === null || address === undefined ? undefined : normalizeIpAddress(address)
  if (normal === undefined) return undefined
  if (!normal.includes(':')) return `${normal.slice(0, normal.lastIndexOf('.'))}.0/24`
  const groups = firstGroups(normal)
  while (groups.at(-1) === '0') groups.pop()
  return `${groups.join(':')}::/48`
}

/** The first three groups of an address in the form of RFC 5952. */
function firstGroups(address: string): string[] {
  const [head = '', tail] = address.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : new Array<string>(8 - before.length - after.length).fill('0')
  return [...before, ...zeros, ...after].slice(0, 3)
}
