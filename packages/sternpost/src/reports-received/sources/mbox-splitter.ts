const SEPARATOR = Buffer.from('\nFrom ')
const ESCAPED = Buffer.from('\n>')
const LINE_FEED = 0x0a
/** So far ahead it is looked whether a header follows a line that may separate two mails. */
const LOOK_AHEAD_BYTES = 8 * 1024

export interface MboxMail {
  /** From 1. */
  readonly number: number
  /** Without the envelope line, escapes taken off; undefined where it is larger than is read. */
  readonly bytes: Buffer | undefined
}

/** Whether bytes begin as an mbox file does. */
export function isMbox(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, 5) === 'From '
}

/**
 * Cuts mbox data that comes in pieces into mails, holding no more than one.
 *
 * A line `From ` begins a mail where an empty line is before it and a header after it, so that a sentence that
 * begins so and was not escaped cuts nothing.
 * Lenient: `>From ` is read as `From `, `>>From ` as `>From ` (mboxrd), whichever variant wrote the file.
 */
export class MboxSplitter {
  readonly #maxBytes: number
  #held: Buffer = Buffer.alloc(0)
  #searchAt = 0
  #number = 0
  #isTooLarge = false

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Takes the next piece; gives the mails that are complete by it. */
  *push(piece: Buffer): Generator<MboxMail> {
    this.#held = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece])
    yield* this.#cut(false)
    if (this.#held.length > this.#maxBytes + LOOK_AHEAD_BYTES) {
      this.#isTooLarge = true
      this.#held = this.#held.subarray(-LOOK_AHEAD_BYTES)
      this.#searchAt = 0
    }
  }

  /** The rest. */
  *end(): Generator<MboxMail> {
    yield* this.#cut(true)
    if (this.#held.length > 0) yield this.#take(this.#held.length)
  }

  *#cut(isEnd: boolean): Generator<MboxMail> {
    while (true) {
      const at = this.#held.indexOf(SEPARATOR, this.#searchAt)
      if (at === -1) {
        this.#searchAt = Math.max(this.#searchAt, this.#held.length - SEPARATOR.length)
        return
      }
      const begins = this.#beginsMail(at, isEnd)
      if (begins === undefined) {
        this.#searchAt = at
        return
      }
      this.#searchAt = at + 1
      if (!begins) continue
      yield this.#take(at + 1)
    }
  }

  /** Whether a mail begins after the line feed at `at`; undefined where more must be seen to tell. */
  #beginsMail(at: number, isEnd: boolean): boolean | undefined {
    const held = this.#held
    const before = held[at - 1]
    const isAfterEmptyLine = before === LINE_FEED || (before === 0x0d && held[at - 2] === LINE_FEED)
    if (!isAfterEmptyLine) return false
    const next = held.indexOf(LINE_FEED, at + 1)
    const nextEnd = next === -1 ? -1 : held.indexOf(LINE_FEED, next + 1)
    if (nextEnd === -1 && !isEnd && held.length - at < LOOK_AHEAD_BYTES) return undefined
    if (next === -1) return false
    const line = held.toString('latin1', next + 1, next + 200)
    return /^(?:[!-9;-~]{1,76}[ \t]*:|>?From )/.test(line)
  }

  #take(end: number): MboxMail {
    const whole = this.#held.subarray(0, end)
    this.#held = this.#held.subarray(end)
    this.#searchAt = 0
    this.#number += 1
    const isTooLarge = this.#isTooLarge || whole.length > this.#maxBytes
    this.#isTooLarge = false
    if (isTooLarge) return { number: this.#number, bytes: undefined }
    const start = isMbox(whole) ? whole.indexOf(LINE_FEED) + 1 : 0
    return { number: this.#number, bytes: withoutEscapes(whole.subarray(start)) }
  }
}

function withoutEscapes(mail: Buffer): Buffer {
  if (!mail.includes(ESCAPED)) return mail
  return Buffer.from(mail.toString('latin1').replace(/^>(>{0,100}From )/gm, '$1'), 'latin1')
}
