import { setImmediate } from 'node:timers/promises'
import type { ReportContext } from '@sternpost/protocol'
import type { IncomingDocument, Unpacked, UnpackedReport, UnpackLimits } from '../document.ts'
import { inflate } from './inflate.ts'
import { formatBytes, UnpackProblem } from './limits.ts'
import { decodeLeaf, deliveredTo, type MimeLeaf, readMail, subjectOf } from './mime.ts'
import type { MimeHeaders } from './mime-header.ts'
import { findReportInText } from './report-in-text.ts'
import { isUtf16Json, sniff, textStart } from './sniff.ts'
import { readZip } from './zip.ts'

/**
 * Takes mail, archives and compression off a document until JSON is left.
 *
 * What a piece is shows in its bytes. A part that is broken is passed over when another one holds a report; a
 * limit ends the whole document.
 *
 * Source: RFC 8460 §5.
 */
export async function unpackDocument(document: IncomingDocument, limits: UnpackLimits): Promise<Unpacked> {
  const { bytes } = document
  if (bytes.length > limits.documentBytes) {
    const reason = `it has ${formatBytes(bytes.length)}; ${formatBytes(limits.documentBytes)} are read`
    return { kind: 'reject', code: 'report/document-too-large', reason }
  }
  const unpacking = new Unpacking(limits)
  const context: ReportContext = document.recipient === undefined ? {} : { recipient: document.recipient }
  try {
    await unpacking.take({
      bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
      path: document.fileName ?? '',
      fileName: document.fileName,
      depth: 0,
      context,
    })
  } catch (error) {
    if (!(error instanceof UnpackProblem)) throw error
    return { kind: 'reject', code: error.code, reason: error.message }
  }
  return unpacking.result()
}

/** A piece on its way through. */
interface Piece {
  readonly bytes: Buffer
  /** For messages; the pieces around it, outermost first. */
  readonly path: string
  /** The name that tells most of the report: RFC 8460 §5.1 has `sender!domain!begin!end` in it. */
  readonly fileName: string | undefined
  /** Mails and archives around it. */
  readonly depth: number
  readonly context: ReportContext
}

/** After so many bytes of mail parts others get their turn. */
const TURN_BYTES = 2 * 1024 * 1024

const MAX_BROKEN_PARTS = 20

class Unpacking {
  readonly #limits: UnpackLimits
  readonly #reports: UnpackedReport[] = []
  /** What was there beside reports, each kind once. */
  readonly #others = new Set<string>()
  readonly #refused: { path: string; code: string; reason: string }[] = []
  #leftBytes: number
  #leftMembers: number
  #isMail = false

  constructor(limits: UnpackLimits) {
    this.#limits = limits
    this.#leftBytes = limits.unpackedBytes
    this.#leftMembers = limits.members
  }

  result(): Unpacked {
    const refused = this.#refused
    if (this.#reports.length > 0) {
      const result = { kind: 'reports', reports: this.#reports, isMail: this.#isMail } as const
      return refused.length === 0 ? result : { ...result, refused }
    }
    const [first] = refused
    if (first !== undefined) {
      const where = first.path === '' ? '' : `${first.path}: `
      return { kind: 'reject', code: first.code, reason: `${where}${first.reason}` }
    }
    return { kind: 'no-report', reason: this.#describeOthers() }
  }

  async take(piece: Piece): Promise<void> {
    const found = sniff(piece.bytes)
    switch (found.kind) {
      case 'json':
        return this.#takeJson(piece)
      case 'text':
        return this.#takeText(piece)
      case 'foreign':
        this.#others.add(found.what)
        return
      case 'gzip':
        return this.#goDeeper(piece, () => this.#takeGzip(piece))
      case 'zip':
        return this.#goDeeper(piece, () => this.#takeZip(piece))
      case 'mail':
        return this.#goDeeper(piece, () => this.#takeMail(piece))
    }
  }

  /** Opens a mail or an archive; if it is broken, notes that and goes on beside it. */
  async #goDeeper(piece: Piece, open: () => Promise<void>): Promise<void> {
    if (piece.depth > this.#limits.nesting) {
      throw new UnpackProblem(
        'report/nesting',
        `archives or mails lie more than ${this.#limits.nesting} deep in each other`,
        true,
      )
    }
    try {
      await open()
    } catch (error) {
      if (!(error instanceof UnpackProblem) || error.isLimit) throw error
      this.#refuse(piece.path, error)
    }
  }

  /** Notes a broken part; unpacking it may have cost as much as a whole one, so there may not be many. */
  #refuse(path: string, problem: UnpackProblem): void {
    this.#refused.push({ path, code: problem.code, reason: problem.message })
    if (this.#refused.length < MAX_BROKEN_PARTS) return
    throw new UnpackProblem(
      problem.code,
      `it has ${MAX_BROKEN_PARTS} broken parts; the last: ${problem.message}`,
      true,
    )
  }

  async #takeGzip(piece: Piece): Promise<void> {
    const bytes = await inflate('gzip', piece.bytes, {
      leftBytes: this.#leftBytes,
      ratio: this.#limits.ratio,
    })
    this.#leftBytes -= bytes.length
    await this.take({ ...piece, bytes, depth: piece.depth + 1 })
  }

