import { randomInt } from 'node:crypto'
import type { DnsRecordData, DnsRecordType } from '../dns/answer.ts'
import { answersQuery, decodeResponse, encodeQuery, responseCodes, withId } from '../dns/message.ts'
import { formatResolverAddress, type ResolverAddress } from '../dns/resolver-address.ts'
import { MalformedMessageError } from '../dns/wire-name.ts'
import { DnsUpdateError, type DnsUpdateErrorKind } from './dns-update-error.ts'
import { createMessageStream } from './message-stream.ts'
import {
  findTsig,
  type SignedMessage,
  serverTimeOf,
  signMessage,
  type TsigRecord,
  tsigErrors,
  verifyTsig,
} from './tsig.ts'
import type { TsigKey } from './tsig-key.ts'
import { encodeUpdate, readUpdateResponse, type ZoneUpdate } from './update-message.ts'

/** The bits of a query that only a resolver has use for: recursion desired, AD asked for. */
const RESOLVER_FLAGS = 0x0120

export interface UpdateSessionOptions {
  /** The primary name server; always spoken to by TCP. */
  readonly server: Pick<ResolverAddress, 'address' | 'port'>
  readonly key: TsigKey
  /** For the connection, and for each answer. */
  readonly timeoutMs: number
  /** Milliseconds since 1970; the server compares it with its own clock. */
  readonly now: () => number
  readonly signal?: AbortSignal | undefined
}

/** What stands at a name, asked of the server that is written to. */
export interface StandingRecords<T extends DnsRecordType> {
  /** Empty for no such set. */
  readonly records: readonly DnsRecordData[T][]
  readonly ttlSeconds: number
}

/**
 * One conversation with a primary name server, signed on both sides.
 *
 * Errors: every verb throws DnsUpdateError. An answer that claims success and is not signed by the key is none.
 * Source: RFC 2136, RFC 8945.
 */
export interface UpdateSession {
  /** Reads a set at exactly this name; aliases are not followed. */
  read<T extends DnsRecordType>(name: string, type: T): Promise<StandingRecords<T>>
  /** The zone that holds a name: the nearest name above, or itself, at which the server has an SOA record. */
  findZone(name: string): Promise<string>
  /** Changes a zone: all steps, or none. */
  update(update: ZoneUpdate): Promise<void>
  close(): void
}

