import { type Dirent, watch } from 'node:fs'
import { mkdir, open, readdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../base/index.ts'
import type { Logger } from '../log/index.ts'
import type { BudgetAccount, IntakeBudget } from './intake-budget.ts'
import { type DocumentIntake, verdictLine } from './intake-document.ts'
import type { IntakeVerdict } from './verdict.ts'

/** A file whose size and time stand still for this long is taken to be complete. */
const SETTLE_MS = 2_000
/** How often a folder is looked through, as not every file system tells of changes. */
const LOOK_EVERY_MS = 30_000
/** After a file could not be stored: 1 s, 2 s, … up to this. */
const MAX_RETRY_MS = 300_000
/** Files handed over together; they share transactions. */
const BATCH = 64
/** A folder with millions of files is worked off piece by piece. */
const MAX_PER_LOOK = 10_000

export interface FolderIntakeOptions {
  readonly intake: DocumentIntake
  readonly budget: IntakeBudget
  readonly path: string
  /** `drop`: files put there by whoever likes. `maildir`: a mailbox with `new`, `cur` and `tmp`. */
  readonly kind: 'drop' | 'maildir'
  readonly maxDocumentBytes: number
  readonly clock: Clock
  readonly log: Logger
  /** Default 2000. */
  readonly settleMs?: number
  /** Default 30000. */
  readonly lookEveryMs?: number
}

export interface RunningFolderIntake {
  /** A sentence while the folder cannot be read or its files not be stored, for /health. */
  trouble(): string | undefined
  close(): Promise<void>
}

/**
 * Takes reports from a folder, for as long as it runs.
 *
 * Effects: in a drop folder a file moves to `done/` when its reports are on disk, to `failed/` when there are none
 * in it; in a Maildir a mail with a report moves from `new` to `cur` and is marked as seen, other mail is left in
 * `new`. A file that could not be stored stays where it is and is tried again. What a kill interrupts is found
 * again in its place, as a file is moved only after its reports are stored.
 * Errors: none; a folder that is missing is waited for.
 */
export async function startFolderIntake(options: FolderIntakeOptions): Promise<RunningFolderIntake> {
  const watcher = new FolderWatcher(options)
  await watcher.look()
  return { trouble: () => watcher.trouble, close: () => watcher.close() }
}

interface SeenFile {
  readonly stamp: string
  readonly since: number
}

/** A file that could not be stored: the others do not wait for it. */
interface PutOffFile {
  readonly failures: number
  readonly dueAt: number
}

class FolderWatcher {
  readonly #options: FolderIntakeOptions
  /** Files that were seen and may still be growing, by name. */
  #growing = new Map<string, SeenFile>()
  /** Mail in a Maildir that is no report: not read again while it is as it was. */
  readonly #leftAlone = new Map<string, string>()
  readonly #putOff = new Map<string, PutOffFile>()
  #timer: { cancel(): void } | undefined
  #stopWatching: (() => void) | undefined
  #looking: Promise<void> | undefined
  #isClosed = false
  trouble: string | undefined

  constructor(options: FolderIntakeOptions) {
    this.#options = options
  }

  /** Looks once and plans the next look. */
  look(): Promise<void> {
    if (this.#isClosed) return Promise.resolve()
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#timer?.cancel()
    this.#stopWatching?.()
    await this.#looking
  }

  get #incoming(): string {
    const { path, kind } = this.#options
    return kind === 'maildir' ? join(path, 'new') : path
  }

  async #lookOnce(): Promise<void> {
    this.#timer?.cancel()
    let waitMs = this.#options.lookEveryMs ?? LOOK_EVERY_MS
    try {
      // Before reading the folder, so that nothing put there meanwhile is missed.
      this.#watch()
      const { ready, isMore } = await this.#findReady()
      await this.#takeAll(ready)
      if (this.#putOff.size === 0) this.trouble = undefined
      if (isMore) waitMs = 0
      if (this.#growing.size > 0) waitMs = Math.min(waitMs, this.#settleMs)
      const now = this.#options.clock.now()
      for (const { dueAt } of this.#putOff.values()) waitMs = Math.max(0, Math.min(waitMs, dueAt - now))
    } catch (error) {
      this.#stopWatching?.()
      this.#report(`${this.#options.path} cannot be read: ${reasonOf(error)}`)
    }
    if (!this.#isClosed) this.#timer = this.#options.clock.setTimer(() => void this.look(), waitMs)
  }

  get #settleMs(): number {
    return this.#options.settleMs ?? SETTLE_MS
  }

  #watch(): void {
    if (this.#stopWatching !== undefined) return
    const watcher = watch(this.#incoming, { persistent: false }, () => {
      if (this.#isClosed || this.#looking !== undefined) return
      this.#timer?.cancel()
      this.#timer = this.#options.clock.setTimer(() => void this.look(), Math.min(100, this.#settleMs))
    })
    const stop = () => {
      this.#stopWatching = undefined
      watcher.close()
    }
    watcher.on('error', stop)
    this.#stopWatching = stop
  }

  /** Names of files that are complete, oldest name first. */
  async #findReady(): Promise<{ readonly ready: string[]; readonly isMore: boolean }> {
    const all = (await readdir(this.#incoming, { withFileTypes: true })).filter(isDocument)
    const names = all.map(({ name }) => name).sort()
    const present = new Set(names)
    for (const remembered of [this.#leftAlone, this.#putOff]) {
      for (const name of remembered.keys()) if (!present.has(name)) remembered.delete(name)
    }
    const growing = new Map<string, SeenFile>()
    const ready: string[] = []
    const now = this.#options.clock.now()
    for (const name of names) {
      if (ready.length >= MAX_PER_LOOK) return { ready, isMore: true }
      if ((this.#putOff.get(name)?.dueAt ?? 0) > now) continue
      const stamp = await this.#stamp(name)
      if (stamp === undefined || this.#leftAlone.get(name) === stamp) continue
      // A Maildir has complete mails only: they are written in `tmp` and renamed.
      if (this.#options.kind === 'maildir') ready.push(name)
      else {
        const before = this.#growing.get(name)
        const seen = before?.stamp === stamp ? before : { stamp, since: now }
        const isComplete = before !== undefined && now - seen.since >= this.#settleMs
        if (isComplete || this.#putOff.has(name)) ready.push(name)
        else growing.set(name, seen)
      }
    }
    this.#growing = growing
    return { ready, isMore: false }
  }

  async #stamp(name: string): Promise<string | undefined> {
    const found = await stat(join(this.#incoming, name)).catch(() => undefined)
    return found === undefined ? undefined : `${found.ino}:${found.size}:${found.mtimeMs}`
  }

  async #takeAll(names: readonly string[]): Promise<void> {
    for (let at = 0; at < names.length && !this.#isClosed; at += BATCH) {
      const batch = names.slice(at, at + BATCH)
      const stored = await Promise.all(batch.map(name => this.#takeOne(name)))
      const now = this.#options.clock.now()
      for (const [index, name] of batch.entries()) {
        if (stored[index]) {
          this.#putOff.delete(name)
          continue
        }
        const failures = (this.#putOff.get(name)?.failures ?? 0) + 1
        const waitMs = Math.min(MAX_RETRY_MS, 1000 * 2 ** Math.min(failures - 1, 20))
        this.#putOff.set(name, { failures, dueAt: now + waitMs })
      }
      // Nothing can be stored for now: the rest is not read in vain.
      if (!stored.some(Boolean)) return
    }
  }

  /** False where the file has to be tried again. */
  async #takeOne(name: string): Promise<boolean> {
    const { intake, budget, clock, log } = this.#options
    const account = budget.open()
    try {
      const read = await this.#read(name, account)
      if (read === 'gone') return true
      // Others are using the memory: this file is read a little later.
      if (read === 'busy') return false
      if (read === 'too-large') {
        await this.#settle(name, { verdict: 'reject', code: 'report/document-too-large', reports: [] })
        return true
      }
      const verdict = await intake.take({
        channel: 'folder',
        bytes: read,
        fileName: name,
        receivedAt: clock.now(),
      })
      await this.#settle(name, verdict)
      return true
    } catch (error) {
      this.#report(`${join(this.#incoming, name)} is tried again: ${reasonOf(error)}`)
      log.debug({ err: error, file: name }, 'a file could not be taken')
      return false
    } finally {
      account.close()
    }
  }

  async #read(name: string, account: BudgetAccount): Promise<Uint8Array | 'gone' | 'busy' | 'too-large'> {
    const file = await open(join(this.#incoming, name), 'r').catch(error => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    })
    if (file === undefined) return 'gone'
    try {
      const { size } = await file.stat()
      if (size > this.#options.maxDocumentBytes) return 'too-large'
      if (!account.grow(size)) return 'busy'
      const bytes = Buffer.alloc(size)
      let length = 0
      while (length < size) {
        const { bytesRead } = await file.read(bytes, length, size - length, length)
        if (bytesRead === 0) break
        length += bytesRead
      }
      return bytes.subarray(0, length)
    } finally {
      await file.close()
    }
  }

  /** Puts a file where its verdict belongs. */
  async #settle(name: string, verdict: IntakeVerdict): Promise<void> {
    const { path, kind, log } = this.#options
    const isTaken = verdict.verdict === 'report' || verdict.verdict === 'duplicate'
    if (!isTaken) log.warn({ file: name, folder: path, why: verdictLine(verdict) }, 'a file holds no report')
    if (kind === 'maildir') {
      if (!isTaken) {
        const stamp = await this.#stamp(name)
        if (stamp !== undefined) this.#leftAlone.set(name, stamp)
        return
      }
      // Flags stand behind `:2,` in the order of the alphabet; `new` has none.
      await rename(join(path, 'new', name), join(path, 'cur', `${name.split(':2,', 1)[0]}:2,S`))
      return
    }
    const folder = join(path, isTaken ? 'done' : 'failed')
    await mkdir(folder, { recursive: true })
    await rename(join(path, name), join(folder, await freeName(folder, name)))
  }

  #report(trouble: string): void {
    if (this.trouble !== trouble) this.#options.log.warn({ folder: this.#options.path }, trouble)
    this.trouble = trouble
  }
}

/** Files, but none that is being written under a name for that. */
function isDocument(entry: Dirent): boolean {
  return (
    entry.isFile() &&
    !entry.name.startsWith('.') &&
    !/\.(?:tmp|part|partial|filepart|crdownload)$/i.test(entry.name)
  )
}

/** A name that replaces no file of an earlier day. */
async function freeName(folder: string, name: string): Promise<string> {
  for (let n = 1; ; n += 1) {
    const candidate = n === 1 ? name : `${n}-${name}`
    if ((await stat(join(folder, candidate)).catch(() => undefined)) === undefined) return candidate
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
