import { isIP } from 'node:net'
import { quote } from '@sternpost/protocol'
import ipaddr from 'ipaddr.js'

/** Says of an address whether we may connect to it, and for people why not. */
export type AddressVerdict = { readonly allowed: true } | { readonly allowed: false; readonly reason: string }

export interface AddressGuardOptions {
  /** Networks such as `10.1.0.0/16` or single addresses that are let through although they are not public. */
  readonly allow?: readonly string[]
}

export type AddressGuard = (address: string) => AddressVerdict

/**
 * Makes the guard that keeps requests to foreign names away from our own network.
 *
 * Whoever controls a domain's DNS chooses the addresses we connect to; without the guard he could have us
 * call the cloud's metadata service or a printer behind the firewall.
 * Errors: throws TypeError when an entry of `allow` is neither an address nor a network.
 */
export function createAddressGuard(options: AddressGuardOptions = {}): AddressGuard {
  const networks = (options.allow ?? []).map(parseNetwork)
  return address => {
    const parsed = parseAddress(address)
    if (parsed === undefined)
      return { allowed: false, reason: `${quote(address)} is no IP address in its usual form` }
    if (networks.some(network => contains(network, parsed))) return { allowed: true }
    const reason = whyNotPublic(parsed)
    return reason === undefined ? { allowed: true } : { allowed: false, reason: `${address} is ${reason}` }
  }
}

/**
 * Tells whether an address belongs to a host of the public Internet.
 *
 * Shape: IPv4 in four decimal numbers or IPv6 without zone; anything else, `0x7f.1` included, is not public.
 * An IPv6 address that carries an IPv4 address (mapped, NAT64, 6to4, Teredo) is as public as that one.
 * Source: the IANA special-purpose address registries (RFC 6890), RFC 6052, RFC 3056, RFC 4380.
 */
export function isPublicAddress(address: string): boolean {
  const parsed = parseAddress(address)
  return parsed !== undefined && whyNotPublic(parsed) === undefined
}

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Network = readonly [Address, number]

const rangeNames: Record<string, string> = {
  unspecified: 'in "this network" (RFC 1122)',
  broadcast: 'the broadcast address (RFC 919)',
  multicast: 'multicast (RFC 5771, RFC 4291)',
  linkLocal: 'link-local (RFC 3927, RFC 4291)',
  loopback: 'loopback (RFC 1122, RFC 4291)',
  carrierGradeNat: 'behind a carrier-grade NAT (RFC 6598)',
  private: 'private (RFC 1918)',
  uniqueLocal: 'unique-local (RFC 4193)',
  deprecatedSiteLocal: 'site-local (RFC 3879)',
  discard: 'in the discard prefix (RFC 6666)',
  benchmarking: 'for benchmarks (RFC 5180)',
}

// Answers inside a cloud although the address itself is a public one: the virtual host of one big provider.
const metadataAddresses = new Set(['168.63.129.16'])

const globalUnicast: Network = ipaddr.IPv6.parseCIDR('2000::/3')
const nat64: Network = ipaddr.IPv6.parseCIDR('64:ff9b::/96')

function whyNotPublic(address: Address): string | undefined {
  const range = address.range()
  if (address instanceof ipaddr.IPv4) {
    if (metadataAddresses.has(address.toString())) return 'the metadata service of a cloud'
    if (range === 'unicast') return undefined
    return rangeNames[range] ?? 'reserved (RFC 6890)'
  }
  const embedded = embeddedIpv4(address)
  if (embedded.length > 0) {
    for (const inner of embedded) {
      const reason = whyNotPublic(inner)
      if (reason !== undefined) return `a wrapping of ${inner.toString()}, which is ${reason}`
    }
    return undefined
  }
  if (range === 'unicast' && contains(globalUnicast, address)) return undefined
  return rangeNames[range] ?? 'reserved (RFC 6890)'
}

/** The IPv4 addresses to which the network may hand on a packet that goes to this IPv6 address. */
function embeddedIpv4(address: ipaddr.IPv6): ipaddr.IPv4[] {
  const bytes = address.toByteArray()
  const ipv4At = (offset: number, mask = 0) =>
    new ipaddr.IPv4(bytes.slice(offset, offset + 4).map(byte => byte ^ mask))
  switch (address.range()) {
    case 'ipv4Mapped':
      return [ipv4At(12)]
    case 'rfc6052':
      // The prefix of RFC 8215 is for local translation and may put the IPv4 address anywhere: stays reserved.
      return contains(nat64, address) ? [ipv4At(12)] : []
    case '6to4':
      return [ipv4At(2)]
    case 'teredo':
      return [ipv4At(4), ipv4At(12, 0xff)]
    default:
      return []
  }
}

// isIP first: ipaddr.js also reads octal, hexadecimal and shortened IPv4, which others read differently.
function parseAddress(text: string): Address | undefined {
  if (isIP(text) === 0 || text.includes('%')) return undefined
  return ipaddr.process(text)
}

function parseNetwork(text: string): Network {
  const [address = '', prefix, ...rest] = text.split('/')
  // Not through `process`: a mapped network keeps its own prefix length.
  const parsed = isIP(address) === 0 || address.includes('%') ? undefined : ipaddr.parse(address)
  const bits = parsed?.kind() === 'ipv4' ? 32 : 128
  const length = prefix === undefined ? bits : /^[0-9]{1,3}$/.test(prefix) ? Number(prefix) : -1
  if (parsed === undefined || rest.length > 0 || length < 0 || length > bits) {
    throw new TypeError(`${quote(text)} is neither an IP address nor a network such as 10.0.0.0/8`)
  }
  return [parsed, length]
}

function contains([network, length]: Network, address: Address): boolean {
  if (network instanceof ipaddr.IPv4) return address instanceof ipaddr.IPv4 && address.match(network, length)
  return address instanceof ipaddr.IPv6 && address.match(network, length)
}