/** Opens a session; the connection is made at once. */
export function openUpdateSession(options: UpdateSessionOptions): UpdateSession {
  const { key } = options
  const label = formatResolverAddress({ ...options.server, transport: 'udp' })
  const stream = createMessageStream({
    ...options.server,
    label,
    timeoutMs: options.timeoutMs,
    signal: options.signal,
  })
  const nowSeconds = () => Math.floor(options.now() / 1000)

  /** Sends signed and gives back the answer, whose signature holds unless it reports a failure. */
  async function ask(message: Buffer): Promise<Buffer> {
    const signed = signMessage(message, key, nowSeconds())
    const answer = await stream.ask(signed.bytes)
    const tsig = wellFormed(label, () => findTsig(answer))
    judgeSignature(answer, tsig, signed)
    return answer
  }

  function judgeSignature(answer: Buffer, tsig: TsigRecord | undefined, request: SignedMessage): void {
    if (tsig?.error === tsigErrors.badKey)
      throw failed('bad-key', `${label} does not know the key ${key.name} (${key.algorithm})`)
    if (tsig?.error === tsigErrors.badSignature || tsig?.error === tsigErrors.badTruncation)
      throw failed('bad-signature', `${label} has another secret for the key ${key.name}`)
    if (tsig?.error === tsigErrors.badTime) {
      const seconds = serverTimeOf(tsig)
      const theirs = seconds === undefined ? '' : `; its clock says ${new Date(seconds * 1000).toISOString()}`
      throw failed('bad-time', `${label} finds the time of the request wrong${theirs}`)
    }
    // Unsigned failures are told as what they say: a server that cannot verify cannot sign either. That there is no
    // such name is no failure.
    const responseCode = answer.readUInt16BE(2) & 0xf
    if (tsig === undefined) {
      if (responseCode === responseCodes.noError || responseCode === responseCodes.nameError)
        throw failed('reply-signature', `${label} did not sign its answer`)
      return
    }
    const verdict = verifyTsig(answer, tsig, key, request.mac, nowSeconds())
    if (verdict === 'bad-time')
      throw failed('bad-time', `the answer of ${label} was signed at a time that is not now`)
    if (verdict !== 'valid')
      throw failed('reply-signature', `the answer of ${label} is not signed with the key ${key.name}`)
  }

  async function query<T extends DnsRecordType>(name: string, type: T) {
    const encoded = encodeQuery(name, type)
    if (encoded === null) throw failed('unwritable', `${name} is no name`)
    const id = randomInt(0x1_0000)
    const message = withId(encoded, id)
    message.writeUInt16BE(message.readUInt16BE(2) & ~RESOLVER_FLAGS, 2)
    const answer = await ask(message)
    if (!answersQuery(answer, encoded, id))
      throw failed('malformed', `${label} sent a message that does not answer the question`)
    const decoded = decodeResponse(answer, type)
    if (!decoded.ok) throw failed('malformed', `${label} sent ${decoded.message}`)
    const { responseCode } = decoded.value
    if (responseCode !== responseCodes.noError && responseCode !== responseCodes.nameError)
      throw refusal(label, responseCode, `the question for ${name} ${type}`)
    return { response: decoded.value, authoritative: (answer.readUInt16BE(2) & 0x0400) !== 0 }
  }

  return {
    async read(name, type) {
      const { response, authoritative } = await query(name, type)
      if (!authoritative) throw failed('not-authoritative', `${label} has no authority over ${name}`)
      const own = response.records.filter(record => record.name === name)
      return {
        records: own.map(({ data }) => data),
        ttlSeconds: Math.min(...own.map(({ ttlSeconds }) => ttlSeconds), 0x7fffffff),
      }
    },

    async findZone(name) {
      const labels = name.split('.')
      for (let i = 0; i < labels.length; i += 1) {
        const candidate = labels.slice(i).join('.')
        const { response, authoritative } = await query(candidate, 'SOA')
        if (!authoritative) break
        if (response.records.some(record => record.name === candidate)) return candidate
      }
      throw failed('not-authoritative', `${label} has no zone that holds ${name}`)
    },

    async update(update) {
      const id = randomInt(0x1_0000)
      const message = encodeUpdate(update, id)
      if (message === null)
        throw failed('unwritable', `the change of ${update.zone} does not fit into a message`)
      const answer = await ask(message)
      const responseCode = wellFormed(label, () => readUpdateResponse(answer, id))
      if (responseCode !== responseCodes.noError)
        throw refusal(label, responseCode, `the change of ${update.zone}`)
    },

    close: () => stream.close(),
  }
}

/** What each response code of an UPDATE means here (RFC 2136 §2.2). */
const refusals: Readonly<Record<number, readonly [DnsUpdateErrorKind, string]>> = {
  2: ['server-failure', 'SERVFAIL'],
  3: ['prerequisite', 'NXDOMAIN'],
  5: ['refused', 'REFUSED'],
  6: ['prerequisite', 'YXDOMAIN'],
  7: ['prerequisite', 'YXRRSET'],
  8: ['prerequisite', 'NXRRSET'],
  // Knot says so, unsigned, to a key that it does not know or that may not do this (RFC 2136 §3.3 has REFUSED).
  9: ['not-authoritative', 'NOTAUTH: it has no such zone, or does not take the key for it'],
  10: ['not-authoritative', 'NOTZONE'],
}

function refusal(label: string, responseCode: number, what: string): DnsUpdateError {
  const [kind, word] = refusals[responseCode] ?? ['response-code', `response code ${responseCode}`]
  return failed(kind, `${label} answered ${what} with ${word}`)
}

function failed(kind: DnsUpdateErrorKind, message: string): DnsUpdateError {
  return new DnsUpdateError(kind, message)
}

function wellFormed<T>(label: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof MalformedMessageError) throw failed('malformed', `${label} sent ${error.message}`)
    throw error
  }
}
