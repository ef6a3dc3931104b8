export interface HostTurnsOptions {
  /** Tasks that run at one time, over all hosts. */
  readonly maxRunning: number
  /** From the end of one task of a host to the start of its next. */
  readonly pauseMs: number
}

/**
 * Lets tasks run one at a time for each host and not too many at a time in all.
 *
 * A probe is a guest: a host shall never see two of our connections at once, however many domains it serves.
 */
export class HostTurns {
  readonly #options: HostTurnsOptions
  /** The end of the last task in the line of each host. */
  readonly #lines = new Map<string, Promise<void>>()
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(options: HostTurnsOptions) {
    this.#options = options
  }

  /**
   * Runs a task when its turn comes.
   *
   * Shape: undefined where `signal` was aborted before; the task itself must look at it from then on.
   */
  run<T>(host: string, signal: AbortSignal | undefined, task: () => Promise<T>): Promise<T | undefined> {
    const turn = this.#inTurn(this.#lines.get(host), signal, task)
    const line = turn.ran.then(
      ran => (ran ? pause(this.#options.pauseMs) : undefined),
      () => undefined,
    )
    this.#lines.set(host, line)
    void line.then(() => {
      if (this.#lines.get(host) === line) this.#lines.delete(host)
    })
    return turn.result
  }

  #inTurn<T>(
    before: Promise<void> | undefined,
    signal: AbortSignal | undefined,
    task: () => Promise<T>,
  ): { readonly result: Promise<T | undefined>; readonly ran: Promise<boolean> } {
    const { promise: given, resolve: giveUp } = Promise.withResolvers<undefined>()
    let started = false
    // Who still waits may go at once; a task that runs ends by itself, and what it saw counts.
    const onAbort = () => {
      if (!started) giveUp(undefined)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    const isAborted = () => signal?.aborted === true
    const run = async (): Promise<T | undefined> => {
      await before
      if (isAborted()) return undefined
      await this.#enter()
      try {
        if (isAborted()) return undefined
        started = true
        return await task()
      } finally {
        this.#leave()
        signal?.removeEventListener('abort', onAbort)
      }
    }
    const running = run()
    return { result: Promise.race([running, given]), ran: running.then(() => started) }
  }

  async #enter(): Promise<void> {
    if (this.#running < this.#options.maxRunning) this.#running += 1
    else await new Promise<void>(resolve => this.#waiting.push(resolve))
  }

  /** The place goes to the next in line, or becomes free. */
  #leave(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#running -= 1
    else next()
  }
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
