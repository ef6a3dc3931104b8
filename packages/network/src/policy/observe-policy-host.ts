import { type DomainName, MAX_DOMAIN_NAME_LENGTH } from '@sternpost/protocol'
import { type ChainObserver, createChainObserver } from '../certificate/observe-chain.ts'
import type { DnsAnswer } from '../dns/answer.ts'
import { type FetchSettings, type PolicyFetcherOptions, readFetchSettings } from './fetch-settings.ts'
import {
  type ObservedTarget,
  observeDefaultHost,
  observeOldTls,
  observeResponse,
} from './observe-response.ts'
import type {
  ObservedResponse,
  PolicyHostObservation,
  PolicyObserveOptions,
} from './policy-host-observation.ts'
import { POLICY_PATH } from './request-policy.ts'
import { addressesOf, alternate, MAX_ADDRESSES } from './resolve-policy-host.ts'

export interface PolicyHostObserverOptions extends PolicyFetcherOptions {
  /** Default 80; any other is for laboratories. */
  readonly httpPort?: number
}

export interface PolicyHostObserver {
  /**
   * Looks at the policy host of a domain at every address, and where it fails, at where the policy may be instead.
   *
   * Shape: never rejects; whatever the outside does is data.
   */
  observe(policyDomain: DomainName, options?: PolicyObserveOptions): Promise<PolicyHostObservation>
}

const TOTAL_TIMEOUT_MS = 20_000
/** What a person would see; a wall against robots lets it pass. */
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

/**
 * Makes an observer of policy hosts: the fetcher's eyes, for a person who wants to know why.
 *
 * A fetcher stops at the first good answer or the first bad certificate, as a sender must. The observer asks each
 * address by itself, so that a dead IPv6 address shows beside a good IPv4 one, and keeps what a sender throws away.
 * Errors: throws TypeError when an option is unusable.
 */
export function createPolicyHostObserver(options: PolicyHostObserverOptions): PolicyHostObserver {
  const settings = readFetchSettings(options)
  const chains = createChainObserver({ ca: options.ca, now: settings.now })
  const httpPort = options.httpPort ?? 80
  return {
    observe: (policyDomain, observeOptions = {}) =>
      observePolicyHost(policyDomain, { settings, chains, httpPort }, observeOptions),
  }
}

interface ObserverParts {
  readonly settings: FetchSettings
  readonly chains: ChainObserver
  readonly httpPort: number
}

