/** What the server needs of a query, read straight from the bytes: decoding each into objects is the slow part. */
export interface DnsQuery {
  /** First and second byte of the flags. */
  readonly flagsHigh: number
  readonly flagsLow: number
  readonly name: string
  readonly typeNumber: number
  /** Where the question section ends. */
  readonly questionEnd: number
  /** The question's bytes, folded: equal questions have equal keys, whatever case they are asked in. */
  readonly key: string
  readonly edns: boolean
  readonly dnssecOk: boolean
  /** What the client takes over UDP: 512 without EDNS (RFC 6891 §6.2.5). */
  readonly udpPayloadBytes: number
}

export type DnsQueryProblem = 'ignore' | 'format-error' | 'not-implemented'

const HEADER_BYTES = 12
const OPT_TYPE = 41

/**
 * Reads a query.
 *
 * Shape: `ignore` for what is no query at all (too short, or itself an answer, which must not be answered lest
 * two servers talk for ever).
 */
export function readDnsQuery(message: Buffer): DnsQuery | DnsQueryProblem {
  if (message.length < HEADER_BYTES) return 'ignore'
  const flagsHigh = message[2]!
  const flagsLow = message[3]!
  if ((flagsHigh & 0x80) !== 0) return 'ignore'
  if ((flagsHigh & 0x78) !== 0) return 'not-implemented'
  if (message.readUInt16BE(4) !== 1 || message.readUInt32BE(6) !== 0) return 'format-error'

  let at = HEADER_BYTES
  let name = ''
  for (;;) {
    const length = message[at]
    if (length === undefined || length > 63 || at - HEADER_BYTES > 254) return 'format-error'
    at += 1
    if (length === 0) break
    name += `${name === '' ? '' : '.'}${message.toString('latin1', at, at + length)}`
    at += length
  }
  if (at + 4 > message.length) return 'format-error'
  const typeNumber = message.readUInt16BE(at)
  const questionEnd = at + 4

  let edns = false
  let dnssecOk = false
  let udpPayloadBytes = 512
  // An OPT record, where there is one, comes first or alone in all stub queries; anything else is passed over.
  const hasOpt =
    message.readUInt16BE(10) > 0 &&
    questionEnd + 11 <= message.length &&
    message[questionEnd] === 0 &&
    message.readUInt16BE(questionEnd + 1) === OPT_TYPE
  if (hasOpt) {
    edns = true
    udpPayloadBytes = Math.max(512, message.readUInt16BE(questionEnd + 3))
    dnssecOk = (message[questionEnd + 7]! & 0x80) !== 0
  }
  return {
    flagsHigh,
    flagsLow,
    name: name === '' ? '.' : name.toLowerCase(),
    typeNumber,
    questionEnd,
    key: message.toString('latin1', HEADER_BYTES, questionEnd - 4).toLowerCase() + typeNumber,
    edns,
    dnssecOk,
    udpPayloadBytes,
  }
}
