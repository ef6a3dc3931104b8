import {
  encodeSocketmapReply,
  formatNextHop,
  formatPostfixTlsPolicy,
  type NextHop,
  type PostfixDialect,
  parseNextHopKey,
  parseSocketmapRequest,
  postfixTlsPolicyFor,
  type SocketmapReply,
} from '@sternpost/protocol'
import type { Clock } from '../base/index.ts'
import type { NextHopPolicies, TimedDecision } from './next-hop-policies.ts'
import type { ReplyTable } from './reply-table.ts'

/**
 * The maps Postfix can ask. The plain names are drop-ins for postfix-mta-sts-resolver and postfix-tlspol, so a
 * configuration that names one of theirs works unchanged.
 */
export const mapDialects = {
  postfix: 'plain',
  postfix34: 'plain',
  postfix310: 'tlsrpt',
  QUERY: 'plain',
  QUERYwithTLSRPT: 'tlsrpt',
} as const satisfies Record<string, PostfixDialect>

export interface SocketmapAnswersOptions {
  readonly policies: NextHopPolicies
  readonly table: ReplyTable
  readonly clock: Clock
  readonly toAscii: (name: string) => string
  /** What the map `auto` stands for: the newest dialect the Postfix of this machine understands. */
  readonly autoDialect: () => PostfixDialect
  /** Whether to answer "not found" always and only tell what the answer would have been. */
  readonly dryRun: () => boolean
  /** @returns the mark that the ready reply made of it carries. */
  readonly onAnswer: (answer: ComputedAnswer) => number
}

/** An answer that had to be thought about; the ready ones are not told of one by one. */
export interface ComputedAnswer {
  readonly key: string
  readonly decision: TimedDecision['decision']
  /** What Postfix was told, or in a dry run would have been. */
  readonly reply: SocketmapReply
  readonly dryRun: boolean
}

/** Turns requests into replies: names of maps, forms of keys, the dialect, the dry run. */
export class SocketmapAnswers {
  readonly #options: SocketmapAnswersOptions

  constructor(options: SocketmapAnswersOptions) {
    this.#options = options
  }

  /** Answers a request that the table has no reply for. Never throws: what goes wrong here is a `TEMP`. */
  async answer(request: Buffer): Promise<Uint8Array> {
    try {
      return await this.#answer(request)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      return encodeSocketmapReply({ kind: 'temporary', reason: `internal error: ${reason}` })
    }
  }

  async #answer(request: Buffer): Promise<Uint8Array> {
    const parsed = parseSocketmapRequest(request.toString('utf8'))
    if (parsed === undefined) return permanent('a request is a map name, a space and a key')
    const dialect = this.#dialectOf(parsed.mapName)
    if (dialect === undefined)
      return permanent(`unknown map, known are: ${[...Object.keys(mapDialects), 'auto'].join(' ')}`)

    const key = parseNextHopKey(parsed.key, this.#options.toAscii)
    if (key.kind !== 'next-hop') return NOT_FOUND
    const { decision, validUntil } = await this.#options.policies.decide(key.nextHop)
    const { bytes, mark } = this.#reply(key.nextHop, decision, dialect)
    if (validUntil > this.#options.clock.now() && decision.action !== 'defer') {
      this.#options.table.set(request, bytes, key.nextHop.domain, validUntil, mark)
    }
    return bytes
  }

  #reply(nextHop: NextHop, decision: TimedDecision['decision'], dialect: PostfixDialect) {
    const reply = socketmapReplyFor(decision, dialect)
    const dryRun = this.#options.dryRun()
    const mark = this.#options.onAnswer({ key: formatNextHop(nextHop), decision, reply, dryRun })
    return { bytes: dryRun ? NOT_FOUND : encodeSocketmapReply(reply), mark }
  }

  #dialectOf(mapName: string): PostfixDialect | undefined {
    if (mapName === 'auto') return this.#options.autoDialect()
    return Object.hasOwn(mapDialects, mapName) ? mapDialects[mapName as keyof typeof mapDialects] : undefined
  }
}

/** What Postfix is told for a decision. */
export function socketmapReplyFor(
  decision: TimedDecision['decision'],
  dialect: PostfixDialect,
): SocketmapReply {
  if (decision.action === 'defer')
    return { kind: 'temporary', reason: `${decision.rule}: ${decision.reason}` }
  const policy = postfixTlsPolicyFor(decision)
  return policy === undefined
    ? { kind: 'not-found' }
    : { kind: 'found', data: formatPostfixTlsPolicy(policy, dialect) }
}

const NOT_FOUND = encodeSocketmapReply({ kind: 'not-found' })

function permanent(reason: string): Uint8Array {
  return encodeSocketmapReply({ kind: 'permanent', reason })
}
