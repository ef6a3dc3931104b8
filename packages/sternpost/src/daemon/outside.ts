import { readFileSync } from 'node:fs'
import { getCACertificates } from 'node:tls'
import {
  createDnsClient,
  createPolicyFetcher,
  type DnsClient,
  type PolicyFetcher,
  type PolicyFetcherOptions,
} from '@sternpost/network'
import type { Config } from '../config/index.ts'

const MAX_CACHED_ANSWERS = 5_000

/** The program's eyes on the outside world, made as the configuration says. */
export interface Outside {
  readonly dns: DnsClient
  readonly fetcher: PolicyFetcher
}

/**
 * Makes the DNS client and the policy fetcher.
 *
 * Errors: throws where `policyFetch.caFile` cannot be read or is no certificate.
 */
export function createOutside(
  config: Config,
  now: () => number,
  onResolversChanged: (resolvers: readonly string[]) => void = () => {},
): Outside {
  const dns = createDns(config, now, onResolversChanged)
  return { dns, fetcher: createPolicyFetcher({ ...policyFetchOptions(config), dns, now }) }
}

/** Makes the DNS client alone. */
export function createDns(
  config: Config,
  now: () => number,
  onResolversChanged: (resolvers: readonly string[]) => void = () => {},
): DnsClient {
  const { resolvers, resolvConf, trustAd, timeoutSeconds, signedName, bogusName } = config.dns
  return createDnsClient({
    ...(resolvers.length > 0 ? { servers: resolvers } : {}),
    resolvConfPath: resolvConf,
    trustAd,
    timeoutsMs: [timeoutSeconds * 1000],
    signedName,
    bogusNames: [bogusName],
    // What an answer led to is kept by the rooms themselves; this only spares asking twice in a short while.
    maxCachedAnswers: MAX_CACHED_ANSWERS,
    onResolversChanged,
    now,
  })
}

/** How policy hosts are fetched from. Errors: throws where `policyFetch.caFile` cannot be read. */
export function policyFetchOptions(config: Config): Omit<PolicyFetcherOptions, 'dns' | 'now'> {
  const { caFile, proxy, port, timeoutSeconds, idleTimeoutSeconds, allowAddresses } =
    config.outbound.policyFetch
  return {
    port,
    totalTimeoutMs: timeoutSeconds * 1000,
    idleTimeoutMs: idleTimeoutSeconds * 1000,
    allowAddresses,
    ...(proxy === undefined ? {} : { proxy }),
    ...(caFile === undefined ? {} : { ca: [...getCACertificates('default'), readFileSync(caFile, 'utf8')] }),
  }
}
