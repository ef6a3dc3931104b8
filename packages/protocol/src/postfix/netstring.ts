import type { ProtocolIssueCode } from '../issues.ts'
import type { Issue } from '../result.ts'

/** Where one netstring's content lies in a buffer: `bytes.subarray(start, end)`; the next one begins at `next`. */
export interface NetstringFrame {
  readonly start: number
  readonly end: number
  readonly next: number
}

/** A frame, the need for more bytes, or a reason to give the connection up: after it nothing can be trusted. */
export type NetstringScan =
  | { readonly kind: 'frame'; readonly frame: NetstringFrame }
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'broken'; readonly issue: Issue<ProtocolIssueCode> }

const COLON = 0x3a
const COMMA = 0x2c
const ZERO = 0x30
const NINE = 0x39

const INCOMPLETE: NetstringScan = { kind: 'incomplete' }

/**
 * Finds the netstring that begins at `offset`.
 *
 * Shape: `5:hello,`; the length in decimal digits without leading zero, at most `maxLength`.
 * Strict: a leading zero is broken although some peers accept it; a length above the limit is broken as soon
 * as its digits are read, so nobody can make us wait for it.
 * Effects: none; nothing is copied.
 * Source: socketmap_table(5), the netstring definition of D. J. Bernstein.
 */
export function scanNetstring(bytes: Uint8Array, offset: number, maxLength: number): NetstringScan {
  let length = 0
  let at = offset
  for (; at < bytes.length; at += 1) {
    const byte = bytes[at]!
    if (byte === COLON && at > offset) break
    if (byte < ZERO || byte > NINE)
      return broken('socketmap/netstring', 'a request begins with its length in digits and a colon')
    if (at > offset && length === 0)
      return broken('socketmap/netstring', 'the length of a request has no leading zero')
    length = length * 10 + (byte - ZERO)
    if (length > maxLength) return broken('socketmap/too-long', `a request has at most ${maxLength} bytes`)
  }
  if (at >= bytes.length) return INCOMPLETE
  const start = at + 1
  const end = start + length
  if (end >= bytes.length) return INCOMPLETE
  if (bytes[end] !== COMMA) return broken('socketmap/netstring', 'a request ends with a comma')
  return { kind: 'frame', frame: { start, end, next: end + 1 } }
}

/** Wraps content as a netstring; the length counts bytes, so content must be ASCII or already Latin-1 bytes. */
export function encodeNetstring(content: Uint8Array): Uint8Array {
  const digits = String(content.length)
  const bytes = new Uint8Array(digits.length + content.length + 2)
  for (let i = 0; i < digits.length; i += 1) bytes[i] = digits.charCodeAt(i)
  bytes[digits.length] = COLON
  bytes.set(content, digits.length + 1)
  bytes[bytes.length - 1] = COMMA
  return bytes
}

function broken(code: ProtocolIssueCode, message: string): NetstringScan {
  return { kind: 'broken', issue: { code, message: `${message} (socketmap_table(5))` } }
}
