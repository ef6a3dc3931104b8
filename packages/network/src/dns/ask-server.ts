import type { DnsRecordType } from './answer.ts'
import type {
  AuthoritativeFailureCode,
  AuthoritativeOutcome,
  AuthoritativeServerAnswer,
} from './authoritative-answer.ts'
import { askResolver, type ExchangeResult } from './exchange.ts'
import { followAliases } from './follow-aliases.ts'
import { type DnsResponse, encodeQuery } from './message.ts'
import { formatResolverAddress, type ResolverAddress } from './resolver-address.ts'
import type { Resolver } from './resolver-list.ts'
import { createTcpTransport } from './tcp-transport.ts'
import { createStats, type DnsClientStats } from './transport.ts'
import { createUdpTransport } from './udp-transport.ts'

export interface AskServerLimits {
  readonly port: number
  /** For each of two attempts. */
  readonly timeoutMs: number
  /** On the scale of `performance.now()`. */
  readonly deadlineAt: number
  readonly randomUint16: () => number
  readonly now: () => number
  readonly signal?: AbortSignal | undefined
}

export interface ServerQuestion<T extends DnsRecordType> {
  readonly nameServer: string
  readonly address: string
  readonly name: string
  readonly type: T
  /** Apex of the zone whose serial is asked for too. */
  readonly serialOf: string | undefined
}

const ATTEMPTS = 2

/**
 * Asks one authoritative server at one address, without recursion.
 *
 * Effects: opens a socket or two and closes them. Errors: none; what goes wrong is the outcome.
 */
export async function askServer<T extends DnsRecordType>(
  { nameServer, address, name, type, serialOf }: ServerQuestion<T>,
  limits: AskServerLimits,
): Promise<AuthoritativeServerAnswer<T>> {
  const startedMs = performance.now()
  const stats = createStats()
  const server = serverAt(address, limits, stats)
  const close = () => {
    server.transport.close()
    server.tcp?.close()
  }
  limits.signal?.addEventListener('abort', close, { once: true })
  try {
    if (limits.signal?.aborted === true) close()
    const [answered, soa] = await Promise.all([
      ask(server, name, type, limits, stats),
      serialOf === undefined ? undefined : ask(server, serialOf, 'SOA', limits, stats),
    ])
    return {
      nameServer,
      address,
      outcome: outcomeOf(answered, name, server.label),
      serial: serialIn(answered) ?? serialIn(soa),
      durationMs: Math.round(performance.now() - startedMs),
      receivedAt: limits.now(),
    }
  } finally {
    limits.signal?.removeEventListener('abort', close)
    close()
  }
}

function serverAt(address: string, limits: AskServerLimits, stats: DnsClientStats): Resolver {
  const resolver: ResolverAddress = { transport: 'udp', address, port: limits.port }
  const common = { resolver, randomUint16: limits.randomUint16, stats }
  return {
    address: resolver,
    label: formatResolverAddress(resolver),
    trusted: false,
    transport: createUdpTransport({ ...common, sockets: 1 }),
    tcp: createTcpTransport(common),
  }
}

async function ask<T extends DnsRecordType>(
  server: Resolver,
  name: string,
  type: T,
  limits: AskServerLimits,
  stats: DnsClientStats,
): Promise<ExchangeResult<T>> {
  const query = encodeQuery(name, type, 'authoritative')
  if (query === null) return { ok: false, code: 'dns/malformed', message: 'the name cannot be asked for' }
  let result: ExchangeResult<T> = { ok: false, code: 'dns/timeout', message: 'no time was left to ask in' }
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const leftMs = limits.deadlineAt - performance.now()
    if (leftMs < 5 || limits.signal?.aborted === true) break
    result = await askResolver(server, query, Math.min(limits.timeoutMs, leftMs), stats)
    if (result.ok || result.code !== 'dns/timeout') break
  }
  return result
}

function outcomeOf<T extends DnsRecordType>(
  answered: ExchangeResult<T>,
  name: string,
  label: string,
): AuthoritativeOutcome<T> {
  if (!answered.ok)
    return { kind: 'failure', code: answered.code as AuthoritativeFailureCode, message: answered.message }
  const { response } = answered
  if (!response.authoritative) {
    const message = response.refers
      ? `${label} refers to other servers: it does not serve the zone`
      : `${label} answers without authority: it does not serve the zone`
    return { kind: 'lame', message }
  }
  const found = followAliases(response, name, [])
  switch (found.kind) {
    case 'records':
      return { kind: 'records', records: found.records, ttlSeconds: found.ttlSeconds, aliases: found.aliases }
    case 'chase':
      return { kind: 'alias', target: found.target, ttlSeconds: found.ttlSeconds }
    case 'loop':
      return { kind: 'failure', code: 'dns/alias-loop', message: `the aliases at ${label} do not end` }
    default:
      // The denial is about the end of the chain; at the name itself there is an alias.
      return found.aliases.length > 0
        ? { kind: 'alias', target: found.canonicalName, ttlSeconds: found.ttlSeconds }
        : { kind: found.kind }
  }
}

function serialIn(answered: ExchangeResult<DnsRecordType> | undefined): number | null {
  if (answered?.ok !== true || !answered.response.authoritative) return null
  const { records, denialSerial }: DnsResponse<DnsRecordType> = answered.response
  const data = records[0]?.data
  return typeof data === 'object' && 'serial' in data ? data.serial : denialSerial
}
