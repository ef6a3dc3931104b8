/** A name on the wire is at most this long, length bytes and root included (RFC 1035 §2.3.4). */
const MAX_NAME_BYTES = 255
const MAX_LABEL_BYTES = 63
/** A lawful name cannot hold more pointers than labels that fit; a hostile one is given up well before. */
const MAX_POINTERS = 64

const DOT = 0x2e
const BACKSLASH = 0x5c

/** Thrown inside the codec only; `decodeResponse` turns it into a value. */
export class MalformedMessageError extends Error {
  override readonly name = 'MalformedMessageError'
}

/** Where a decoder stands in a message. */
export interface Cursor {
  at: number
}

/**
 * Writes a name as a message has it, without compression; null where it is no name.
 *
 * Shape: `.` is the root; one trailing dot is dropped; `\.` and `\046` are single bytes of a label.
 * Errors: null for an empty label, a label over 63 bytes, a name over 255, controls, spaces and non-ASCII.
 * Source: RFC 1035 §3.1, §5.1.
 */
export function encodeName(name: string): Buffer | null {
  if (name === '.') return Buffer.of(0)
  if (name.length > 4 * MAX_NAME_BYTES) return null
  const wire = Buffer.allocUnsafe(MAX_NAME_BYTES + 2)
  let lengthAt = 0
  let at = 1
  for (let i = 0; i < name.length; i += 1) {
    let byte = name.charCodeAt(i)
    if (byte === DOT) {
      const length = at - lengthAt - 1
      if (length === 0) return null
      wire[lengthAt] = length
      lengthAt = at
      at += 1
      continue
    }
    if (byte <= 0x20 || byte >= 0x7f) return null
    if (byte === BACKSLASH) {
      const decimal = /^[0-9]{3}/.exec(name.slice(i + 1, i + 4))
      byte = decimal === null ? name.charCodeAt(i + 1) : Number(decimal[0])
      if (!(byte <= 0xff)) return null
      i += decimal === null ? 1 : 3
    }
    if (at - lengthAt > MAX_LABEL_BYTES || at >= MAX_NAME_BYTES) return null
    wire[at] = byte
    at += 1
  }
  const length = at - lengthAt - 1
  if (length > 0) {
    wire[lengthAt] = length
    lengthAt = at
    at += 1
  } else if (lengthAt === 0) return null
  wire[lengthAt] = 0
  return at > MAX_NAME_BYTES ? null : wire.subarray(0, at)
}

/**
 * Reads a name, following compression, and leaves the cursor behind it.
 *
 * Shape: lower case, no trailing dot, `.` for the root. Bytes other than printable ASCII become `\DDD`, a dot or
 * backslash inside a label `\.`, `\\`: so that one label can never pass for two.
 * Errors: throws MalformedMessageError; pointers must lead backwards, which rules out loops.
 * Source: RFC 1035 §4.1.4.
 */
export function decodeName(bytes: Buffer, cursor: Cursor): string {
  let name = ''
  let at = cursor.at
  let end = -1
  let wireLength = 1
  let pointers = 0
  let limit = at
  for (;;) {
    const length = byteAt(bytes, at)
    if (length === 0) {
      cursor.at = end === -1 ? at + 1 : end
      return name === '' ? '.' : name
    }
    if (length >= 0xc0) {
      const target = ((length & 0x3f) << 8) | byteAt(bytes, at + 1)
      if (end === -1) end = at + 2
      pointers += 1
      if (target >= limit || pointers > MAX_POINTERS)
        throw new MalformedMessageError('a name pointer that leads nowhere')
      limit = target
      at = target
      continue
    }
    if (length > MAX_LABEL_BYTES) throw new MalformedMessageError('a label of an unknown kind')
    wireLength += length + 1
    if (wireLength > MAX_NAME_BYTES) throw new MalformedMessageError('a name over 255 bytes')
    if (at + 1 + length > bytes.length) throw new MalformedMessageError('a name cut short')
    const label = decodeLabel(bytes, at + 1, at + 1 + length)
    name = name === '' ? label : `${name}.${label}`
    at += length + 1
  }
}

/** Passes over a name without reading it: for records nobody asked for. */
export function skipName(bytes: Buffer, cursor: Cursor): void {
  let at = cursor.at
  for (;;) {
    const length = byteAt(bytes, at)
    if (length >= 0xc0) {
      byteAt(bytes, at + 1)
      cursor.at = at + 2
      return
    }
    if (length > MAX_LABEL_BYTES) throw new MalformedMessageError('a label of an unknown kind')
    at += length + 1
    if (at - cursor.at > MAX_NAME_BYTES) throw new MalformedMessageError('a name over 255 bytes')
    if (length === 0) {
      cursor.at = at
      return
    }
  }
}

function decodeLabel(bytes: Buffer, start: number, end: number): string {
  let plain = true
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i] ?? 0
    if ((byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x5f)
      continue
    plain = false
    break
  }
  if (plain) return bytes.toString('latin1', start, end)
  let label = ''
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i] ?? 0
    if (byte === DOT || byte === BACKSLASH) label += `\\${String.fromCharCode(byte)}`
    else if (byte <= 0x20 || byte >= 0x7f) label += `\\${String(byte).padStart(3, '0')}`
    else label += String.fromCharCode(byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte)
  }
  return label
}

function byteAt(bytes: Buffer, at: number): number {
  const byte = bytes[at]
  if (byte === undefined) throw new MalformedMessageError('a message cut short')
  return byte
}
