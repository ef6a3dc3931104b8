import type { TlsOptions } from 'node:tls'
import type { DomainName } from '@sternpost/protocol'
import { createPolicyFetcher } from '../fetch-policy.ts'
import type { PolicyFetchResult } from '../fetch-result.ts'
import type { PolicyFetcherOptions } from '../fetch-settings.ts'
import { type Respond, startPolicyHost } from './policy-host.ts'
import { createThrowawayCa, dnsNames, type IssuedCertificate, type ThrowawayCa } from './throwaway-ca.ts'
import { createZoneLookup, type ZoneEntry } from './zone-lookup.ts'

export const policyDomain = 'example.test' as DomainName
export const policyHost = 'mta-sts.example.test'
export const goodPolicy = 'version: STSv1\r\nmode: enforce\r\nmx: mail.example.test\r\nmax_age: 604800\r\n'

export interface TestIdentity {
  readonly ca: ThrowawayCa
  /** Valid for the policy host. */
  readonly leaf: IssuedCertificate
}

export async function createTestIdentity(): Promise<TestIdentity> {
  const ca = await createThrowawayCa()
  return { ca, leaf: await ca.issue({ names: dnsNames(policyHost) }) }
}

export interface FetchOnceOptions extends Partial<PolicyFetcherOptions> {
  /** Joined to the good certificate. */
  readonly tls?: TlsOptions
  readonly zone?: ZoneEntry
  readonly signal?: AbortSignal
}

export interface FetchedOnce {
  readonly result: PolicyFetchResult
  /** The request heads that reached the policy host. */
  readonly requests: readonly string[]
  readonly connectionCount: number
}

/** Fetches from a policy host on 127.0.0.1 that answers as told, and waits until no connection is left there. */
export async function fetchOnce(
  { ca, leaf }: TestIdentity,
  respond: Respond,
  { tls, zone, signal, ...options }: FetchOnceOptions = {},
): Promise<FetchedOnce> {
  const host = await startPolicyHost({ tls: { ...leaf, ...tls }, respond })
  try {
    const fetcher = createPolicyFetcher({
      dns: createZoneLookup({ [policyHost]: zone ?? { A: ['127.0.0.1'] } }),
      ca: [ca.root],
      allowAddresses: ['127.0.0.0/8', '::1'],
      port: host.port,
      ...options,
    })
    const result = await fetcher.fetch(policyDomain, signal === undefined ? {} : { signal })
    await host.idle()
    return { result, requests: host.requests, connectionCount: host.connectionCount }
  } finally {
    await host.close()
  }
}

/** The codes of a result, an empty list when it is a policy. */
export function codesOf(result: PolicyFetchResult): string[] {
  return result.ok ? [] : result.issues.map(({ code }) => code)
}
