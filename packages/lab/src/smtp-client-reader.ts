/** What to do after a command: read on, or wait for `resume` as the answer decides what the next bytes are. */
export type AfterCommand = 'continue' | 'hold'

export interface SmtpClientHandlers {
  /** A command without its line end, and the bytes as they came. */
  command(line: string, raw: string): AfterCommand
  /** The content of a message, dots unstuffed, without the final dot; and the bytes as they came. */
  message(content: string, raw: string): void
  /** The client sent a longer line or message than anyone here wants to keep. */
  overflow(): void
}

const MAX_LINE_CHARACTERS = 65_536
const MAX_MESSAGE_CHARACTERS = 32 << 20
const END_OF_DATA = '\r\n.\r\n'

/** Cuts what an SMTP client sends in clear into commands and message contents; bytes are kept as Latin-1. */
export class SmtpClientReader {
  readonly #handlers: SmtpClientHandlers
  #rest = ''
  #scanned = 0
  #state: 'command' | 'message' | 'hold' | 'closed' = 'command'
  #working = false

  constructor(handlers: SmtpClientHandlers) {
    this.#handlers = handlers
  }

  feed(chunk: Buffer): void {
    if (this.#state === 'closed') return
    this.#rest += chunk.toString('latin1')
    this.#work()
  }

  /** Goes on after `hold`, with commands or with a message's content. */
  resume(next: 'command' | 'message'): void {
    if (this.#state === 'closed') return
    this.#state = next
    this.#scanned = 0
    this.#work()
  }

  /** Stops for good; gives back what was received and not read, as after STARTTLS nothing may be left over. */
  close(): string {
    const rest = this.#rest
    this.#rest = ''
    this.#state = 'closed'
    return rest
  }

  #work(): void {
    // A handler may call resume; the loop that runs already goes on then.
    if (this.#working) return
    this.#working = true
    while (
      this.#state === 'command' ? this.#readCommand() : this.#state === 'message' && this.#readMessage()
    );
    this.#working = false
    const limit = this.#state === 'message' ? MAX_MESSAGE_CHARACTERS : MAX_LINE_CHARACTERS
    if (this.#rest.length > limit) {
      this.close()
      this.#handlers.overflow()
    }
  }

  #readCommand(): boolean {
    const end = this.#rest.indexOf('\n')
    if (end === -1) return false
    const raw = this.#rest.slice(0, end + 1)
    this.#rest = this.#rest.slice(end + 1)
    this.#state = 'hold'
    const line = raw.slice(0, raw.endsWith('\r\n') ? -2 : -1)
    const after = this.#handlers.command(line, raw)
    if (after === 'continue' && this.#state === 'hold') this.#state = 'command'
    return true
  }

  #readMessage(): boolean {
    // An empty message is the final dot at once.
    const empty = this.#rest.startsWith('.\r\n')
    const end = empty ? -2 : this.#rest.indexOf(END_OF_DATA, Math.max(0, this.#scanned - END_OF_DATA.length))
    if (end === -1) {
      this.#scanned = this.#rest.length
      return false
    }
    const raw = this.#rest.slice(0, end + END_OF_DATA.length)
    this.#rest = this.#rest.slice(raw.length)
    this.#state = 'command'
    const content = empty ? '' : raw.slice(0, end + 2)
    this.#handlers.message(content.replace(/^\.\./gm, '.'), raw)
    return true
  }
}
