import { connect } from 'node:net'
import type { ResolverAddress } from './resolver-address.ts'
import { createStreamTransport } from './stream-transport.ts'
import type { DnsClientStats, DnsTransport } from './transport.ts'

export interface TcpTransportOptions {
  readonly resolver: ResolverAddress
  readonly randomUint16: () => number
  readonly stats: DnsClientStats
}

/** Asks a resolver by TCP (RFC 7766). */
export function createTcpTransport({ resolver, randomUint16, stats }: TcpTransportOptions): DnsTransport {
  return createStreamTransport({
    connect: () => connect({ host: resolver.address, port: resolver.port }),
    readyEvent: 'connect',
    randomUint16,
    stats,
  })
}
