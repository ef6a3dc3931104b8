import { fault } from './fetch-fault.ts'

export interface FetchDeadlineOptions {
  readonly totalTimeoutMs: number
  readonly idleTimeoutMs: number
  /** The caller's wish to stop. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Bounds one fetch: the whole of it, and the time in which nothing comes forward.
 *
 * Shape: `signal` aborts once, with a PolicyFetchFault as its reason. Each step (DNS, connect, TLS, headers)
 * has to be over within the idle time; in the body every piece that arrives starts it anew.
 */
export class FetchDeadline {
  readonly #controller = new AbortController()
  readonly #idleTimeoutMs: number
  readonly #totalTimer: NodeJS.Timeout
  #idleTimer: NodeJS.Timeout
  #step = 'the start'
  readonly #caller: AbortSignal | undefined
  readonly #onCallerAbort = () =>
    this.#controller.abort(
      fault('policy-host/aborted', `the fetch was given up by its caller while waiting for ${this.#step}`),
    )

  constructor({ totalTimeoutMs, idleTimeoutMs, signal }: FetchDeadlineOptions) {
    this.#idleTimeoutMs = idleTimeoutMs
    this.#totalTimer = setTimeout(
      () => this.#expire('the whole fetch took longer than', totalTimeoutMs),
      totalTimeoutMs,
    )
    this.#idleTimer = this.#startIdleTimer()
    this.#caller = signal
    if (signal?.aborted === true) this.#onCallerAbort()
    else signal?.addEventListener('abort', this.#onCallerAbort, { once: true })
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Says what is waited for from now on. */
  enter(step: string): void {
    this.#step = step
    this.touch()
  }

  /** Something came forward. */
  touch(): void {
    clearTimeout(this.#idleTimer)
    this.#idleTimer = this.#startIdleTimer()
  }

  /**
   * Runs one step that can be cancelled.
   *
   * Shape: `start` gets the two ends of a promise; `cleanUp` runs once, whichever way the step ended, before
   * the promise settles.
   */
  run<T>(
    start: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
    cleanUp: (ended: 'resolved' | 'rejected') => void,
  ): Promise<T> {
    const { signal } = this
    return new Promise<T>((resolve, reject) => {
      let over = false
      const end = (how: 'resolved' | 'rejected', settle: () => void) => {
        if (over) return
        over = true
        signal.removeEventListener('abort', onAbort)
        cleanUp(how)
        settle()
      }
      const onAbort = () => end('rejected', () => reject(signal.reason))
      if (signal.aborted) return onAbort()
      signal.addEventListener('abort', onAbort, { once: true })
      start(
        value => end('resolved', () => resolve(value)),
        error => end('rejected', () => reject(error)),
      )
    })
  }

  /** Ends all timers; the fetch is over. */
  stop(): void {
    clearTimeout(this.#totalTimer)
    clearTimeout(this.#idleTimer)
    this.#caller?.removeEventListener('abort', this.#onCallerAbort)
  }

  #startIdleTimer(): NodeJS.Timeout {
    return setTimeout(() => this.#expire('nothing came for', this.#idleTimeoutMs), this.#idleTimeoutMs)
  }

  #expire(what: string, limitMs: number): void {
    const message = `${what} ${limitMs / 1000} s while waiting for ${this.#step} (RFC 8461 §3.3)`
    this.#controller.abort(fault('policy-host/timeout', message))
  }
}
