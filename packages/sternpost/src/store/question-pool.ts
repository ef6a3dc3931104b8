import { Kysely } from 'kysely'
import type { Clock } from '../base/index.ts'
import { QuestionDialect } from './question-dialect.ts'
import { QuestionError } from './question-error.ts'
import { QuestionRun, type ReaderSource } from './question-run.ts'
import { type ReaderJob, ReaderThread } from './reader-thread.ts'
import type { Schema } from './schema.ts'

export interface QuestionPoolOptions {
  /** The database's file. */
  readonly file: string
  readonly clock: Clock
}

/** More would only wait for the same disk and take the cores of whoever answers Postfix. */
const THREADS = 2
/** Queries that wait; beyond that a question is refused rather than late. */
const MAX_WAITING = 500
/** Threads that still end a query nobody waits for; beyond that questions are refused until one is done. */
const MAX_GIVEN_UP = 2

interface Waiting {
  readonly job: ReaderJob
  readonly onStart: (thread: ReaderThread) => void
}

/** Answers questions in threads of their own, with connections that only read. */
export class QuestionPool implements ReaderSource {
  readonly #options: QuestionPoolOptions
  readonly #threads = new Set<ReaderThread>()
  readonly #waiting: Waiting[] = []
  #givenUp = 0
  #isClosed = false

  constructor(options: QuestionPoolOptions) {
    this.#options = options
  }

  /**
   * Asks a question of as many queries as it likes, which together may take so long.
   *
   * Errors: `QuestionError`, and what SQLite says of a query.
   */
  async ask<T>(question: (db: Kysely<Schema>) => Promise<T>, timeLimitMs: number): Promise<T> {
    const run = new QuestionRun(this)
    const timer = this.#options.clock.setTimer(
      () => run.giveUp(new QuestionError('too-long', `no answer within ${timeLimitMs / 1000} s`)),
      timeLimitMs,
    )
    const db = new Kysely<Schema>({ dialect: new QuestionDialect(run) })
    try {
      return await question(db)
    } finally {
      timer.cancel()
      run.giveUp(new QuestionError('unavailable', 'the question is over'))
    }
  }

  submit(job: ReaderJob, onStart: (thread: ReaderThread) => void): () => void {
    if (this.#isClosed) throw new QuestionError('unavailable', 'the database is closed')
    if (this.#givenUp > MAX_GIVEN_UP || this.#waiting.length >= MAX_WAITING)
      throw new QuestionError('busy', 'too many questions wait for the database')
    const waiting = { job, onStart }
    this.#waiting.push(waiting)
    this.#serve()
    return () => {
      const place = this.#waiting.indexOf(waiting)
      if (place !== -1) this.#waiting.splice(place, 1)
    }
  }

  free(): void {
    this.#serve()
  }

  abandon(thread: ReaderThread, error: Error): void {
    if (!this.#threads.delete(thread)) return
    this.#givenUp += 1
    void thread.end(error).finally(() => {
      this.#givenUp -= 1
      this.#serve()
    })
    this.#serve()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const error = new QuestionError('unavailable', 'the database is closed')
    for (const { job } of this.#waiting.splice(0)) job.onError(error)
    const threads = [...this.#threads]
    this.#threads.clear()
    await Promise.all(threads.map(thread => thread.end(error)))
  }

  #serve(): void {
    while (this.#waiting.length > 0) {
      let idle: ReaderThread | undefined
      try {
        idle = [...this.#threads].find(thread => !thread.isBusy) ?? this.#startThread()
      } catch (error) {
        // The system gives no more threads: whoever is next is told, in place of waiting for ever.
        const reason = error instanceof Error ? error.message : String(error)
        this.#waiting.shift()?.job.onError(new QuestionError('unavailable', reason))
        continue
      }
      if (idle === undefined) return
      const { job, onStart } = this.#waiting.shift()!
      idle.start(job)
      onStart(idle)
    }
  }

  #startThread(): ReaderThread | undefined {
    if (this.#isClosed || this.#threads.size >= THREADS) return undefined
    const thread: ReaderThread = new ReaderThread(
      { file: this.#options.file },
      () => this.#serve(),
      () => {
        this.#threads.delete(thread)
        this.#serve()
      },
    )
    this.#threads.add(thread)
    return thread
  }
}
