import { validateHeaderValue } from 'node:http'
import { createSecureContext, type SecureContext } from 'node:tls'
import { type AddressGuard, createAddressGuard } from '../address/public-address.ts'
import type { DnsLookup } from '../dns/answer.ts'
import { NETWORK_VERSION } from '../version.ts'
import { type HttpProxy, parseHttpProxy } from './proxy-tunnel.ts'

export interface PolicyFetcherOptions {
  /** Our own resolver: the addresses it gives are vetted, and they and no others are connected to. */
  readonly dns: DnsLookup
  /** Trusted roots in PEM; without it those of Node (and of NODE_EXTRA_CA_CERTS). */
  readonly ca?: readonly string[]
  /** Networks to which policy hosts may belong although they are not public, e.g. `10.1.0.0/16`. Default none. */
  readonly allowAddresses?: readonly string[]
  /**
   * An HTTP proxy, `http://[user:password@]host:port`. It resolves the policy host, so that `dns` is not asked
   * and `allowAddresses` has no meaning: what it may reach is for the proxy to say.
   */
  readonly proxy?: string
  /** Default `Sternpost/` and the version. */
  readonly userAgent?: string
  /** Default 443; any other is for laboratories. */
  readonly port?: number
  /** Limit for a whole fetch. Default 60000, as RFC 8461 §3.3 suggests. */
  readonly totalTimeoutMs?: number
  /** Limit for each of DNS, TLS and HTTP head, and for the pause between two pieces of the body. Default 15000. */
  readonly idleTimeoutMs?: number
  /** Limit for one address to answer. Default 5000. */
  readonly connectTimeoutMs?: number
  /** The clock, in milliseconds since 1970. Certificates are judged by the system's clock all the same. */
  readonly now?: () => number
}

/** The options, read; shared by the fetcher and the observer. */
export interface FetchSettings {
  readonly dns: DnsLookup
  readonly guard: AddressGuard
  readonly proxy: HttpProxy | undefined
  /** One for all fetches: each would hold its own copy of the roots in memory. */
  readonly secureContext: SecureContext
  readonly userAgent: string
  readonly port: number
  readonly totalTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly connectTimeoutMs: number
  readonly now: () => number
}

/** Errors: throws TypeError when an option is unusable. */
export function readFetchSettings(options: PolicyFetcherOptions): FetchSettings {
  const userAgent = options.userAgent ?? `Sternpost/${NETWORK_VERSION}`
  validateHeaderValue('User-Agent', userAgent)
  const ca = options.ca === undefined ? {} : { ca: [...options.ca] }
  return {
    dns: options.dns,
    guard: createAddressGuard({ allow: options.allowAddresses ?? [] }),
    proxy: options.proxy === undefined ? undefined : parseHttpProxy(options.proxy),
    secureContext: createSecureContext({ minVersion: 'TLSv1.2', ...ca }),
    userAgent,
    port: options.port ?? 443,
    totalTimeoutMs: options.totalTimeoutMs ?? 60_000,
    idleTimeoutMs: options.idleTimeoutMs ?? 15_000,
    connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
    now: options.now ?? Date.now,
  }
}
