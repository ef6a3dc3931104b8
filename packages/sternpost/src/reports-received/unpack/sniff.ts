/** What a piece of a document is, told by its bytes; names and media types are only claims. */
export type Sniffed =
  | { readonly kind: 'json' | 'gzip' | 'zip' | 'mail' | 'text' }
  /** Something that never holds a TLS report, or not where we look. */
  | { readonly kind: 'foreign'; readonly what: string }

/** How much of the beginning is looked at. */
const LOOKED_AT_BYTES = 4096
/** A mail begins with what its way added, which can be long. */
const MAIL_HEADER_BYTES = 32 * 1024

const magics: readonly (readonly [magic: string, what: string])[] = [
  ['\x89PNG', 'a PNG image'],
  ['\xff\xd8\xff', 'a JPEG image'],
  ['GIF8', 'a GIF image'],
  ['%PDF', 'a PDF document'],
  ['BZh', 'compressed with bzip2, which no TLS report uses'],
  ['\xfd7zXZ\0', 'compressed with xz, which no TLS report uses'],
  ['\x28\xb5\x2f\xfd', 'compressed with zstd, which no TLS report uses'],
  ['7z\xbc\xaf\x27\x1c', 'a 7-Zip archive, which is not unpacked'],
  ['Rar!\x1a\x07', 'a RAR archive, which is not unpacked'],
  ['\xd0\xcf\x11\xe0', 'an Office document'],
  ['\x7fELF', 'a program'],
  ['MZ', 'a program'],
]

/** Tells what bytes are; none at all are text. */
export function sniff(bytes: Buffer): Sniffed {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return { kind: 'gzip' }
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && isZipMark(bytes)) return { kind: 'zip' }
  if (isUtf16Json(bytes)) return { kind: 'json' }
  const start = textStart(bytes)
  if (start === bytes.length) return { kind: 'text' }
  const first = bytes[start]
  if (first === 0x7b || first === 0x5b) return sniffBracket(bytes, start)
  const head = bytes.toString('latin1', start, start + LOOKED_AT_BYTES)
  for (const [magic, what] of magics) if (head.startsWith(magic)) return { kind: 'foreign', what }
  if (first === 0x3c) return { kind: 'foreign', what: describeMarkup(head) }
  return { kind: looksLikeMail(bytes, start) ? 'mail' : 'text' }
}

/** Where text begins after a byte order mark and white space. */
export function textStart(bytes: Buffer): number {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  for (; at < bytes.length; at += 1) {
    const byte = bytes[at]
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) break
  }
  return at
}

/** A brace or bracket in UTF-16, which some Windows tools write. */
export function isUtf16Json(bytes: Buffer): boolean {
  const [first, second, third, fourth] = bytes
  const opening = (byte: number | undefined) => byte === 0x7b || byte === 0x5b
  if (first === 0xff && second === 0xfe) return opening(third) && fourth === 0
  return first === 0xfe && second === 0xff && third === 0 && opening(fourth)
}

function isZipMark(bytes: Buffer): boolean {
  return (bytes[2] === 3 && bytes[3] === 4) || (bytes[2] === 5 && bytes[3] === 6)
}

/** A bracket begins JSON, or a banner such as `[EXTERNAL]`; a brace JSON or RTF. */
function sniffBracket(bytes: Buffer, start: number): Sniffed {
  if (bytes[start] === 0x7b) {
    const isRtf = bytes.toString('latin1', start, start + 5) === '{\\rtf'
    return isRtf ? { kind: 'foreign', what: 'an RTF document' } : { kind: 'json' }
  }
  const next = start + 1 + textStart(bytes.subarray(start + 1))
  return { kind: bytes[next] === 0x7b || bytes[next] === 0x5d ? 'json' : 'text' }
}

function describeMarkup(head: string): string {
  if (/<feedback[\s>]/i.test(head)) return 'a DMARC aggregate report (XML, RFC 7489)'
  if (/<svg[\s>]/i.test(head)) return 'an SVG image'
  return /<(?:html|!doctype html|body|p|div|table|head)[\s>]/i.test(head) ? 'an HTML page' : 'XML'
}

const firstHeader = /^(?:>?From [^\n]*\n)?[!-9;-~]{1,76}[ \t]*:/
/** Headers of which every mail has one; a text with colons in it has none. */
const mailHeader =
  /^(?:content-(?:transfer-encoding|type)|date|delivered-to|dkim-signature|from|message-id|mime-version|received|return-path|subject|tls-report-(?:domain|submitter)|to)[ \t]*:/im

/** Whether text begins as a mail does, an envelope line of mbox before it or not. */
function looksLikeMail(bytes: Buffer, start: number): boolean {
  const head = bytes.toString('latin1', start, start + MAIL_HEADER_BYTES)
  if (!firstHeader.test(head)) return false
  const end = head.search(/\n\r?\n/)
  return mailHeader.test(end === -1 ? head : head.slice(0, end))
}
