import { quote } from '@sternpost/protocol'
import type { NetworkIssueCode } from '../issues.ts'
import type {
  DnsAnswer,
  DnsFailure,
  DnsLookup,
  DnsLookupOptions,
  DnsQuestion,
  DnsRecordType,
} from './answer.ts'
import { capTtlSeconds, createAnswerCache } from './answer-cache.ts'
import { exchange } from './exchange.ts'
import { followAliases, MAX_ALIASES } from './follow-aliases.ts'
import { encodeQuery, type QueryMode } from './message.ts'
import { proveResolver, type ResolverValidation } from './prove-validation.ts'
import { createRandomUint16 } from './random-uint16.ts'
import { followResolvConf, type ResolvConfFollower } from './resolv-conf.ts'
import { parseResolverAddress, type ResolverAddress } from './resolver-address.ts'
import {
  createResolverList,
  type ResolverList,
  type ResolverListOptions,
  type TrustAd,
} from './resolver-list.ts'
import { createTcpTransport } from './tcp-transport.ts'
import { createTlsTransport } from './tls-transport.ts'
import { createStats, type DnsClientStats } from './transport.ts'
import { createUdpTransport } from './udp-transport.ts'

export interface DnsClientOptions {
  /** Resolvers in order, text as `parseResolverAddress` reads it. Default: those of resolv.conf, followed. */
  readonly servers?: readonly (string | ResolverAddress)[]
  /** Default `/etc/resolv.conf`. */
  readonly resolvConfPath?: string
  /** How often resolv.conf is looked at. Default 3000. */
  readonly resolvConfPollMs?: number
  /** Whose AD bit counts. Default `loopback`. */
  readonly trustAd?: TrustAd
  /** Attempts per question, at least one per resolver. Default 3. */
  readonly tries?: number
  /** How long each attempt waits. Default 1500, 3000, 5000. */
  readonly timeoutsMs?: readonly number[]
  /** How long a lookup takes at most, all aliases and attempts together. Default 10000. */
  readonly deadlineMs?: number
  /** Default 20000 answers. */
  readonly maxCachedAnswers?: number
  /** How long a failure is kept and given out again. Default 5. */
  readonly failureSeconds?: number
  /** UDP sockets in use per resolver at a time. Default 32. */
  readonly udpSockets?: number
  /** For DNS over TLS, in PEM, in place of the platform's. */
  readonly certificateAuthorities?: readonly string[]
  /** What `proveValidation` asks for. Default `.`. */
  readonly signedName?: string
  /** Names with broken signatures for `proveValidation`. Default `dnssec-failed.org`. */
  readonly bogusNames?: readonly string[]
  /** Told when resolv.conf names other resolvers; validation should then be proved anew. */
  readonly onResolversChanged?: (resolvers: readonly string[]) => void
  /** Milliseconds since 1970. */
  readonly now?: () => number
  /** Unpredictable numbers from 0 to 65535. */
  readonly randomUint16?: () => number
}

export interface DnsClient extends DnsLookup {
  /** Proves every resolver, whether in use or not; one found not to validate is left out while another does. */
  proveValidation(): Promise<readonly ResolverValidation[]>
  /** The resolvers known, as `formatResolverAddress` writes them. */
  resolvers(): readonly string[]
  stats(): Readonly<DnsClientStats>
  /** Ends what is under way as failures and lets go of sockets and timers. */
  close(): void
}

/**
 * Makes a DNS client that tells the DNSSEC status of what it finds, as its resolver vouches for it.
 *
 * Errors: throws RangeError for a server that cannot be read; lookups never reject.
 * Effects: opens sockets with the first lookup; looks at resolv.conf every few seconds until closed.
 */
