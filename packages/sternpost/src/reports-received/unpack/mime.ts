import { mimeLimits, UnpackProblem } from './limits.ts'
import {
  decodeQuotedPrintable,
  decodeWords,
  type MimeHeaders,
  parseStructuredHeader,
  readHeaders,
  type StructuredHeader,
} from './mime-header.ts'

/** A part of a mail that holds no further parts. */
export interface MimeLeaf {
  /** Lower case; `text/plain` where the part does not say. */
  readonly mediaType: string
  readonly fileName: string | undefined
  /** Still encoded; `decodeLeaf` decodes. */
  readonly body: Buffer
  /** Lower case: `base64`, `quoted-printable`, or anything else for none. */
  readonly encoding: string
}

export interface Mail {
  readonly headers: MimeHeaders
  readonly leaves: readonly MimeLeaf[]
}

interface OpenMultipart {
  readonly boundary: Buffer
}

const noContentType: StructuredHeader = { value: 'text/plain', parameters: new Map() }
/** White space after a delimiter that is looked over. */
const DELIMITER_PADDING_BYTES = 1000
const HYPHENS = Buffer.from('\n--')

/**
 * Takes a mail apart in one pass over its bytes, copying nothing.
 *
 * Lenient: a multipart that is never closed ends with the mail; one without a boundary is taken as text.
 * Errors: UnpackProblem for too many parts, too deep nesting and delimiters without end.
 * Source: RFC 2046 §5.1.
 */
export function readMail(bytes: Buffer, maxParts: number): Mail {
  const open: OpenMultipart[] = []
  const leaves: MimeLeaf[] = []
  const matches = (at: number) => findDelimiter(bytes, at, open) !== undefined
  let leaf: Omit<MimeLeaf, 'body'> | undefined
  let parts = 0
  let falseDelimiters = 0

  const enter = (headers: MimeHeaders) => {
    parts += 1
    if (parts > maxParts) {
      throw new UnpackProblem('report/members', `the mail has more than ${maxParts} parts`, true)
    }
    const contentType = headers.get('content-type')
    const type = contentType === undefined ? noContentType : parseStructuredHeader(contentType)
    const boundary = type.value.startsWith('multipart/') ? (type.parameters.get('boundary') ?? '') : ''
    if (boundary === '') {
      leaf = describeLeaf(type, headers)
      return
    }
    if (boundary.length > mimeLimits.boundaryCharacters) {
      throw new UnpackProblem('report/mail', `a boundary has ${boundary.length} characters; 70 are allowed`)
    }
    if (open.length >= mimeLimits.depth) {
      throw new UnpackProblem(
        'report/nesting',
        `multiparts lie more than ${mimeLimits.depth} deep in each other`,
        true,
      )
    }
    leaf = undefined
    open.push({ boundary: Buffer.from(boundary) })
  }
  const close = (from: number, to: number) => {
    if (leaf !== undefined) leaves.push({ ...leaf, body: bytes.subarray(from, Math.max(from, to)) })
    leaf = undefined
  }

  const top = readHeaders(bytes, 0, bytes.length, () => false)
  enter(top.headers)
  let bodyAt = top.bodyAt
  // Back by one, so that a delimiter at the very beginning of a body has its line end too.
  let searchAt = Math.max(0, bodyAt - 1)
  while (open.length > 0) {
    const lineEnd = bytes.indexOf(HYPHENS, searchAt)
    if (lineEnd === -1) break
    const delimiter = findDelimiter(bytes, lineEnd + 1, open)
    if (delimiter === undefined) {
      falseDelimiters += 1
      if (falseDelimiters > mimeLimits.falseDelimiters) {
        throw new UnpackProblem('report/members', 'the mail has too many lines like a part delimiter', true)
      }
      searchAt = lineEnd + 3
      continue
    }
    close(bodyAt, bytes[lineEnd - 1] === 0x0d ? lineEnd - 1 : lineEnd)
    open.length = delimiter.isLast ? delimiter.level : delimiter.level + 1
    if (delimiter.isLast) {
      searchAt = Math.max(lineEnd + 1, delimiter.end - 1)
      continue
    }
    const part = readHeaders(bytes, delimiter.end, bytes.length, matches)
    bodyAt = part.bodyAt
    enter(part.headers)
    searchAt = Math.max(lineEnd + 1, bodyAt - 1)
  }
  close(bodyAt, bytes.length)
  return { headers: top.headers, leaves }
}

interface Delimiter {
  /** Which of the open multiparts it belongs to. */
  readonly level: number
  readonly isLast: boolean
  /** After its line. */
  readonly end: number
}

/** Reads the delimiter line that begins at `at`; the innermost multipart is asked first. */
function findDelimiter(bytes: Buffer, at: number, open: readonly OpenMultipart[]): Delimiter | undefined {
  for (let level = open.length - 1; level >= 0; level -= 1) {
    const boundary = open[level]!.boundary
    const after = at + 2 + boundary.length
    if (after > bytes.length || bytes.compare(boundary, 0, boundary.length, at + 2, after) !== 0) continue
    const isLast = bytes[after] === 0x2d && bytes[after + 1] === 0x2d
    const end = endOfBlankLine(bytes, isLast ? after + 2 : after)
    if (end !== undefined) return { level, isLast, end }
  }
  return undefined
}

/** The end of a line that has nothing but white space from `at` on. */
function endOfBlankLine(bytes: Buffer, at: number): number | undefined {
  const stop = Math.min(bytes.length, at + DELIMITER_PADDING_BYTES)
  for (let index = at; index < stop; index += 1) {
    const byte = bytes[index]
    if (byte === 0x0a) return index + 1
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return undefined
  }
  return stop === bytes.length ? stop : undefined
}

function describeLeaf(type: StructuredHeader, headers: MimeHeaders): Omit<MimeLeaf, 'body'> {
  const disposition = headers.get('content-disposition')
  const fileName =
    (disposition === undefined ? undefined : parseStructuredHeader(disposition).parameters.get('filename')) ??
    type.parameters.get('name')
  return {
    mediaType: type.value === '' ? 'text/plain' : type.value,
    fileName: fileName === '' ? undefined : fileName,
    encoding: (headers.get('content-transfer-encoding') ?? '').trim().toLowerCase(),
  }
}

/** Takes the transfer encoding off. */
export function decodeLeaf(leaf: MimeLeaf): Buffer {
  if (leaf.encoding === 'base64') return Buffer.from(leaf.body.toString('latin1'), 'base64')
  return leaf.encoding === 'quoted-printable' ? decodeQuotedPrintable(leaf.body) : leaf.body
}

/** The address mail was delivered to, as the servers on its way noted it. */
export function deliveredTo(headers: MimeHeaders): string | undefined {
  for (const name of ['delivered-to', 'x-original-to', 'envelope-to', 'to']) {
    const address = /[^\s<>,;:"]+@[^\s<>,;:"]+/.exec(headers.get(name) ?? '')?.[0]
    if (address !== undefined) return address
  }
  return undefined
}

/** The subject with folds and encoded words taken off. */
export function subjectOf(headers: MimeHeaders): string | undefined {
  const subject = headers.get('subject')
  return subject === undefined ? undefined : decodeWords(subject).trim()
}
