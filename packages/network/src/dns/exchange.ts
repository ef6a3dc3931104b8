import { quote } from '@sternpost/protocol'
import type { NetworkIssueCode } from '../issues.ts'
import type { DnsRecordType } from './answer.ts'
import { type DnsResponse, decodeResponse, type EncodedQuery, isTruncated, responseCodes } from './message.ts'
import type { Resolver, ResolverList } from './resolver-list.ts'
import type { DnsClientStats } from './transport.ts'

/**
 * Extended errors that say: signatures were checked and do not hold (RFC 8914 §4.7 to §4.13). The others about
 * DNSSEC (unsupported algorithm, indeterminate) speak of what could not be checked.
 */
const BOGUS_INFO_CODES: ReadonlySet<number> = new Set([6, 7, 8, 9, 10, 11, 12])

/** What one resolver said to one question: an answer (NOERROR or NXDOMAIN), or why there is none. */
export type ExchangeResult<T extends DnsRecordType> =
  | { readonly ok: true; readonly response: DnsResponse<T>; readonly resolver: Resolver }
  | ExchangeFailure

export interface ExchangeFailure {
  readonly ok: false
  readonly code: NetworkIssueCode
  readonly message: string
}

/** The worse informed a failure, the lower: what is told of several tries is the best informed of them. */
const informedness: Partial<Record<NetworkIssueCode, number>> = {
  'dns/bogus': 5,
  'dns/servfail': 4,
  'dns/refused': 3,
  'dns/malformed': 2,
  'dns/timeout': 1,
}

export interface ExchangeOptions {
  /** At least this many attempts, and at least one at each resolver. */
  readonly tries: number
  /** How long each attempt waits, the last value for all further ones. */
  readonly timeoutsMs: readonly number[]
  readonly stats: DnsClientStats
}

/**
 * Asks one resolver once, by TCP where the answer by UDP was truncated; the time holds for both together.
 *
 * Errors: every way not to answer has a code: `dns/timeout`, `dns/unreachable`, `dns/malformed`, `dns/servfail`,
 * `dns/bogus`, `dns/refused` (any other response code).
 */
export async function askResolver<T extends DnsRecordType>(
  resolver: Resolver,
  query: EncodedQuery<T>,
  timeoutMs: number,
  stats: DnsClientStats,
): Promise<ExchangeResult<T>> {
  const startedAt = performance.now()
  let result = await resolver.transport.query(query, timeoutMs)
  if (result.kind === 'reply' && isTruncated(result.bytes) && resolver.tcp !== null) {
    stats.truncated += 1
    result = await resolver.tcp.query(query, timeoutMs - (performance.now() - startedAt))
  }
  if (result.kind === 'timeout') {
    stats.timeouts += 1
    return {
      ok: false,
      code: 'dns/timeout',
      message: `${resolver.label} did not answer within ${Math.round(timeoutMs)} ms`,
    }
  }
  if (result.kind === 'error')
    return { ok: false, code: 'dns/unreachable', message: `${resolver.label}: ${quote(result.reason, 120)}` }
  if (isTruncated(result.bytes))
    return {
      ok: false,
      code: 'dns/malformed',
      message: `${resolver.label} cut an answer short on a connection`,
    }
  const decoded = decodeResponse(result.bytes, query.type)
  if (!decoded.ok)
    return { ok: false, code: 'dns/malformed', message: `${resolver.label} sent ${decoded.message}` }
  return judge(decoded.value, resolver)
}

const LEAST_TRY_MS = 5

/**
 * Asks resolvers in order until one answers, the deadline (on the scale of `performance.now()`) is over, or all
 * tries are made.
 *
 * Shape: who says SERVFAIL or refuses is not asked again, only another; `bogus` is final, as another resolver
 * that answers would be one that does not look.
 */
export async function exchange<T extends DnsRecordType>(
  resolvers: ResolverList,
  query: EncodedQuery<T>,
  deadlineAt: number,
  options: ExchangeOptions,
): Promise<ExchangeResult<T>> {
  const { stats, timeoutsMs } = options
  const order = resolvers.order()
  const finished = new Set<Resolver>()
  const attempts = Math.max(options.tries, order.length)
  let told: ExchangeFailure | undefined
  let previous: Resolver | undefined
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const resolver = nextResolver(order, attempt, finished)
    const timeoutMs = Math.min(
      timeoutsMs[Math.min(attempt, timeoutsMs.length - 1)] ?? 1500,
      deadlineAt - performance.now(),
    )
    // A timer may fire a little early; what is left then is no time to ask in.
    if (resolver === undefined || timeoutMs < LEAST_TRY_MS) break
    if (previous !== undefined) {
      stats.retries += 1
      if (previous !== resolver) stats.failovers += 1
    }
    previous = resolver
    const result = await askResolver(resolver, query, timeoutMs, stats)
    if (result.ok) {
      resolvers.succeeded(resolver)
      return result
    }
    if (result.code === 'dns/timeout' || result.code === 'dns/unreachable') resolvers.failed(resolver)
    else {
      resolvers.succeeded(resolver)
      if (result.code !== 'dns/malformed') finished.add(resolver)
    }
    if (result.code === 'dns/bogus') return result
    if (told === undefined || rank(result.code) >= rank(told.code)) told = result
  }
  return told ?? { ok: false, code: 'dns/timeout', message: 'the deadline of the lookup was over' }
}

function nextResolver(
  order: readonly Resolver[],
  attempt: number,
  finished: ReadonlySet<Resolver>,
): Resolver | undefined {
  for (let i = 0; i < order.length; i += 1) {
    const resolver = order[(attempt + i) % order.length]
    if (resolver !== undefined && !finished.has(resolver)) return resolver
  }
  return undefined
}

function judge<T extends DnsRecordType>(response: DnsResponse<T>, resolver: Resolver): ExchangeResult<T> {
  const { responseCode } = response
  if (responseCode === responseCodes.noError || responseCode === responseCodes.nameError)
    return { ok: true, response, resolver }
  const explained = response.extendedErrors.map(
    ({ infoCode, text }) => `; extended error ${infoCode}${text === '' ? '' : ` ${quote(text)}`}`,
  )
  if (responseCode !== responseCodes.serverFailure) {
    const message = `${resolver.label} answered with response code ${responseCode}${explained.join('')}`
    return { ok: false, code: 'dns/refused', message }
  }
  if (response.extendedErrors.some(({ infoCode }) => BOGUS_INFO_CODES.has(infoCode))) {
    const message = `${resolver.label} found the signatures of this name invalid${explained.join('')}`
    return { ok: false, code: 'dns/bogus', message }
  }
  return {
    ok: false,
    code: 'dns/servfail',
    message: `${resolver.label} answered SERVFAIL${explained.join('')}`,
  }
}

function rank(code: NetworkIssueCode): number {
  return informedness[code] ?? 0
}
