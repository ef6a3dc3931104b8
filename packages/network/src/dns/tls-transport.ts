import { connect } from 'node:tls'
import type { ResolverAddress } from './resolver-address.ts'
import { createStreamTransport } from './stream-transport.ts'
import type { DnsClientStats, DnsTransport } from './transport.ts'

export interface TlsTransportOptions {
  readonly resolver: ResolverAddress
  /** Certificates in PEM that are trusted in place of the platform's. */
  readonly certificateAuthorities?: readonly string[]
  readonly randomUint16: () => number
  readonly stats: DnsClientStats
}

/**
 * Asks a resolver by DNS over TLS, never by anything less.
 *
 * The certificate must carry the authentication name, or the address where no name is given; nothing is written
 * before it was verified.
 * Source: RFC 7858 §3, RFC 8310 §5 (strict profile).
 */
export function createTlsTransport(options: TlsTransportOptions): DnsTransport {
  const { resolver, certificateAuthorities, randomUint16, stats } = options
  return createStreamTransport({
    connect: () =>
      connect({
        host: resolver.address,
        port: resolver.port,
        minVersion: 'TLSv1.2',
        ...(resolver.authenticationName === undefined ? {} : { servername: resolver.authenticationName }),
        ...(certificateAuthorities === undefined ? {} : { ca: [...certificateAuthorities] }),
      }),
    readyEvent: 'secureConnect',
    randomUint16,
    stats,
  })
}
