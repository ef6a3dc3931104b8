import ipaddr from 'ipaddr.js'
import { formatResolverAddress, isLoopbackAddress, type ResolverAddress } from './resolver-address.ts'
import type { DnsTransport } from './transport.ts'

/** So many failures in a row make a resolver wait behind the others. */
const FAILURES_TO_DEMOTE = 2
const DEMOTED_MS = 30_000

/**
 * Docker's relay: a loopback address, but what it says comes over the network from whatever the host uses.
 * Named in a container's resolv.conf it proves nothing; declared in a configuration it counts as any other.
 */
const DOCKER_RELAY = '127.0.0.11'

export interface Resolver {
  readonly address: ResolverAddress
  /** As `formatResolverAddress` writes it. */
  readonly label: string
  /** Whether its AD bit counts. */
  readonly trusted: boolean
  /** The way its address was written for. */
  readonly transport: DnsTransport
  /** For what was truncated; null where `transport` has no such limit. */
  readonly tcp: DnsTransport | null
}

/**
 * Whose AD bit counts. `loopback`: that of resolvers on this machine only; a list: also that of these addresses;
 * `always`: every resolver was declared trusted.
 */
export type TrustAd = 'loopback' | 'always' | readonly string[]

export interface ResolverListOptions {
  readonly addresses: readonly ResolverAddress[]
  /** Where the addresses come from. */
  readonly source: 'options' | 'resolv.conf'
  readonly trustAd: TrustAd
  /** Milliseconds on a scale that never jumps. */
  readonly elapsedMs: () => number
  readonly makeTransports: (address: ResolverAddress) => Pick<Resolver, 'transport' | 'tcp'>
}

export interface ResolverList {
  readonly all: readonly Resolver[]
  /**
   * Whom to ask, in order. A resolver that failed goes to the end for 30 seconds; then a single question tries it
   * again while the others still pass it by.
   */
  order(): readonly Resolver[]
  succeeded(resolver: Resolver): void
  /** It did not answer, or could not be reached. */
  failed(resolver: Resolver): void
  /** `false` takes a resolver out of use as long as another is left that was not found wanting. */
  setValidates(resolver: Resolver, validates: boolean): void
  close(): void
}

interface Health {
  failures: number
  demotedUntil: number
  validates: boolean
}

/**
 * Keeps the resolvers of a client and their health.
 *
 * Where some are trusted and others not, only the trusted are asked, and likewise those that validate: an answer
 * of another would read as `insecure`, so that silencing the good resolver would switch DANE off.
 */
export function createResolverList(options: ResolverListOptions): ResolverList {
  const all = options.addresses.map(
    (address): Resolver => ({
      address,
      label: formatResolverAddress(address),
      trusted: isDeclaredTrusted(address, options.trustAd) || isTrustedByPlace(address, options.source),
      ...options.makeTransports(address),
    }),
  )
  const health = new Map<Resolver, Health>(
    all.map(resolver => [resolver, { failures: 0, demotedUntil: 0, validates: true }]),
  )
  let usable = chooseUsable()
  let ailing = 0

  function chooseUsable(): readonly Resolver[] {
    const trusted = all.filter(resolver => resolver.trusted)
    const candidates = trusted.length > 0 ? trusted : all
    const validating = candidates.filter(resolver => health.get(resolver)?.validates)
    return validating.length > 0 ? validating : candidates
  }

  return {
    all,
    order() {
      if (ailing === 0 || usable.length === 1) return usable
      const now = options.elapsedMs()
      const first: Resolver[] = []
      const last: Resolver[] = []
      for (const resolver of usable) {
        const state = health.get(resolver)
        const demoted = state !== undefined && state.failures >= FAILURES_TO_DEMOTE
        if (demoted && state.demotedUntil > now) last.push(resolver)
        else {
          // Whoever comes next within the time of this try still passes it by.
          if (demoted) state.demotedUntil = now + DEMOTED_MS
          first.push(resolver)
        }
      }
      return [...first, ...last]
    },
    succeeded(resolver) {
      const state = health.get(resolver)
      if (state === undefined || state.failures === 0) return
      state.failures = 0
      ailing -= 1
    },
    failed(resolver) {
      const state = health.get(resolver)
      if (state === undefined) return
      if (state.failures === 0) ailing += 1
      state.failures += 1
      if (state.failures >= FAILURES_TO_DEMOTE) state.demotedUntil = options.elapsedMs() + DEMOTED_MS
    },
    setValidates(resolver, validates) {
      const state = health.get(resolver)
      if (state === undefined) return
      state.validates = validates
      usable = chooseUsable()
    },
    close() {
      for (const resolver of all) {
        resolver.transport.close()
        resolver.tcp?.close()
      }
    },
  }
}

function isDeclaredTrusted(address: ResolverAddress, trustAd: TrustAd): boolean {
  if (typeof trustAd === 'string') return trustAd === 'always'
  return trustAd.some(declared => sameAddress(declared, address.address))
}

/** Compares addresses, not spellings: an IPv6 address has many. */
function sameAddress(one: string, other: string): boolean {
  if (!ipaddr.isValid(one) || !ipaddr.isValid(other)) return false
  return ipaddr.parse(one).toNormalizedString() === ipaddr.parse(other).toNormalizedString()
}

function isTrustedByPlace(address: ResolverAddress, source: ResolverListOptions['source']): boolean {
  if (source === 'resolv.conf' && address.address === DOCKER_RELAY) return false
  return isLoopbackAddress(address.address)
}