export function createDnsClient(options: DnsClientOptions = {}): DnsClient {
  const now = options.now ?? Date.now
  const randomUint16 = options.randomUint16 ?? createRandomUint16()
  const deadlineMs = options.deadlineMs ?? 10_000
  const stats = createStats()
  const exchangeOptions = {
    tries: options.tries ?? 3,
    timeoutsMs: options.timeoutsMs ?? [1500, 3000, 5000],
    stats,
  }
  const cache = createAnswerCache({
    maxEntries: options.maxCachedAnswers ?? 20_000,
    failureSeconds: options.failureSeconds ?? 5,
    now,
  })
  const underWay = new Map<string, Promise<DnsAnswer>>()
  let closed = false

  const lists = new Set<ResolverList>()
  const listOf = (addresses: readonly ResolverAddress[], source: ResolverListOptions['source']) => {
    const list = createResolverList({
      addresses,
      source,
      trustAd: options.trustAd ?? 'loopback',
      elapsedMs: () => performance.now(),
      makeTransports: resolver => makeTransports(resolver, options, randomUint16, stats),
    })
    lists.add(list)
    return list
  }
  let follower: ResolvConfFollower | undefined
  let resolvers: ResolverList
  if (options.servers === undefined) {
    follower = followResolvConf(
      options.resolvConfPath ?? '/etc/resolv.conf',
      options.resolvConfPollMs ?? 3000,
      addresses => {
        const next = listOf(addresses, 'resolv.conf')
        const previous = resolvers
        if (sameResolvers(previous, next)) {
          lists.delete(next)
          return
        }
        resolvers = next
        // What was kept was vouched for by others.
        cache.clear()
        underWay.clear()
        // What is under way may still end.
        setTimeout(() => {
          previous.close()
          lists.delete(previous)
        }, deadlineMs).unref()
        options.onResolversChanged?.(next.all.map(({ label }) => label))
      },
    )
    resolvers = listOf(follower.initial, 'resolv.conf')
  } else resolvers = listOf(options.servers.map(readServer), 'options')

  async function resolve<T extends DnsRecordType>(
    question: DnsQuestion<T>,
    mode: QueryMode,
  ): Promise<DnsAnswer<T>> {
    const deadlineAt = performance.now() + deadlineMs
    const list = resolvers
    const aliases: string[] = []
    let name = question.name
    let secure = true
    let ttlSeconds = Number.POSITIVE_INFINITY
    for (;;) {
      const query = encodeQuery(name, question.type, mode)
      if (query === null) return failure(question, 'dns/name', `${quote(name)} cannot be asked for`)
      const result = await exchange(list, query, deadlineAt, exchangeOptions)
      if (!result.ok) return failure(question, result.code, result.message)
      const { response, resolver } = result
      // Nothing was checked for a question with CD, whatever AD says.
      secure &&= mode === 'validated' && resolver.trusted && response.authenticData
      const outcome = followAliases(response, name, aliases)
      if (outcome.kind === 'loop') {
        const message = `the aliases of ${quote(question.name)} do not end: more than ${MAX_ALIASES}, or ${quote(outcome.at)} again`
        return failure(question, 'dns/alias-loop', message)
      }
      aliases.push(...outcome.aliases)
      ttlSeconds = Math.min(ttlSeconds, outcome.ttlSeconds)
      if (outcome.kind === 'chase') {
        name = outcome.target
        continue
      }
      const answered = {
        question,
        dnssec: secure ? ('secure' as const) : ('insecure' as const),
        canonicalName: outcome.canonicalName,
        aliases,
        ttlSeconds: capTtlSeconds(outcome.kind, ttlSeconds),
        resolver: resolver.label,
        receivedAt: now(),
      }
      return outcome.kind === 'records'
        ? { ...answered, kind: 'records', records: outcome.records }
        : { ...answered, kind: outcome.kind }
    }
  }

  function failure<T extends DnsRecordType>(
    question: DnsQuestion<T>,
    code: NetworkIssueCode,
    message: string,
  ): DnsFailure<T> {
    const dnssec = code === 'dns/bogus' ? 'bogus' : 'indeterminate'
    return { kind: 'failure', question, dnssec, code, message, receivedAt: now() }
  }

  return {
    lookup<T extends DnsRecordType>(name: string, type: T, lookupOptions: DnsLookupOptions = {}) {
      const question: DnsQuestion<T> = { name: foldName(name), type }
      const mode = lookupOptions.checkingDisabled === true ? 'unchecked' : 'validated'
      const key = `${mode === 'unchecked' ? 'CD ' : ''}${type} ${question.name}`
      // The type is part of the key, so what lies under it has the records of that type.
      if (lookupOptions.fresh !== true) {
        const kept = cache.get(key) as DnsAnswer<T> | undefined
        if (kept !== undefined) {
          stats.cacheHits += 1
          return Promise.resolve(kept)
        }
      }
      stats.cacheMisses += 1
      if (closed) return Promise.resolve(failure(question, 'dns/unreachable', 'the DNS client is closed'))
      const same = underWay.get(key) as Promise<DnsAnswer<T>> | undefined
      if (same !== undefined) {
        stats.coalesced += 1
        return same
      }
      const list = resolvers
      const pending = resolve(question, mode).then(answer => {
        if (underWay.get(key) === pending) underWay.delete(key)
        const keep = answer.kind !== 'failure' || answer.code !== 'dns/name'
        if (keep && list === resolvers && !closed) cache.set(key, answer)
        return answer
      })
      underWay.set(key, pending)
      return pending
    },

    async proveValidation() {
      const list = resolvers
      const probe = {
        signedName: options.signedName ?? '.',
        bogusNames: options.bogusNames ?? ['dnssec-failed.org'],
        timeoutMs: Math.min(deadlineMs, 5000),
      }
      return Promise.all(
        list.all.map(async resolver => {
          const validation = await proveResolver(resolver, probe, stats)
          if (validation.state === 'validates' || validation.state === 'does-not-validate')
            list.setValidates(resolver, validation.state === 'validates')
          return validation
        }),
      )
    },

    resolvers: () => resolvers.all.map(({ label }) => label),
    stats: () => ({ ...stats }),
    close() {
      closed = true
      follower?.close()
      for (const list of lists) list.close()
      cache.clear()
    },
  }
}

function makeTransports(
  resolver: ResolverAddress,
  options: DnsClientOptions,
  randomUint16: () => number,
  stats: DnsClientStats,
) {
  const common = { resolver, randomUint16, stats }
  if (resolver.transport === 'tls') {
    const { certificateAuthorities } = options
    const tls = createTlsTransport({
      ...common,
      ...(certificateAuthorities === undefined ? {} : { certificateAuthorities }),
    })
    return { transport: tls, tcp: null }
  }
  const tcp = createTcpTransport(common)
  if (resolver.transport === 'tcp') return { transport: tcp, tcp: null }
  return { transport: createUdpTransport({ ...common, sockets: options.udpSockets ?? 32 }), tcp }
}

function readServer(server: string | ResolverAddress): ResolverAddress {
  if (typeof server !== 'string') return server
  const parsed = parseResolverAddress(server)
  if (!parsed.ok) throw new RangeError(parsed.issues[0].message)
  return parsed.value
}

function sameResolvers(a: ResolverList, b: ResolverList): boolean {
  return a.all.length === b.all.length && a.all.every(({ label }, i) => label === b.all[i]?.label)
}

/** One spelling per name: lower case, no trailing dot. */
function foldName(name: string): string {
  // Not toLowerCase on the whole: it turns letters beyond ASCII, as the Kelvin sign, into other names.
  const folded = name.replace(/[A-Z]+/g, letters => letters.toLowerCase())
  return folded.endsWith('.') && folded.length > 1 ? folded.slice(0, -1) : folded
}
