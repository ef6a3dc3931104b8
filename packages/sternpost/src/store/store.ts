import { chmodSync, existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, SqliteDialect } from 'kysely'
import type { Clock } from '../base/index.ts'
import { migrate } from './migrate.ts'
import { kyselyDatabase, sqliteProblem } from './node-sqlite.ts'
import { QuestionError } from './question-error.ts'
import { QuestionPool } from './question-pool.ts'
import { salvage } from './salvage.ts'
import type { Schema } from './schema.ts'

/** What the operator must know of the database: for the log and `/health`. */
export type StoreState =
  | { readonly kind: 'ok' }
  /** Reading works, writing does not: disk full, file or folder read-only. */
  | { readonly kind: 'not-writable'; readonly reason: string }
  /** Nothing works: the program runs from memory alone. */
  | { readonly kind: 'unavailable'; readonly reason: string }

export interface StoreOptions {
  readonly dataDir: string
  readonly clock: Clock
  /** Only look: nothing is created, migrated or replaced; for commands beside a running daemon. Default false. */
  readonly readOnly?: boolean
  /** Told of every change of state, and of a database that had to be replaced. */
  readonly onNotice: (notice: StoreNotice) => void
}

export type StoreNotice =
  | { readonly kind: 'state'; readonly state: StoreState }
  | {
      readonly kind: 'replaced'
      readonly keptAs: string
      readonly salvagedRows: number
      readonly reason: string
    }

/** A question that takes longer helps nobody any more. */
const QUESTION_LIMIT_MS = 20_000

/** How often a database that could not be opened is tried again. */
const REOPEN_MS = 10_000

/**
 * The embedded database, which may fail at any moment without taking the program down.
 *
 * `read` and `write` never throw for trouble with the file: they answer undefined or false and the state tells
 * why, so that callers go on from memory. A corrupt file is moved aside, what can still be read of it goes
 * into a new one, and nothing is deleted.
 */
export class Store {
  readonly #options: StoreOptions
  readonly #file: string
  #db: Kysely<Schema> | undefined
  #questions: QuestionPool | undefined
  #readOnly = false
  #state: StoreState = { kind: 'ok' }
  #retryAt = 0
  #opening: Promise<void> | undefined
  #closed = false

  constructor(options: StoreOptions) {
    this.#options = options
    this.#file = databaseFile(options.dataDir)
  }

  get state(): StoreState {
    return this.#state
  }

  /** The database file's path. */
  get file(): string {
    return this.#file
  }

