import { formatBytes, mimeLimits, UnpackProblem } from './limits.ts'

/** Headers of a mail or of one of its parts, by lower-case name; of several with one name the first counts. */
export type MimeHeaders = ReadonlyMap<string, string>

const wanted = new Set([
  'content-disposition',
  'content-transfer-encoding',
  'content-type',
  'delivered-to',
  'envelope-to',
  'subject',
  'tls-report-domain',
  'tls-report-submitter',
  'to',
  'x-original-to',
])
/** A longer value says nothing we could use. */
const VALUE_CHARACTERS = 4096

export interface HeaderBlock {
  readonly headers: MimeHeaders
  /** Where the body begins. */
  readonly bodyAt: number
}

/**
 * Reads the headers that begin at `start`, up to the empty line or a delimiter.
 *
 * Lenient: lines that are no header are passed over; a mail relay or a gateway left them there.
 * `isDelimiterAt` is asked at the beginning of each line that starts with two hyphens.
 * Errors: UnpackProblem for a header without end.
 */
export function readHeaders(
  bytes: Buffer,
  start: number,
  end: number,
  isDelimiterAt: (at: number) => boolean,
): HeaderBlock {
  const headers = new Map<string, string>()
  let open: string | undefined
  let at = start
  while (at < end) {
    const newLine = bytes.indexOf(0x0a, at)
    const lineEnd = newLine === -1 || newLine >= end ? end : newLine
    const next = Math.min(end, lineEnd + 1)
    const first = bytes[at]
    if (lineEnd === at || (first === 0x0d && lineEnd === at + 1)) return { headers, bodyAt: next }
    if (first === 0x2d && bytes[at + 1] === 0x2d && isDelimiterAt(at)) return { headers, bodyAt: at }
    if (at - start > mimeLimits.headerBytes) {
      const most = formatBytes(mimeLimits.headerBytes)
      throw new UnpackProblem('report/mail', `a mail header is longer than ${most}`)
    }
    if (first !== 0x20 && first !== 0x09) {
      open = openHeader(bytes, at, lineEnd, headers)
    } else if (open !== undefined) {
      const value = headers.get(open) ?? ''
      if (value.length < VALUE_CHARACTERS) headers.set(open, value + decodeLine(bytes, at, lineEnd))
    }
    at = next
  }
  return { headers, bodyAt: end }
}

function openHeader(
  bytes: Buffer,
  at: number,
  lineEnd: number,
  headers: Map<string, string>,
): string | undefined {
  // No wanted name begins otherwise; most headers of a mail are done with here.
  switch (bytes[at]! | 0x20) {
    case 0x63: // c
    case 0x64: // d
    case 0x65: // e
    case 0x73: // s
    case 0x74: // t
    case 0x78: // x
      break
    default:
      return undefined
  }
  const colon = bytes.subarray(at, Math.min(lineEnd, at + 40)).indexOf(0x3a)
  if (colon === -1) return undefined
  const name = bytes
    .toString('latin1', at, at + colon)
    .trimEnd()
    .toLowerCase()
  if (!wanted.has(name) || headers.has(name)) return undefined
  headers.set(name, decodeLine(bytes, at + colon + 1, lineEnd).trimStart())
  return name
}

/** A line without its end; UTF-8 as RFC 6532 allows. */
function decodeLine(bytes: Buffer, start: number, end: number): string {
  const stop = end > start && bytes[end - 1] === 0x0d ? end - 1 : end
  return bytes.toString('utf8', start, Math.min(stop, start + VALUE_CHARACTERS))
}

export interface StructuredHeader {
  /** Lower case: `text/plain`, `attachment`. */
  readonly value: string
  /** By lower-case name; continuations and encodings of RFC 2231 and encoded words taken off. */
  readonly parameters: ReadonlyMap<string, string>
}

const parameter = /;\s*([^\s=;"]{1,64})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;"]*))/gs

/** Reads `text/plain; charset=utf-8; name="a b"`. */
export function parseStructuredHeader(text: string): StructuredHeader {
  const value = /^[^;\s]*/.exec(text)?.[0].toLowerCase() ?? ''
  const raw = new Map<string, string>()
  if (text.includes('=')) {
    for (const [, name = '', quoted, token = ''] of text.matchAll(parameter)) {
      const key = name.toLowerCase()
      if (!raw.has(key)) raw.set(key, quoted === undefined ? token.trim() : quoted.replace(/\\(.)/gs, '$1'))
    }
  }
  return { value, parameters: raw.size === 0 ? raw : joinContinuations(raw) }
}

const continuation = /^([^*]+)\*(?:(\d{1,3})(\*?))?$/

/** RFC 2231: `name*0="a"; name*1*=b%20c` is one parameter `name`, as is `name*=utf-8''a%20b`. */
function joinContinuations(raw: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const joined = new Map<string, string>()
  const pieces = new Map<string, { index: number; text: string }[]>()
  for (const [key, value] of raw) {
    const parts = continuation.exec(key)
    if (parts === null) {
      joined.set(key, decodeWords(value))
      continue
    }
    const [, name = '', index, star] = parts
    const isEncoded = index === undefined || star === '*'
    const list = pieces.get(name) ?? []
    pieces.set(name, list)
    list.push({ index: Number(index ?? 0), text: isEncoded ? decodePercent(value) : value })
  }
  for (const [name, list] of pieces) {
    list.sort((one, other) => one.index - other.index)
    joined.set(name, list.map(piece => piece.text).join(''))
  }
  return joined
}

function decodePercent(value: string): string {
  const text = value.replace(/^[\w-]*'[\w-]*'/, '')
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const encodedWord = /=\?([\w-]{1,40})(?:\*[\w-]*)?\?([bq])\?([^?\s]*)\?=/gi

/** Decodes RFC 2047 encoded words; what is none stays as it is. */
export function decodeWords(text: string): string {
  if (!text.includes('=?')) return text
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(encodedWord, (whole, charset: string, form: string, data: string) => {
      const bytes =
        form.toLowerCase() === 'b'
          ? Buffer.from(data, 'base64')
          : decodeQuotedPrintable(Buffer.from(data.replaceAll('_', ' '), 'latin1'))
      try {
        return new TextDecoder(charset).decode(bytes)
      } catch {
        return whole
      }
    })
}

/** Decodes quoted-printable; a broken escape stands for itself, as RFC 2045 §6.7 advises. */
export function decodeQuotedPrintable(bytes: Buffer): Buffer {
  if (!bytes.includes(0x3d)) return bytes
  const out = Buffer.allocUnsafe(bytes.length)
  let length = 0
  // Byte by byte: a mail of nothing but escapes must not cost more than any other.
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at]!
    if (byte === 0x3d) {
      const softBreak = softBreakLength(bytes, at + 1)
      if (softBreak !== undefined) {
        at += softBreak
        continue
      }
      const high = hexValue(bytes[at + 1])
      const low = hexValue(bytes[at + 2])
      if (high >= 0 && low >= 0) {
        out[length] = high * 16 + low
        length += 1
        at += 2
        continue
      }
    }
    out[length] = byte
    length += 1
  }
  return out.subarray(0, length)
}

/** Length of the line end, white space before it included, that the equals sign before `at` takes away. */
function softBreakLength(bytes: Buffer, at: number): number | undefined {
  let end = at
  while (bytes[end] === 0x20 || bytes[end] === 0x09) end += 1
  if (end === bytes.length) return end - at
  if (bytes[end] === 0x0d && bytes[end + 1] === 0x0a) return end + 2 - at
  return bytes[end] === 0x0a ? end + 1 - at : undefined
}

function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}
