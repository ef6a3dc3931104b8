/** Left for what was aborted to hand over what it saw by then. */
const GRACE_MS = 750

/**
 * The time a check has in all.
 *
 * Shape: `signal` asks everything under way to end a little before the time is up; `within` waits for nothing
 * longer than to its very end. What was cut off is noted in words.
 */
export class CheckDeadline {
  readonly signal: AbortSignal
  readonly #endAt: number
  readonly #abort = new AbortController()
  readonly #unfinished = new Set<string>()
  readonly #ended: Promise<void>
  readonly #timers: NodeJS.Timeout[] = []

  constructor(totalMs: number, signal?: AbortSignal) {
    this.#endAt = performance.now() + totalMs
    const signals = [this.#abort.signal, ...(signal === undefined ? [] : [signal])]
    this.signal = AbortSignal.any(signals)
    this.#timers.push(setTimeout(() => this.#abort.abort(), Math.max(totalMs - GRACE_MS, totalMs / 2)))
    this.#ended = new Promise(resolve => {
      this.#timers.push(setTimeout(resolve, totalMs))
      // Whoever aborts from outside does not wait either, but gives the same grace.
      signal?.addEventListener('abort', () => void this.#timers.push(setTimeout(resolve, GRACE_MS)), {
        once: true,
      })
    })
  }

  /** Milliseconds until work should hand over; never negative. */
  leftMs(): number {
    return Math.max(0, Math.round(this.#endAt - GRACE_MS - performance.now()))
  }

  /** Waits for `work`, or to the end of the time; then notes `what` and gives the fallback. `work` must not reject. */
  async within<T>(what: string, work: Promise<T>, fallback: () => T): Promise<T> {
    const late = Symbol('late')
    const first = await Promise.race([work, this.#ended.then(() => late)])
    if (first !== late) return first as T
    this.note(what)
    return fallback()
  }

  note(what: string): void {
    this.#unfinished.add(what)
  }

  unfinished(): readonly string[] {
    return [...this.#unfinished]
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
  }
}
