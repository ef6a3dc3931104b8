/** A reply, read. Lines are without code and line end. */
export interface ReadReply {
  readonly code: number
  readonly lines: readonly string[]
}

/** What a piece of bytes brought. `seen` are the first bytes of what was no reply. */
export type ReadResult =
  | { readonly kind: 'more' }
  | { readonly kind: 'reply'; readonly reply: ReadReply }
  | { readonly kind: 'not-smtp' | 'too-long'; readonly seen: string }

/** A reply with all its lines is at most this long; lawful ones have a few hundred bytes. */
export const MAX_REPLY_BYTES = 65_536
const MAX_KEPT_LINES = 100
const MAX_KEPT_LINE_BYTES = 500
const MAX_SEEN_BYTES = 500
/** A line longer than this is no reply of anybody's (RFC 5321 §4.5.3.1.5 has 512); some send long banners. */
const MAX_LINE_BYTES = 8192

const NEWLINE = 0x0a
const RETURN = 0x0d
const HYPHEN = 0x2d
const SPACE = 0x20

/**
 * Cuts what an SMTP server sends into replies.
 *
 * Shape: `feed` takes a piece and then gives out one thing at a time: call `next` until it says `more`. Each byte is
 * copied once however small the pieces are; what is kept of a reply is bounded.
 * Lenient: a bare LF ends a line; a code alone is a whole last line; the codes of continued lines are not compared.
 * Source: RFC 5321 §4.2.1.
 */
export class ReplyReader {
  #buffer = Buffer.allocUnsafe(512)
  #start = 0
  #end = 0
  /** Where the search for a line's end goes on. */
  #scanned = 0
  #replyBytes = 0
  #lines: string[] = []
  #first = Buffer.alloc(0)

  feed(piece: Buffer): void {
    this.#makeRoom(piece.length)
    piece.copy(this.#buffer, this.#end)
    this.#end += piece.length
  }

  next(): ReadResult {
    for (;;) {
      const at = this.#buffer.subarray(0, this.#end).indexOf(NEWLINE, this.#scanned)
      if (at === -1) {
        this.#scanned = this.#end
        const waiting = this.#end - this.#start
        if (waiting > MAX_LINE_BYTES || this.#replyBytes + waiting > MAX_REPLY_BYTES)
          return this.#refuse('too-long')
        return { kind: 'more' }
      }
      const line = this.#buffer.subarray(
        this.#start,
        at > this.#start && this.#buffer[at - 1] === RETURN ? at - 1 : at,
      )
      const code = codeOf(line)
      if (code === 0) return this.#refuse('not-smtp')
      if (this.#lines.length === 0) this.#first = Buffer.from(line.subarray(0, MAX_SEEN_BYTES))
      this.#replyBytes += at + 1 - this.#start
      this.#start = at + 1
      this.#scanned = this.#start
      if (line.length > MAX_LINE_BYTES || this.#replyBytes > MAX_REPLY_BYTES) return this.#refuse('too-long')
      if (this.#lines.length < MAX_KEPT_LINES)
        this.#lines.push(
          line.toString('utf8', Math.min(4, line.length), Math.min(line.length, 4 + MAX_KEPT_LINE_BYTES)),
        )
      if (line[3] === HYPHEN) continue
      const reply = { code, lines: this.#lines }
      this.#lines = []
      this.#replyBytes = 0
      return { kind: 'reply', reply }
    }
  }

  /** Bytes that were fed and belong to no reply given out yet. */
  get pendingBytes(): number {
    return this.#replyBytes + this.#end - this.#start
  }

  #refuse(kind: 'not-smtp' | 'too-long'): ReadResult {
    const rest = this.#buffer.subarray(this.#start, Math.min(this.#end, this.#start + MAX_SEEN_BYTES))
    const seen = (this.#first.length > 0 ? this.#first : rest).toString('utf8')
    this.#buffer = Buffer.alloc(0)
    this.#start = 0
    this.#end = 0
    this.#scanned = 0
    return { kind, seen }
  }

  #makeRoom(bytes: number): void {
    if (this.#start === this.#end) {
      this.#start = 0
      this.#end = 0
      this.#scanned = 0
    }
    if (this.#end + bytes <= this.#buffer.length) return
    const kept = this.#end - this.#start
    const next = Buffer.allocUnsafe(Math.max(512, 2 * (kept + bytes)))
    this.#buffer.copy(next, 0, this.#start, this.#end)
    this.#buffer = next
    this.#scanned -= this.#start
    this.#start = 0
    this.#end = kept
  }
}

/** The three digits in front, 0 where there are none or what follows them is no separator. */
function codeOf(line: Buffer): number {
  const [a = 0, b = 0, c = 0] = line
  if (!(a >= 0x32 && a <= 0x35 && isDigit(b) && isDigit(c))) return 0
  if (line.length > 3 && line[3] !== SPACE && line[3] !== HYPHEN) return 0
  return (a - 0x30) * 100 + (b - 0x30) * 10 + c - 0x30
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}
