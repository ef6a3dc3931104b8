/** How far the daemon's clock is ahead of the browser's. */
export class DaemonClock {
  #offsetMs = 0
  readonly #listeners = new Set<() => void>()

  /** Takes what the daemon says the time is, asked and answered at times of the browser's clock. */
  tell(daemonNow: string, askedAt: number, answeredAt: number): void {
    const offset = Date.parse(daemonNow) - (askedAt + answeredAt) / 2
    if (!Number.isFinite(offset) || offset === this.#offsetMs) return
    this.#offsetMs = offset
    for (const listener of this.#listeners) listener()
  }

  /** Units: milliseconds; negative where the daemon is behind. */
  get offsetMs(): number {
    return this.#offsetMs
  }

  /** The daemon's time now. Units: milliseconds since 1970. */
  now(): number {
    return Date.now() + this.#offsetMs
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

export const daemonClock = new DaemonClock()
