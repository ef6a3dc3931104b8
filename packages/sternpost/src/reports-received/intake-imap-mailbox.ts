import type { ImapFlow } from 'imapflow'
import type { BudgetAccount } from './intake-budget.ts'
import { verdictLine } from './intake-document.ts'
import type { ImapIntakeOptions } from './intake-imap.ts'

/** Mails fetched and handed over together; they share transactions. */
const BATCH = 16
const MIN_RETRY_MS = 1_000
const MAX_RETRY_MS = 300_000

export interface MailboxLook {
  /** When a mail that could not be stored is due again. */
  readonly retryInMs: number | undefined
  /** Why, for people. */
  readonly trouble: string | undefined
}

/** An open mailbox and what is known of its mails for as long as it is open, by UID. */
export class ImapMailbox {
  readonly #client: ImapFlow
  readonly #options: ImapIntakeOptions
  /** Mail that is no report: not fetched again. */
  readonly #leftAlone = new Set<number>()
  readonly #putOff = new Map<number, { readonly failures: number; readonly dueAt: number }>()
  #trouble: string | undefined

  private constructor(client: ImapFlow, options: ImapIntakeOptions) {
    this.#client = client
    this.#options = options
  }

  static async open(client: ImapFlow, options: ImapIntakeOptions): Promise<ImapMailbox> {
    const opened = await client.mailboxOpen(options.mailbox)
    if (opened.readOnly === true)
      throw new Error('the mailbox may only be read, so nothing can be marked in it')
    // Answers as well where it is there already.
    if (options.afterwards === 'move') await client.mailboxCreate(options.folder)
    return new ImapMailbox(client, options)
  }

  /** Takes what there is; a mail that cannot be stored for now does not keep others waiting. */
  async takeAll(isEnding: () => boolean): Promise<MailboxLook> {
    const { clock, afterwards } = this.#options
    const query = afterwards === 'mark' ? { seen: false } : { all: true }
    const found = (await this.#client.search(query, { uid: true })) || []
    const present = new Set(found as number[])
    for (const remembered of [this.#leftAlone, this.#putOff])
      for (const uid of remembered.keys()) if (!present.has(uid)) remembered.delete(uid)
    const startedAt = clock.now()
    const due = [...present].filter(
      uid => !this.#leftAlone.has(uid) && (this.#putOff.get(uid)?.dueAt ?? 0) <= startedAt,
    )
    for (let at = 0; at < due.length && !isEnding(); at += BATCH) {
      const stored = await this.#takeBatch(due.slice(at, at + BATCH))
      // Nothing can be stored for now: the rest is not fetched in vain.
      if (!stored) break
    }
    if (this.#putOff.size === 0) return { retryInMs: undefined, trouble: undefined }
    const next = Math.min(...[...this.#putOff.values()].map(({ dueAt }) => dueAt))
    return { retryInMs: Math.max(MIN_RETRY_MS, next - clock.now()), trouble: this.#trouble }
  }

  /** False where none of them could be stored. */
  async #takeBatch(uids: readonly number[]): Promise<boolean> {
    const accounts: BudgetAccount[] = []
    try {
      const taking: Promise<'taken' | 'left' | 'put-off'>[] = []
      const fetched: number[] = []
      for (const uid of uids) {
        const account = this.#options.budget.open()
        accounts.push(account)
        const taken = await this.#fetchAndTake(uid, account)
        fetched.push(uid)
        taking.push(taken.outcome)
      }
      const outcomes = await Promise.all(taking)
      const taken = fetched.filter((_, index) => outcomes[index] === 'taken')
      await this.#settle(taken)
      for (const uid of taken) this.#putOff.delete(uid)
      return outcomes.some(outcome => outcome !== 'put-off')
    } finally {
      for (const account of accounts) account.close()
    }
  }

  /** Resolves when the mail is fetched; its `outcome` when it is stored. */
  async #fetchAndTake(
    uid: number,
    account: BudgetAccount,
  ): Promise<{ readonly outcome: Promise<'taken' | 'left' | 'put-off'> }> {
    const { maxDocumentBytes, log, mailbox, clock } = this.#options
    const facts = await this.#client.fetchOne(`${uid}`, { size: true, internalDate: true }, { uid: true })
    // Somebody else took it away meanwhile.
    if (facts === false) return { outcome: Promise.resolve('left') }
    const size = facts.size ?? 0
    if (size > maxDocumentBytes) {
      this.#leftAlone.add(uid)
      log.warn({ mailbox, uid, size, maxDocumentBytes }, 'a mail is too large to be read')
      return { outcome: Promise.resolve('left') }
    }
    if (!account.grow(size)) {
      this.#putOffLater(uid, 'too many reports are coming in just now')
      return { outcome: Promise.resolve('put-off') }
    }
    // One byte more than it says it has, and no more than is allowed, whatever the server sends.
    const source = { start: 0, maxLength: maxDocumentBytes + 1 }
    const mail = await this.#client.fetchOne(`${uid}`, { source }, { uid: true })
    if (mail === false || mail.source === undefined) return { outcome: Promise.resolve('left') }
    const now = clock.now()
    const arrivedAt = facts.internalDate === undefined ? now : new Date(facts.internalDate).getTime()
    return {
      outcome: this.#take(uid, mail.source, Number.isFinite(arrivedAt) ? Math.min(arrivedAt, now) : now),
    }
  }

  async #take(uid: number, bytes: Uint8Array, receivedAt: number): Promise<'taken' | 'left' | 'put-off'> {
    const { intake, log, mailbox } = this.#options
    try {
      const verdict = await intake.take({ channel: 'imap', bytes, receivedAt })
      if (verdict.verdict === 'report' || verdict.verdict === 'duplicate') return 'taken'
      this.#leftAlone.add(uid)
      this.#putOff.delete(uid)
      log.info({ mailbox, uid, why: verdictLine(verdict) }, 'a mail holds no report and is left as it is')
      return 'left'
    } catch (error) {
      this.#putOffLater(uid, error instanceof Error ? error.message : String(error))
      return 'put-off'
    }
  }

  #putOffLater(uid: number, reason: string): void {
    const failures = (this.#putOff.get(uid)?.failures ?? 0) + 1
    const waitMs = Math.min(MAX_RETRY_MS, MIN_RETRY_MS * 2 ** Math.min(failures - 1, 20))
    this.#putOff.set(uid, { failures, dueAt: this.#options.clock.now() + waitMs })
    const trouble = `a mail in ${this.#options.mailbox} is tried again: ${reason}`
    if (this.#trouble !== trouble) this.#options.log.warn({ uid }, trouble)
    this.#trouble = trouble
  }

  async #settle(uids: readonly number[]): Promise<void> {
    if (uids.length === 0) return
    const range = uids.join(',')
    const { afterwards, folder } = this.#options
    await this.#client.messageFlagsAdd(range, ['\\Seen'], { uid: true })
    if (afterwards === 'move') await this.#client.messageMove(range, folder, { uid: true })
  }
}