  async #takeZip(piece: Piece): Promise<void> {
    const members = readZip(piece.bytes, {
      leftBytes: () => this.#leftBytes,
      ratio: this.#limits.ratio,
      members: this.#leftMembers,
    })
    for await (const member of members) {
      this.#leftMembers -= 1
      const path = join(piece.path, member.name)
      if ('problem' in member) {
        this.#refuse(path, member.problem)
        continue
      }
      if (member.isInflated) this.#leftBytes -= member.bytes.length
      const fileName = betterName(member.name, piece.fileName)
      await this.take({ ...piece, bytes: member.bytes, path, fileName, depth: piece.depth + 1 })
    }
  }

  async #takeMail(piece: Piece): Promise<void> {
    this.#isMail ||= piece.depth === 0
    const mail = readMail(withoutEnvelopeLine(piece.bytes), this.#leftMembers)
    this.#leftMembers -= mail.leaves.length
    const context = contextOf(mail.headers, piece.context)
    let sinceTurn = 0
    for (const [index, leaf] of mail.leaves.entries()) {
      sinceTurn += leaf.body.length
      if (sinceTurn > TURN_BYTES) {
        sinceTurn = 0
        await setImmediate()
      }
      const named = describeMediaType(leaf)
      if (named !== undefined) {
        this.#others.add(named)
        continue
      }
      const label = leaf.fileName ?? `part ${index + 1}`
      await this.take({
        bytes: decodeLeaf(leaf),
        path: mail.leaves.length === 1 && leaf.fileName === undefined ? piece.path : join(piece.path, label),
        fileName: leaf.fileName ?? piece.fileName,
        depth: piece.depth + 1,
        context,
      })
    }
  }

  #takeText(piece: Piece): void {
    const json = findReportInText(piece.bytes)
    if (json !== undefined) this.#add(piece, json)
    else if (textStart(piece.bytes) < piece.bytes.length) this.#others.add('text')
    else if (piece.depth === 0) {
      throw new UnpackProblem('report/empty', 'there is nothing in it')
    } else this.#others.add('nothing')
  }

  #takeJson(piece: Piece): void {
    const { bytes } = piece
    // A gateway may have put its footer behind the JSON too.
    const isWhole = isUtf16Json(bytes) || endsLikeJson(bytes)
    this.#add(piece, isWhole ? bytes : (findReportInText(bytes) ?? bytes))
  }

  #add(piece: Piece, json: Buffer): void {
    const { context, fileName, path } = piece
    this.#reports.push({ json, context: fileName === undefined ? context : { ...context, fileName }, path })
  }

  #describeOthers(): string {
    const others = [...this.#others]
    const telling = others.filter(what => what !== 'text' && what !== 'nothing' && what !== 'an HTML page')
    const named = telling.length > 0 ? telling : others
    const what = named.length === 0 ? 'nothing' : named.slice(0, 4).join(', ')
    return this.#isMail ? `mail without a TLS report; it holds ${what}` : `no TLS report but ${what}`
  }
}

/** What a mail part is by its media type alone, where its bytes would not say so. */
function describeMediaType(leaf: MimeLeaf): string | undefined {
  switch (leaf.mediaType) {
    case 'message/delivery-status':
      return 'a delivery status notification (RFC 3464)'
    case 'message/disposition-notification':
      return 'a read receipt (RFC 8098)'
    case 'message/feedback-report':
      return 'a feedback or DMARC failure report (RFC 5965)'
    default:
      return undefined
  }
}

/** Headers of the mail nearest to a report tell of it; who it was delivered to is known outermost. */
function contextOf(headers: MimeHeaders, outer: ReportContext): ReportContext {
  const found: Record<string, string | undefined> = {
    tlsReportDomain: headers.get('tls-report-domain')?.trim(),
    tlsReportSubmitter: headers.get('tls-report-submitter')?.trim(),
    subject: subjectOf(headers),
    recipient: outer.recipient ?? deliveredTo(headers),
  }
  return { ...outer, ...Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) }
}

/** The inner name, unless only the outer one has the form of RFC 8460 §5.1. */
function betterName(inner: string, outer: string | undefined): string {
  return outer?.includes('!') === true && !inner.includes('!') ? outer : inner
}

function join(outer: string, inner: string): string {
  return outer === '' ? inner : `${outer} > ${inner}`
}

function endsLikeJson(bytes: Buffer): boolean {
  let at = bytes.length - 1
  while (at > 0 && (bytes[at]! <= 0x20 || bytes[at] === 0)) at -= 1
  return bytes[at] === 0x7d || bytes[at] === 0x5d
}

/** Takes off what is no header before the first one: white space, and the line mbox puts before a mail. */
function withoutEnvelopeLine(bytes: Buffer): Buffer {
  const mail = bytes.subarray(textStart(bytes))
  const isEnvelope = /^>?From /.test(mail.toString('latin1', 0, 6))
  return isEnvelope ? mail.subarray(mail.indexOf(0x0a) + 1) : mail
}
