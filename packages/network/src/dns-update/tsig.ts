import { createHmac, timingSafeEqual } from 'node:crypto'
import { readFrame } from '../dns/message.ts'
import { type Cursor, decodeName, encodeName, MalformedMessageError, skipName } from '../dns/wire-name.ts'
import { type TsigKey, tsigAlgorithms } from './tsig-key.ts'

const TYPE_TSIG = 250
const CLASS_ANY = 255
const HEADER_BYTES = 12
/** How far the clocks of both sides may be apart, in seconds (RFC 8945 §10). */
export const TSIG_FUDGE_SECONDS = 300

/** The errors a TSIG record can carry (RFC 8945 §3). */
export const tsigErrors = { badSignature: 16, badKey: 17, badTime: 18, badTruncation: 22 } as const

/** The TSIG record of a message, and the message without it. */
export interface TsigRecord {
  readonly keyName: string
  readonly algorithm: string
  readonly timeSignedSeconds: number
  readonly fudgeSeconds: number
  readonly mac: Buffer
  readonly originalId: number
  readonly error: number
  readonly other: Buffer
  /** Where the record begins; it is the last of the message. */
  readonly start: number
}

export interface SignedMessage {
  readonly bytes: Buffer
  /** What the signature of the answer begins with. */
  readonly mac: Buffer
}

/**
 * Signs a message that bears no signature yet.
 *
 * Source: RFC 8945 §4.3, §5.1.
 */
export function signMessage(message: Buffer, key: TsigKey, nowSeconds: number): SignedMessage {
  const variables = {
    keyName: key.name,
    algorithm: key.algorithm,
    timeSignedSeconds: nowSeconds,
    fudgeSeconds: TSIG_FUDGE_SECONDS,
    error: 0,
    other: Buffer.alloc(0),
  }
  const mac = digest(key, [message, tsigVariables(variables)])
  const head = Buffer.alloc(10)
  head.writeUInt16BE(TYPE_TSIG, 0)
  head.writeUInt16BE(CLASS_ANY, 2)
  const tail = Buffer.alloc(6)
  tail.writeUInt16BE(message.readUInt16BE(0), 0)
  const data = Buffer.concat([
    wireName(key.algorithm),
    timeAndFudge(nowSeconds, TSIG_FUDGE_SECONDS),
    uint16(mac.length),
    mac,
    tail,
  ])
  head.writeUInt16BE(data.length, 8)
  const bytes = Buffer.concat([message, wireName(key.name), head, data])
  bytes.writeUInt16BE(message.readUInt16BE(10) + 1, 10)
  return { bytes, mac }
}

/**
 * Finds the TSIG record of a message; undefined where there is none.
 *
 * Errors: throws MalformedMessageError, also where one stands anywhere but at the end (RFC 8945 §5.1).
 */
export function findTsig(bytes: Buffer): TsigRecord | undefined {
  if (bytes.length < HEADER_BYTES) throw new MalformedMessageError('a message shorter than its header')
  const cursor: Cursor = { at: HEADER_BYTES }
  for (let i = bytes.readUInt16BE(4); i > 0; i -= 1) {
    skipName(bytes, cursor)
    cursor.at += 4
  }
  const before = bytes.readUInt16BE(6) + bytes.readUInt16BE(8)
  const total = before + bytes.readUInt16BE(10)
  let found: TsigRecord | undefined
  for (let i = 0; i < total; i += 1) {
    if (found !== undefined) throw new MalformedMessageError('a TSIG record that is not the last')
    const start = cursor.at
    const frame = readFrame(bytes, cursor)
    if (frame.type !== TYPE_TSIG) continue
    if (i < before || frame.class !== CLASS_ANY || frame.rawTtl !== 0)
      throw new MalformedMessageError('a TSIG record of the wrong form')
    found = readTsig(bytes, start, frame.start, frame.end)
  }
  if (cursor.at !== bytes.length) throw new MalformedMessageError('bytes behind the last record')
  return found
}

export type TsigVerdict = 'valid' | 'other-key' | 'bad-signature' | 'bad-time'

