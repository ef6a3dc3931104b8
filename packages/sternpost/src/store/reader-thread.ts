import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { QuestionError } from './question-error.ts'
import type { FromReader, ReaderData, ToReader } from './question-messages.ts'

/** One query of a question, on its way. */
export interface ReaderJob {
  readonly sql: string
  readonly parameters: readonly unknown[]
  readonly chunkRows: number | undefined
  /** Given the rows, or a chunk of them. */
  readonly onRows: (rows: readonly Record<string, unknown>[], isLast: boolean) => void
  readonly onError: (error: Error) => void
}

/** The file a reader runs: beside this one, or beside the program where it is bundled. */
const readerFile = import.meta.url.endsWith('.ts')
  ? new URL('./question-reader.ts', import.meta.url)
  : ['./question-reader.js', '../question-reader.js']
      .map(path => new URL(path, import.meta.url))
      .find(url => existsSync(url))

/** A thread with a connection of its own; it does one job at a time. */
export class ReaderThread {
  readonly #worker: Worker
  #job: ReaderJob | undefined
  #id = 0
  #isLost = false

  /** `onEnd` is called when the thread ended, whatever the reason. */
  constructor(data: ReaderData, onIdle: () => void, onEnd: () => void) {
    if (readerFile === undefined) throw new Error('the program is not whole: question-reader.js is missing')
    this.#worker = new Worker(readerFile, { name: 'sternpost-reader', workerData: data })
    this.#worker.unref()
    this.#worker.on('message', (message: FromReader) => {
      const job = this.#job
      // What comes after a job was given up belongs to nobody.
      if (job === undefined || message.id !== this.#id) return
      if (message.kind === 'rows') {
        const { columns, rows, isLast } = message
        if (isLast) this.#endJob()
        job.onRows(
          rows.map(row => toObject(columns, row)),
          isLast,
        )
        if (isLast) onIdle()
      } else {
        this.#endJob()
        job.onError(toError(message))
        onIdle()
      }
    })
    this.#worker.on('error', error => this.#lose(String(error)))
    this.#worker.once('exit', () => {
      this.#lose('it ended')
      onEnd()
    })
  }

  /** Whether it can take no job: it has one, or is about to end. */
  get isBusy(): boolean {
    return this.#job !== undefined || this.#isLost
  }

  start(job: ReaderJob): void {
    this.#job = job
    this.#id += 1
    const { sql, parameters, chunkRows } = job
    // As long as somebody waits for an answer the process must not end.
    this.#worker.ref()
    this.#send({ kind: 'ask', id: this.#id, sql, parameters, chunkRows })
  }

  /** Has the next chunk read. */
  more(): void {
    this.#send({ kind: 'more', id: this.#id })
  }

  /** Gives up a job that is read in chunks, between two of them. */
  stop(): void {
    this.#send({ kind: 'stop', id: this.#id })
    this.#endJob()
  }

  /**
   * Ends the thread; what it was at is given up at once.
   *
   * A query that runs cannot be interrupted (node:sqlite knows no way), so the thread itself ends with it.
   */
  async end(error: Error): Promise<void> {
    const job = this.#job
    this.#endJob()
    job?.onError(error)
    await this.#worker.terminate()
  }

  #send(message: ToReader): void {
    this.#worker.postMessage(message)
  }

  #endJob(): void {
    this.#job = undefined
    this.#worker.unref()
  }

  #lose(reason: string): void {
    const job = this.#job
    this.#job = undefined
    // Between the error and the end nothing sent to it is answered; a second try must go to another.
    this.#isLost = true
    job?.onError(new ReaderLostError(reason))
  }
}

/** The thread went away under a question; another may answer it. */
export class ReaderLostError extends QuestionError {
  constructor(reason: string) {
    super('unavailable', `the thread that reads the database was lost: ${reason}`)
  }
}

function toObject(columns: readonly string[], row: readonly unknown[]): Record<string, unknown> {
  const object: Record<string, unknown> = {}
  for (let index = 0; index < columns.length; index += 1) object[columns[index]!] = row[index]
  return object
}

function toError({ message, errcode }: Extract<FromReader, { kind: 'error' }>): Error {
  return Object.assign(new Error(message), errcode === undefined ? {} : { errcode })
}