  /** Opens the database, or notes why it cannot be. */
  async open(): Promise<void> {
    try {
      if (this.#options.readOnly === true) await this.#openToLook()
      else await this.#open()
    } catch (error) {
      if (sqliteProblem(error) === 'corrupt' && this.#options.readOnly !== true)
        await this.#replace(error, undefined)
      else this.#failed(error)
    }
  }

  /** Runs a query; undefined where the database does not answer. */
  async read<T>(query: (db: Kysely<Schema>) => Promise<T>): Promise<T | undefined> {
    const db = await this.#usable()
    if (db === undefined) return undefined
    try {
      return await query(db)
    } catch (error) {
      await this.#queryFailed(error, db)
      return undefined
    }
  }

  /**
   * Answers a question in a thread of its own, which may take its time: the main thread goes on. Only reads.
   *
   * Errors: `QuestionError` where there is no answer for now; what is wrong with a query itself is thrown as it is.
   */
  async question<T>(
    question: (db: Kysely<Schema>) => Promise<T>,
    { timeLimitMs = QUESTION_LIMIT_MS } = {},
  ): Promise<T> {
    const db = await this.#usable()
    if (db === undefined)
      throw new QuestionError('unavailable', 'reason' in this.#state ? this.#state.reason : 'it is closed')
    this.#questions ??= new QuestionPool({ file: this.#file, clock: this.#options.clock })
    try {
      return await this.#questions.ask(question, timeLimitMs)
    } catch (error) {
      const problem = sqliteProblem(error)
      if (problem === undefined || isFaultOfQuery(error)) throw error
      if (problem === 'corrupt' && this.#options.readOnly !== true) await this.#replace(error, db)
      throw new QuestionError('unavailable', messageOf(error))
    }
  }

  /** Runs a change; true once it is durable, false where it is not and must be kept for later. */
  async write(change: (db: Kysely<Schema>) => Promise<unknown>): Promise<boolean> {
    if (this.#readOnly && this.#options.clock.now() >= this.#retryAt) {
      await this.#db?.destroy()
      this.#db = undefined
    }
    const db = await this.#usable()
    if (db === undefined || this.#readOnly) return false
    try {
      await change(db)
      this.#setState({ kind: 'ok' })
      return true
    } catch (error) {
      await this.#queryFailed(error, db)
      return false
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#endQuestions()
    await this.#db?.destroy()
    this.#db = undefined
  }

  async #usable(): Promise<Kysely<Schema> | undefined> {
    if (this.#db === undefined && !this.#closed && this.#options.clock.now() >= this.#retryAt) {
      this.#opening ??= this.open().finally(() => {
        this.#opening = undefined
      })
      await this.#opening
    }
    return this.#db
  }

  async #open(): Promise<void> {
    try {
      mkdirSync(this.#options.dataDir, { recursive: true, mode: 0o700 })
      const database = new DatabaseSync(this.#file, { timeout: 2_000 })
      await this.#adopt(database, true)
      chmodSync(this.#file, 0o600)
      this.#setState({ kind: 'ok' })
    } catch (error) {
      if (sqliteProblem(error) === 'corrupt' || !existsSync(this.#file)) throw error
      // A read-only disk still holds the policies that must be applied.
      await this.#openToLook()
      this.#retryAt = this.#options.clock.now() + REOPEN_MS
      this.#setState({ kind: 'not-writable', reason: messageOf(error) })
    }
  }

  async #openToLook(): Promise<void> {
    await this.#adopt(new DatabaseSync(this.#file, { readOnly: true, timeout: 2_000 }), false)
  }

  async #adopt(database: DatabaseSync, writable: boolean): Promise<void> {
    const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: kyselyDatabase(database) }) })
    try {
      if (writable) {
        // FULL: a policy that was acknowledged to the MTA survives a power cut, not only a crash.
        database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -4000')
        await migrate(db)
      } else {
        database.prepare('SELECT count(*) FROM sqlite_schema').get()
      }
    } catch (error) {
      database.close()
      throw error
    }
    this.#db = db
    this.#readOnly = !writable
  }

  async #queryFailed(error: unknown, db: Kysely<Schema>): Promise<void> {
    const problem = sqliteProblem(error)
    if (problem === 'corrupt' && this.#options.readOnly !== true) await this.#replace(error, db)
    else if (problem === undefined) throw error
    else if (problem !== 'busy') this.#setState({ kind: 'not-writable', reason: messageOf(error) })
  }

  async #endQuestions(): Promise<void> {
    const questions = this.#questions
    this.#questions = undefined
    await questions?.close()
  }

  /** Puts a new database in the place of the one that `broken` reads; undefined where none could be opened. */
  async #replace(cause: unknown, broken: Kysely<Schema> | undefined): Promise<void> {
    // Many find it so at the same time: what the first of them began must not be moved aside by the next.
    if (this.#db !== broken) return
    this.#db = undefined
    const keptAs = `${this.#file}.corrupt-${new Date(this.#options.clock.now()).toISOString().replace(/[:.]/g, '')}`
    try {
      // Whoever asks meanwhile waits for the new one.
      this.#opening = this.#startAnew(keptAs, broken).finally(() => {
        this.#opening = undefined
      })
      await this.#opening
      const salvagedRows = this.#db === undefined ? 0 : await salvage(keptAs, this.#db)
      this.#options.onNotice({ kind: 'replaced', keptAs, salvagedRows, reason: messageOf(cause) })
    } catch (error) {
      this.#failed(error)
    }
  }

  async #startAnew(keptAs: string, broken: Kysely<Schema> | undefined): Promise<void> {
    // Their connections would go on reading the file that is moved aside.
    await this.#endQuestions()
    await broken?.destroy().catch(() => {})
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(this.#file + suffix)) renameSync(this.#file + suffix, keptAs + suffix)
    }
    await this.#open()
  }

  #failed(error: unknown): void {
    this.#retryAt = this.#options.clock.now() + REOPEN_MS
    this.#setState({ kind: 'unavailable', reason: messageOf(error) })
  }

  #setState(state: StoreState): void {
    const changed = state.kind !== this.#state.kind
    this.#state = state
    if (changed) this.#options.onNotice({ kind: 'state', state })
  }
}

/** The database file of a state folder. */
export function databaseFile(dataDir: string): string {
  return join(dataDir, 'sternpost.db')
}

/** SQL that says what cannot be done, such as a column that is not there. */
function isFaultOfQuery(error: unknown): boolean {
  return ((error as { errcode?: number }).errcode ?? 0) % 256 === 1
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