/**
 * Tells whether an answer was signed by who holds the key, as the answer to this request and now.
 *
 * Strict: a MAC cut short is a bad signature.
 * Source: RFC 8945 §5.3, §5.4.
 */
export function verifyTsig(
  bytes: Buffer,
  tsig: TsigRecord,
  key: TsigKey,
  requestMac: Buffer,
  nowSeconds: number,
): TsigVerdict {
  if (tsig.keyName !== key.name || tsig.algorithm !== key.algorithm) return 'other-key'
  const message = Buffer.from(bytes.subarray(0, tsig.start))
  message.writeUInt16BE(tsig.originalId, 0)
  message.writeUInt16BE(bytes.readUInt16BE(10) - 1, 10)
  const expected = digest(key, [uint16(requestMac.length), requestMac, message, tsigVariables(tsig)])
  if (expected.length !== tsig.mac.length || !timingSafeEqual(expected, tsig.mac)) return 'bad-signature'
  // A server that found our time wrong signs with the time of the request (RFC 8945 §5.2.3).
  return Math.abs(nowSeconds - tsig.timeSignedSeconds) > tsig.fudgeSeconds ? 'bad-time' : 'valid'
}

/** The time of the server that said BADTIME, in seconds since 1970; undefined where it told none. */
export function serverTimeOf(tsig: TsigRecord): number | undefined {
  return tsig.error === tsigErrors.badTime && tsig.other.length === 6
    ? tsig.other.readUIntBE(0, 6)
    : undefined
}

function readTsig(bytes: Buffer, start: number, dataStart: number, dataEnd: number): TsigRecord {
  const keyName = decodeName(bytes, { at: start })
  const cursor: Cursor = { at: dataStart }
  const algorithm = decodeName(bytes, cursor)
  const at = cursor.at
  if (at + 10 > dataEnd) throw new MalformedMessageError('a TSIG record cut short')
  const macEnd = at + 10 + bytes.readUInt16BE(at + 8)
  if (macEnd + 6 > dataEnd) throw new MalformedMessageError('a TSIG record cut short')
  if (macEnd + 6 + bytes.readUInt16BE(macEnd + 4) !== dataEnd)
    throw new MalformedMessageError('a TSIG record of the wrong length')
  return {
    keyName,
    algorithm,
    timeSignedSeconds: bytes.readUIntBE(at, 6),
    fudgeSeconds: bytes.readUInt16BE(at + 6),
    mac: bytes.subarray(at + 10, macEnd),
    originalId: bytes.readUInt16BE(macEnd),
    error: bytes.readUInt16BE(macEnd + 2),
    other: bytes.subarray(macEnd + 6, dataEnd),
    start,
  }
}

function tsigVariables(
  tsig: Pick<TsigRecord, 'keyName' | 'algorithm' | 'timeSignedSeconds' | 'fudgeSeconds' | 'error' | 'other'>,
): Buffer {
  const classAndTtl = Buffer.alloc(6)
  classAndTtl.writeUInt16BE(CLASS_ANY, 0)
  return Buffer.concat([
    wireName(tsig.keyName),
    classAndTtl,
    wireName(tsig.algorithm),
    timeAndFudge(tsig.timeSignedSeconds, tsig.fudgeSeconds),
    uint16(tsig.error),
    uint16(tsig.other.length),
    tsig.other,
  ])
}

function digest(key: TsigKey, parts: readonly Buffer[]): Buffer {
  const hmac = createHmac(tsigAlgorithms[key.algorithm].digest, key.secret)
  for (const part of parts) hmac.update(part)
  return hmac.digest()
}

function timeAndFudge(seconds: number, fudgeSeconds: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeUIntBE(seconds, 0, 6)
  bytes.writeUInt16BE(fudgeSeconds, 6)
  return bytes
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

/** Names of keys and algorithms were found to be names before. */
function wireName(name: string): Buffer {
  const wire = encodeName(name)
  if (wire === null) throw new MalformedMessageError('a key name that is no name')
  return wire
}
