import type { QueryAnswerer } from './question-dialect.ts'
import { type ReaderJob, ReaderLostError, type ReaderThread } from './reader-thread.ts'

type Row = Record<string, unknown>

/** Where the threads come from. */
export interface ReaderSource {
  /** Starts a job at once or when a thread has time; gives what takes it back. Errors: `QuestionError`. */
  submit(job: ReaderJob, onStart: (thread: ReaderThread) => void): () => void
  /** A thread was stopped between two chunks and has time. */
  free(): void
  /** Leaves a thread to end by itself, with a query nobody waits for. */
  abandon(thread: ReaderThread, error: Error): void
}

/** A query that was handed over and is not answered. */
interface Pending {
  thread: ReaderThread | undefined
  takeBack: () => void
  readonly fail: (error: Error) => void
}

/** One question: hands its queries to the threads until it is answered or given up. */
export class QuestionRun implements QueryAnswerer {
  readonly #source: ReaderSource
  readonly #pending = new Set<Pending>()
  #over: Error | undefined

  constructor(source: ReaderSource) {
    this.#source = source
  }

  async query(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    try {
      return await this.#queryOnce(sql, parameters)
    } catch (error) {
      if (!(error instanceof ReaderLostError) || this.#over !== undefined) throw error
      // Reading twice does no harm.
      return await this.#queryOnce(sql, parameters)
    }
  }

  /** The next chunk is read when it is asked for, so that memory holds one or two. */
  async *chunks(
    sql: string,
    parameters: readonly unknown[],
    chunkRows: number,
  ): AsyncGenerator<readonly Row[]> {
    const arrived: { readonly rows: readonly Row[]; readonly isLast: boolean }[] = []
    let failure: Error | undefined
    let wake = () => {}
    const pending = this.#begin(
      { sql, parameters, chunkRows },
      (rows, isLast) => {
        arrived.push({ rows, isLast })
        wake()
      },
      error => {
        failure = error
        wake()
      },
    )
    let isDone = false
    try {
      while (!isDone) {
        if (failure !== undefined) throw failure
        const next = arrived.shift()
        if (next === undefined) {
          await new Promise<void>(resolve => {
            wake = resolve
          })
          continue
        }
        isDone = next.isLast
        if (!isDone) pending.thread?.more()
        yield next.rows
      }
    } finally {
      if (this.#pending.delete(pending) && !isDone) {
        pending.takeBack()
        pending.thread?.stop()
        this.#source.free()
      }
    }
  }

  /** Ends the question: what runs is left to itself, what is asked afterwards is refused. */
  giveUp(error: Error): void {
    this.#over ??= error
    for (const pending of [...this.#pending]) {
      this.#pending.delete(pending)
      if (pending.thread !== undefined) this.#source.abandon(pending.thread, error)
      else {
        pending.takeBack()
        pending.fail(error)
      }
    }
  }

  #queryOnce(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    return new Promise((answered, failed) => {
      this.#begin({ sql, parameters, chunkRows: undefined }, rows => answered(rows as Row[]), failed)
    })
  }

  #begin(
    query: Pick<ReaderJob, 'sql' | 'parameters' | 'chunkRows'>,
    onRows: ReaderJob['onRows'],
    onFail: (error: Error) => void,
  ): Pending {
    if (this.#over !== undefined) throw this.#over
    const pending: Pending = { thread: undefined, takeBack: () => {}, fail: onFail }
    const job: ReaderJob = {
      ...query,
      onRows: (rows, isLast) => {
        if (isLast) this.#pending.delete(pending)
        onRows(rows, isLast)
      },
      onError: error => {
        this.#pending.delete(pending)
        onFail(error)
      },
    }
    this.#pending.add(pending)
    try {
      pending.takeBack = this.#source.submit(job, thread => {
        pending.thread = thread
      })
    } catch (error) {
      this.#pending.delete(pending)
      throw error
    }
    return pending
  }
}
