import type { ImapFlow } from 'imapflow'
import type { Clock, Timer } from '../base/index.ts'
import type { Logger } from '../log/index.ts'
import type { IntakeBudget } from './intake-budget.ts'
import type { DocumentIntake } from './intake-document.ts'
import { connectImap, type ImapServer } from './intake-imap-connect.ts'
import { ImapMailbox } from './intake-imap-mailbox.ts'

const MIN_RETRY_MS = 1_000
const MAX_RETRY_MS = 300_000
/** A wrong password is not tried as often as a broken line: servers lock accounts. */
const SIGN_IN_RETRY_MS = 60_000

export interface ImapIntakeOptions {
  readonly intake: DocumentIntake
  readonly budget: IntakeBudget
  readonly server: ImapServer
  readonly mailbox: string
  /** What becomes of mail whose reports are stored. */
  readonly afterwards: 'mark' | 'move'
  /** Where `move` puts it; made if it is not there. */
  readonly folder: string
  /** How often the mailbox is looked at where the server does not tell of new mail. */
  readonly pollIntervalMs: number
  readonly maxDocumentBytes: number
  readonly clock: Clock
  readonly log: Logger
}

export interface RunningImapIntake {
  /** A sentence while the mailbox cannot be read, for /health. */
  trouble(): string | undefined
  close(): Promise<void>
}

/**
 * Takes reports from a mailbox for as long as it runs, and connects again whenever the line breaks.
 *
 * Effects: with `mark` unread mail is read and marked as seen once its reports are on disk; with `move` all mail
 * is read and what held a report moved away. Mail without a report is left as it is. The server's own state is the
 * only memory: what a kill interrupts is read again and found to be stored.
 * Errors: none; a server that is away is waited for.
 */
export function startImapIntake(options: ImapIntakeOptions): RunningImapIntake {
  const reader = new ImapReader(options)
  const ended = reader.run()
  return {
    trouble: () => reader.trouble,
    async close() {
      reader.close()
      await ended
    },
  }
}

class ImapReader {
  readonly #options: ImapIntakeOptions
  #client: ImapFlow | undefined
  #isClosed = false
  /** Ends the present wait. */
  #wake: () => void = () => {}
  trouble: string | undefined

  constructor(options: ImapIntakeOptions) {
    this.#options = options
  }

  close(): void {
    this.#isClosed = true
    this.#client?.close()
    this.#wake()
  }

  async run(): Promise<void> {
    let waitMs = MIN_RETRY_MS
    while (!this.#isClosed) {
      let leastMs = MIN_RETRY_MS
      try {
        await this.#session(() => {
          waitMs = MIN_RETRY_MS
        })
      } catch (error) {
        if ((error as { authenticationFailed?: boolean }).authenticationFailed === true)
          leastMs = SIGN_IN_RETRY_MS
        this.#report(error)
      } finally {
        this.#client?.close()
        this.#client = undefined
      }
      if (this.#isClosed) return
      waitMs = Math.max(waitMs, leastMs)
      await this.#wait(waitMs)
      waitMs = Math.min(MAX_RETRY_MS, waitMs * 2)
    }
  }

  /** One connection, until it breaks. */
  async #session(onWorking: () => void): Promise<void> {
    const { server, mailbox, log } = this.#options
    let hasNews = false
    let isBroken = false
    const client = await connectImap(server, {
      onConnecting: connecting => {
        this.#client = connecting
        connecting.on('error', err => log.debug({ err, host: server.host }, 'the IMAP connection broke'))
        connecting.on('close', () => {
          isBroken = true
          this.#wake()
        })
        connecting.on('exists', () => {
          hasNews = true
          this.#wake()
        })
      },
    })
    const box = await ImapMailbox.open(client, this.#options)
    log.info({ host: server.host, mailbox }, 'reports are read from the mailbox')
    while (!isBroken && !this.#isClosed) {
      hasNews = false
      const { retryInMs, trouble } = await box.takeAll(() => this.#isClosed)
      this.trouble = trouble
      onWorking()
      if (!hasNews && !isBroken && !this.#isClosed)
        await this.#wait(Math.min(this.#options.pollIntervalMs, retryInMs ?? Number.POSITIVE_INFINITY))
    }
    if (!this.#isClosed) throw new Error(client.byeReason ?? 'the server closed the connection')
  }

  #wait(ms: number): Promise<void> {
    return new Promise(resolve => {
      let timer: Timer | undefined
      this.#wake = () => {
        timer?.cancel()
        this.#wake = () => {}
        resolve()
      }
      timer = this.#options.clock.setTimer(() => this.#wake(), ms)
      if (this.#isClosed) this.#wake()
    })
  }

  #report(error: unknown): void {
    if (this.#isClosed) return
    const { server, mailbox, log } = this.#options
    const { responseText, message } = error as { responseText?: string; message?: string }
    const trouble = `mailbox ${mailbox} at ${server.host} cannot be read: ${responseText ?? message ?? String(error)}`
    if (this.trouble !== trouble) log.warn({ err: error }, trouble)
    this.trouble = trouble
  }
}
