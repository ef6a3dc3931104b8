import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { BlockList, isIPv6, type Socket } from 'node:net'
import { http1Limits } from './tls-front.ts'

/** Makes a server for plain HTTP with the limits of the policy host. */
export function createPlainFront(
  admit: (socket: Socket) => boolean,
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const server = createServer({ ...http1Limits }, onRequest)
  server.prependListener('connection', socket => {
    admit(socket)
  })
  return server
}

/** Tells whether an address is in one of the networks (`10.0.0.0/8`). */
export function createNetworkMatch(networks: readonly string[]): (address: string | undefined) => boolean {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    list.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4')
  }
  return address =>
    address !== undefined && list.check(address.split('%')[0] ?? '', isIPv6(address) ? 'ipv6' : 'ipv4')
}

/**
 * The host a proxy was asked for: X-Forwarded-Host where the proxy is trusted, Host otherwise.
 *
 * Shape: of several values the last counts, which the nearest proxy wrote; those before it are a stranger's.
 */
export function forwardedHost(request: IncomingMessage, isTrusted: boolean): string | undefined {
  const forwarded = isTrusted ? request.headers['x-forwarded-host'] : undefined
  const last = (Array.isArray(forwarded) ? forwarded.at(-1) : forwarded)?.split(',').at(-1)?.trim()
  return last === undefined || last === '' ? request.headers.host : last
}
