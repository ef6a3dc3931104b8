/** A whole reply, of one line or several. */
export interface SmtpReply {
  readonly code: number
  /** With line ends, Latin-1. */
  readonly raw: string
}

const MAX_REPLY_CHARACTERS = 65_536

/** Cuts what an SMTP server sends in clear into replies. */
export class SmtpServerReader {
  readonly #reply: (reply: SmtpReply) => void
  readonly #overflow: () => void
  #rest = ''
  #lines = ''
  #closed = false

  constructor(handlers: { reply(reply: SmtpReply): void; overflow(): void }) {
    this.#reply = handlers.reply
    this.#overflow = handlers.overflow
  }

  feed(chunk: Buffer): void {
    if (this.#closed) return
    this.#rest += chunk.toString('latin1')
    for (let end = this.#rest.indexOf('\n'); end !== -1 && !this.#closed; end = this.#rest.indexOf('\n')) {
      const line = this.#rest.slice(0, end + 1)
      this.#rest = this.#rest.slice(end + 1)
      this.#lines += line
      if (/^\d{3}-/.test(line)) continue
      const raw = this.#lines
      this.#lines = ''
      this.#reply({ code: Number(line.slice(0, 3)), raw })
    }
    if (this.#rest.length + this.#lines.length > MAX_REPLY_CHARACTERS) {
      this.close()
      this.#overflow()
    }
  }

  close(): void {
    this.#closed = true
    this.#rest = ''
    this.#lines = ''
  }
}
