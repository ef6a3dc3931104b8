import type { DnsRecordData, DnsRecordType } from './answer.ts'
import { recordDecoders, recordTypeNumbers } from './record-data.ts'
import { type Cursor, decodeName, encodeName, MalformedMessageError, skipName } from './wire-name.ts'

/**
 * The UDP size announced: 1232 bytes passes every path unfragmented, and fragments can be forged
 * (DNS flag day 2020, RFC 9715).
 */
const EDNS_UDP_BYTES = 1232
const HEADER_BYTES = 12
const TYPE_OPT = 41
const CLASS_IN = 1
const OPTION_EXTENDED_ERROR = 15
const MAX_EXTENDED_ERRORS = 8
const MAX_EXTENDED_ERROR_TEXT_BYTES = 200

/** Response codes this client tells apart (RFC 1035 §4.1.1). */
export const responseCodes = { noError: 0, serverFailure: 2, nameError: 3 } as const

/** A question ready to be sent: what an answer must repeat, and the whole message but for its id. */
export interface EncodedQuery<T extends DnsRecordType = DnsRecordType> {
  readonly type: T
  /** The message with id 0. */
  readonly bytes: Buffer
  /** Where the question section ends. */
  readonly questionEnd: number
}

/** The parts of an answer that matter to the question asked. */
export interface DnsResponse<T extends DnsRecordType> {
  /** The RCODE with the upper bits of EDNS (RFC 6891 §6.1.3). */
  readonly responseCode: number
  readonly authenticData: boolean
  /** The AA bit: the server speaks for the zone. */
  readonly authoritative: boolean
  readonly records: readonly {
    readonly name: string
    readonly ttlSeconds: number
    readonly data: DnsRecordData[T]
  }[]
  /** CNAME records of the answer section; for a CNAME question they stand in `records`. */
  readonly aliases: readonly { readonly name: string; readonly ttlSeconds: number; readonly target: string }[]
  /** How long a denial may be kept: the SOA's TTL or minimum, the lesser (RFC 2308 §5); null without SOA. */
  readonly denialTtlSeconds: number | null
  /** The serial in that SOA. */
  readonly denialSerial: number | null
  /** The authority section names servers and no SOA: the answer lies elsewhere (RFC 2308 §2.2). */
  readonly refers: boolean
  /** Extended errors (RFC 8914). */
  readonly extendedErrors: readonly { readonly infoCode: number; readonly text: string }[]
}

/** The first two bytes of flags of each way to ask, and whether DO is set. */
const queryModes = {
  /** A resolver: recursion desired, AD set to ask for the AD bit back (RFC 6840 §5.7), DO. */
  validated: [0x0120, 0x8000],
  /** A resolver that shall not hold back what it cannot validate: CD in place of AD. */
  unchecked: [0x0110, 0x8000],
  /** An authoritative server: no recursion, and no signatures that would only make the answer long. */
  authoritative: [0x0000, 0x0000],
} as const
export type QueryMode = keyof typeof queryModes

/**
 * Writes a question, with EDNS0.
 *
 * Errors: null where the name is none (see `encodeName`).
 */
export function encodeQuery<T extends DnsRecordType>(
  name: string,
  type: T,
  mode: QueryMode = 'validated',
): EncodedQuery<T> | null {
  const [flags, ednsFlags] = queryModes[mode]
  const wireName = encodeName(name)
  if (wireName === null) return null
  const questionEnd = HEADER_BYTES + wireName.length + 4
  const bytes = Buffer.alloc(questionEnd + 11)
  bytes.writeUInt16BE(flags, 2)
  bytes.writeUInt16BE(1, 4)
  bytes.writeUInt16BE(1, 10)
  wireName.copy(bytes, HEADER_BYTES)
  bytes.writeUInt16BE(recordTypeNumbers[type], questionEnd - 4)
  bytes.writeUInt16BE(CLASS_IN, questionEnd - 2)
  bytes.writeUInt16BE(TYPE_OPT, questionEnd + 1)
  bytes.writeUInt16BE(EDNS_UDP_BYTES, questionEnd + 3)
  bytes.writeUInt16BE(ednsFlags, questionEnd + 7)
  return { type, bytes, questionEnd }
}

/** The message of a query under an id, in memory of its own: a retry must not change bytes still being sent. */
export function withId(query: EncodedQuery, id: number): Buffer {
  const bytes = Buffer.from(query.bytes)
  bytes.writeUInt16BE(id, 0)
  return bytes
}

/**
 * Tells whether a message answers a query: a response with its id that repeats its question.
 *
 * Lenient: an error response may lack the question (a server that could not read EDNS says FORMERR so); letter
 * case of the question is not compared.
 */
export function answersQuery(bytes: Buffer, query: EncodedQuery, id: number): boolean {
  if (bytes.length < HEADER_BYTES || bytes.readUInt16BE(0) !== id) return false
  const flags = bytes.readUInt16BE(2)
  // QR set and the opcode that of a standard query.
  if ((flags & 0xf800) !== 0x8000) return false
  const questionCount = bytes.readUInt16BE(4)
  if (questionCount === 0) {
    const responseCode = flags & 0xf
    return responseCode !== responseCodes.noError && responseCode !== responseCodes.nameError
  }
  if (questionCount !== 1 || bytes.length < query.questionEnd) return false
  for (let i = HEADER_BYTES; i < query.questionEnd; i += 1) {
    if (foldCase(bytes[i] ?? 0) !== foldCase(query.bytes[i] ?? 0)) return false
  }
  return true
}

