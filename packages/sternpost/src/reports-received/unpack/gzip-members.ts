import { crc32, inflateRawSync } from 'node:zlib'

const FLAG_HEADER_CRC = 0x02
const FLAG_EXTRA = 0x04
const FLAG_NAME = 0x08
const FLAG_COMMENT = 0x10
const FIXED_HEADER_BYTES = 10
const TRAILER_BYTES = 8

/**
 * The members that are whole at the beginning of gzip data, inflated; undefined where not even the first is.
 *
 * Lenient: zlib's own reader refuses data with anything but zeroes behind them; gateways append footers.
 * Source: RFC 1952 §2.3.
 */
export function inflateWholeMembers(packed: Buffer, mostBytes: number): Buffer | undefined {
  const members: Buffer[] = []
  let leftBytes = mostBytes
  let at = 0
  while (at < packed.length && leftBytes > 0) {
    const dataAt = endOfHeader(packed, at)
    const member = dataAt === undefined ? undefined : inflateMember(packed, dataAt, leftBytes)
    if (member === undefined) break
    members.push(member.bytes)
    leftBytes -= member.bytes.length
    at = member.end
  }
  return members.length === 0 ? undefined : Buffer.concat(members)
}

function inflateMember(
  packed: Buffer,
  at: number,
  mostBytes: number,
): { bytes: Buffer; end: number } | undefined {
  try {
    const result = inflateRawSync(packed.subarray(at), { info: true, maxOutputLength: mostBytes })
    // `info` makes zlib tell how much it read; its types do not know.
    const { buffer, engine } = result as unknown as { buffer: Buffer; engine: { bytesWritten: number } }
    const trailerAt = at + engine.bytesWritten
    const isWhole =
      trailerAt + TRAILER_BYTES <= packed.length && packed.readUInt32LE(trailerAt) === crc32(buffer)
    return isWhole ? { bytes: buffer, end: trailerAt + TRAILER_BYTES } : undefined
  } catch {
    return undefined
  }
}

function endOfHeader(packed: Buffer, start: number): number | undefined {
  if (packed[start] !== 0x1f || packed[start + 1] !== 0x8b || packed[start + 2] !== 8) return undefined
  const flags = packed[start + 3] ?? 0
  let at = start + FIXED_HEADER_BYTES
  if (flags & FLAG_EXTRA) {
    if (at + 2 > packed.length) return undefined
    at += 2 + packed.readUInt16LE(at)
  }
  for (const flag of [FLAG_NAME, FLAG_COMMENT]) {
    if (!(flags & flag)) continue
    const zero = packed.indexOf(0, at)
    if (zero === -1) return undefined
    at = zero + 1
  }
  if (flags & FLAG_HEADER_CRC) at += 2
  return at < packed.length ? at : undefined
}
