import { isIP, isIPv4 } from 'node:net'
import { invalid, type Parsed, parseDomainName, quote, valid } from '@sternpost/protocol'
import ipaddr from 'ipaddr.js'
import type { NetworkIssueCode } from '../issues.ts'

/** Where and how a resolver is asked. */
export interface ResolverAddress {
  /** `udp` turns to TCP by itself where an answer is truncated. */
  readonly transport: 'udp' | 'tcp' | 'tls'
  /** IPv4 or IPv6, the latter with its scope where it has one (`fe80::1%eth0`). */
  readonly address: string
  readonly port: number
  /** Name the certificate must carry; without it the certificate must carry the address. Only for `tls`. */
  readonly authenticationName?: string
}

const DNS_PORT = 53
const DNS_OVER_TLS_PORT = 853

/**
 * Reads how a resolver is written in a configuration.
 *
 * Shape: `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53`, `[2001:db8::53]:5353`, `fe80::1%eth0`,
 * `tcp://192.0.2.53`, `tls://192.0.2.53:853#dns.example.net`.
 * Errors: `dns/resolver-address`. A host name is one: nothing could look it up yet.
 */
export function parseResolverAddress(text: string): Parsed<ResolverAddress, NetworkIssueCode> {
  if (text.length > 512) return fail(text, 'it is too long')
  const scheme = /^([a-z]+):\/\//i.exec(text)
  const transport = scheme?.[1]?.toLowerCase() ?? 'udp'
  if (transport !== 'udp' && transport !== 'tcp' && transport !== 'tls')
    return fail(text, 'before :// only udp, tcp and tls are known')
  let rest = text.slice(scheme?.[0].length ?? 0)

  const hash = rest.indexOf('#')
  let authenticationName: string | undefined
  if (hash !== -1) {
    if (transport !== 'tls')
      return fail(text, 'a name after # is only for tls://, which checks a certificate')
    const name = parseDomainName(rest.slice(hash + 1))
    if (!name.ok)
      return fail(text, `what follows # must be the name in the certificate: ${name.issues[0].message}`)
    authenticationName = name.value
    rest = rest.slice(0, hash)
  }

  const parts = splitPort(rest)
  if (parts === null) return fail(text, 'it must be ADDRESS, ADDRESS:PORT or [IPV6]:PORT')
  if (isIP(parts.address) === 0)
    return fail(text, 'a resolver is given by IP address, as nothing could look up its name')
  const port = parts.port === null ? (transport === 'tls' ? DNS_OVER_TLS_PORT : DNS_PORT) : Number(parts.port)
  if (!(port >= 1 && port <= 65535)) return fail(text, 'the port must be a number from 1 to 65535')
  return valid({
    transport,
    address: parts.address,
    port,
    ...(authenticationName === undefined ? {} : { authenticationName }),
  })
}

/** Writes an address as `parseResolverAddress` reads it; the port always stands there. */
export function formatResolverAddress(resolver: ResolverAddress): string {
  const host = isIPv4(resolver.address) ? resolver.address : `[${resolver.address}]`
  const scheme = resolver.transport === 'udp' ? '' : `${resolver.transport}://`
  const name = resolver.authenticationName === undefined ? '' : `#${resolver.authenticationName}`
  return `${scheme}${host}:${resolver.port}${name}`
}

/** Tells whether an address is of this machine itself, so that nobody can forge answers on the way. */
export function isLoopbackAddress(address: string): boolean {
  const bare = address.split('%')[0] ?? ''
  return ipaddr.isValid(bare) && ipaddr.process(bare).range() === 'loopback'
}

function splitPort(text: string): { readonly address: string; readonly port: string | null } | null {
  if (isIP(text) !== 0) return { address: text, port: null }
  const match = /^\[([^\]]+)\](?::([0-9]{1,5}))?$/.exec(text) ?? /^([^:[\]]+)(?::([0-9]{1,5}))?$/.exec(text)
  const address = match?.[1]
  if (address === undefined) return null
  if (text.startsWith('[') && isIPv4(address)) return null
  return { address, port: match?.[2] ?? null }
}

function fail(text: string, need: string) {
  return invalid<NetworkIssueCode>({
    code: 'dns/resolver-address',
    message: `${quote(text)} is no resolver: ${need}`,
  })
}