/** Whether the TC bit is set: the answer did not fit (RFC 1035 §4.1.1). */
export function isTruncated(bytes: Buffer): boolean {
  return (bytes.readUInt16BE(2) & 0x0200) !== 0
}

/**
 * Reads an answer that `answersQuery` has let through.
 *
 * Errors: a sentence in place of a value. Every length is checked, the data of types not asked for is skipped
 * unread, and the work is linear in the message, whatever it holds.
 */
export function decodeResponse<T extends DnsRecordType>(
  bytes: Buffer,
  type: T,
): { readonly ok: true; readonly value: DnsResponse<T> } | { readonly ok: false; readonly message: string } {
  try {
    return { ok: true, value: readResponse(bytes, type) }
  } catch (error) {
    if (error instanceof MalformedMessageError) return { ok: false, message: error.message }
    throw error
  }
}

function readResponse<T extends DnsRecordType>(bytes: Buffer, type: T): DnsResponse<T> {
  const flags = bytes.readUInt16BE(2)
  const wanted = recordTypeNumbers[type]
  const cursor: Cursor = { at: HEADER_BYTES }
  for (let i = bytes.readUInt16BE(4); i > 0; i -= 1) {
    skipName(bytes, cursor)
    cursor.at += 4
  }

  const records: DnsResponse<T>['records'][number][] = []
  const aliases: DnsResponse<T>['aliases'][number][] = []
  for (let i = bytes.readUInt16BE(6); i > 0; i -= 1) {
    const nameAt = cursor.at
    const record = readFrame(bytes, cursor)
    if (record.class !== CLASS_IN) continue
    if (record.type === wanted) {
      const data = recordDecoders[type](bytes, record.start, record.end)
      records.push({ name: decodeName(bytes, { at: nameAt }), ttlSeconds: record.ttlSeconds, data })
    } else if (record.type === recordTypeNumbers.CNAME) {
      const target = recordDecoders.CNAME(bytes, record.start, record.end)
      aliases.push({ name: decodeName(bytes, { at: nameAt }), ttlSeconds: record.ttlSeconds, target })
    }
  }

  let denialTtlSeconds: number | null = null
  let denialSerial: number | null = null
  let namesServers = false
  for (let i = bytes.readUInt16BE(8); i > 0; i -= 1) {
    const record = readFrame(bytes, cursor)
    if (record.type === recordTypeNumbers.NS) namesServers = true
    if (record.type !== recordTypeNumbers.SOA || record.class !== CLASS_IN || denialTtlSeconds !== null)
      continue
    const soa = recordDecoders.SOA(bytes, record.start, record.end)
    denialTtlSeconds = Math.min(record.ttlSeconds, soa.minimumSeconds)
    denialSerial = soa.serial
  }

  let upperResponseCode = 0
  const extendedErrors: DnsResponse<T>['extendedErrors'][number][] = []
  for (let i = bytes.readUInt16BE(10); i > 0; i -= 1) {
    const record = readFrame(bytes, cursor)
    if (record.type !== TYPE_OPT) continue
    upperResponseCode = record.rawTtl >>> 24
    readExtendedErrors(bytes, record.start, record.end, extendedErrors)
  }

  return {
    responseCode: (upperResponseCode << 4) | (flags & 0xf),
    authenticData: (flags & 0x0020) !== 0,
    authoritative: (flags & 0x0400) !== 0,
    records,
    aliases,
    denialTtlSeconds,
    denialSerial,
    refers: namesServers && denialTtlSeconds === null,
    extendedErrors,
  }
}

export interface RecordFrame {
  readonly type: number
  readonly class: number
  readonly rawTtl: number
  readonly ttlSeconds: number
  readonly start: number
  readonly end: number
}

/** Reads what all records have in common and leaves the cursor at the next record. */
export function readFrame(bytes: Buffer, cursor: Cursor): RecordFrame {
  skipName(bytes, cursor)
  const start = cursor.at + 10
  if (start > bytes.length) throw new MalformedMessageError('a record cut short')
  const rawTtl = bytes.readUInt32BE(cursor.at + 4)
  const end = start + bytes.readUInt16BE(cursor.at + 8)
  if (end > bytes.length) throw new MalformedMessageError('record data longer than the message')
  const frame = {
    type: bytes.readUInt16BE(cursor.at),
    class: bytes.readUInt16BE(cursor.at + 2),
    rawTtl,
    // RFC 2181 §8: a TTL with the top bit set counts as zero.
    ttlSeconds: rawTtl > 0x7fffffff ? 0 : rawTtl,
    start,
    end,
  }
  cursor.at = end
  return frame
}

function readExtendedErrors(
  bytes: Buffer,
  start: number,
  end: number,
  found: { readonly infoCode: number; readonly text: string }[],
): void {
  let at = start
  while (at + 4 <= end) {
    const option = bytes.readUInt16BE(at)
    const dataAt = at + 4
    const next = dataAt + bytes.readUInt16BE(at + 2)
    if (next > end) throw new MalformedMessageError('an EDNS option longer than its record')
    if (option === OPTION_EXTENDED_ERROR && next - dataAt >= 2 && found.length < MAX_EXTENDED_ERRORS) {
      const textEnd = Math.min(next, dataAt + 2 + MAX_EXTENDED_ERROR_TEXT_BYTES)
      found.push({ infoCode: bytes.readUInt16BE(dataAt), text: bytes.toString('utf8', dataAt + 2, textEnd) })
    }
    at = next
  }
}

function foldCase(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte
}