async function observePolicyHost(
  policyDomain: DomainName,
  { settings, chains, httpPort }: ObserverParts,
  options: PolicyObserveOptions,
): Promise<PolicyHostObservation> {
  const policyHost = `mta-sts.${policyDomain}`
  const startedAt = settings.now()
  const startedMs = performance.now()
  const endsAt = startedMs + (options.totalTimeoutMs ?? TOTAL_TIMEOUT_MS)
  const limits = () => ({ totalTimeoutMs: endsAt - performance.now(), signal: options.signal })
  const hasTime = () => endsAt > performance.now() && options.signal?.aborted !== true
  const base = { scheme: 'https', host: policyHost, port: settings.port, path: POLICY_PATH } as const
  const look = (target: ObservedTarget) => observeResponse(target, settings, chains, limits())
  const { userAgent } = settings

  const [AAAA, A] = await Promise.all([
    settings.dns.lookup(policyHost, 'AAAA'),
    settings.dns.lookup(policyHost, 'A'),
  ])
  const { usable, refused } = addressesToCall(settings, [AAAA, A], policyHost)
  const responses = [
    ...refused,
    ...(await Promise.all(usable.map(address => look({ ...base, userAgent, address })))),
  ]

  const secured = responses.find(({ chain }) => chain !== undefined)
  const answered = responses.find(({ status }) => status !== undefined)
  const unsecured = responses.find(({ issues }) => issues.some(({ code }) => code === 'policy-host/tls'))
  const isGood = responses.some(({ issues }) => issues.length === 0)
  const addressOf = (response: ObservedResponse) => (settings.proxy === undefined ? response.address : null)
  const [withoutServerName, oldTls, otherUserAgent, wrongPlaces] = await Promise.all([
    secured === undefined || options.tryWithoutServerName === false || !hasTime()
      ? undefined
      : observeDefaultHost({ ...base, userAgent, address: addressOf(secured) }, settings, chains, limits()),
    unsecured === undefined || !hasTime()
      ? undefined
      : observeOldTls({ ...base, userAgent, address: addressOf(unsecured) }, settings, limits()),
    answered === undefined || options.tryOtherUserAgent === false || !hasTime()
      ? undefined
      : look({
          ...base,
          userAgent: answered.issues.length === 0 ? null : BROWSER,
          address: addressOf(answered),
        }),
    isGood || options.tryWrongPlaces === false || !hasTime()
      ? []
      : Promise.all(
          wrongPlacesOf(policyDomain, base, httpPort).map(place => lookElsewhere(place, settings, look)),
        ),
  ])
  return {
    policyDomain,
    policyHost,
    startedAt,
    durationMs: Math.round(performance.now() - startedMs),
    A,
    AAAA,
    responses,
    ...(withoutServerName === undefined ? {} : { withoutServerName }),
    ...(oldTls === undefined ? {} : { oldTls }),
    ...(otherUserAgent === undefined ? {} : { otherUserAgent }),
    wrongPlaces: wrongPlaces.filter(
      response => response?.status !== undefined,
    ) as readonly ObservedResponse[],
  }
}

type Place = Omit<ObservedTarget, 'address' | 'userAgent'>

/** Where people put a policy by mistake (RFC 8461 §3.2 has one place only). */
function wrongPlacesOf(policyDomain: DomainName, right: Place, httpPort: number): Place[] {
  return [
    { ...right, host: policyDomain },
    { ...right, host: `www.${policyDomain}` },
    { ...right, path: '/mta-sts.txt' },
    { ...right, scheme: 'http', port: httpPort },
  ]
}

async function lookElsewhere(
  place: Place,
  settings: FetchSettings,
  look: (target: ObservedTarget) => Promise<ObservedResponse>,
): Promise<ObservedResponse | undefined> {
  const { userAgent, dns } = settings
  if (settings.proxy !== undefined) return await look({ ...place, userAgent, address: null })
  const answers = await Promise.all([dns.lookup(place.host, 'AAAA'), dns.lookup(place.host, 'A')])
  // IPv4 first: one answer is enough here.
  const [address] = addressesToCall(settings, answers.reverse(), place.host).usable
  return address === undefined ? undefined : await look({ ...place, userAgent, address })
}

/** What may be called, and for the rest why not. With a proxy it is the proxy, which looks names up by itself. */
function addressesToCall(
  settings: FetchSettings,
  [first, second]: readonly DnsAnswer<'A' | 'AAAA'>[],
  host: string,
): { readonly usable: readonly (string | null)[]; readonly refused: readonly ObservedResponse[] } {
  if (host.length > MAX_DOMAIN_NAME_LENGTH) return { usable: [], refused: [] }
  if (settings.proxy !== undefined) return { usable: [null], refused: [] }
  const usable: string[] = []
  const refused: ObservedResponse[] = []
  for (const address of alternate(addressesOf(first), addressesOf(second)).slice(0, MAX_ADDRESSES)) {
    const verdict = settings.guard(address)
    if (verdict.allowed) usable.push(address)
    else {
      const message = `not called: ${verdict.reason}. A policy host needs a public address (RFC 8461 §3.3)`
      refused.push({
        url: `https://${host}${POLICY_PATH}`,
        userAgent: settings.userAgent,
        address,
        startedAt: settings.now(),
        durationMs: 0,
        issues: [{ code: 'policy-host/address-refused', message }],
        warnings: [],
      })
    }
  }
  return { usable, refused }
}
