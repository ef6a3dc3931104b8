import type { Clock } from '../../base/index.ts'

/** Checks that one may ask for in an hour. */
const PER_HOUR = 60
const HOUR_MS = 3_600_000

/** Counts what each may still ask for: the hosts that are connected to belong to others. */
export class RequestBudget {
  readonly #clock: Pick<Clock, 'now'>
  readonly #asked = new Map<string, number[]>()

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** Takes one; 0, or the seconds until there is one again. */
  take(who: string): number {
    const now = this.#clock.now()
    for (const [name, times] of this.#asked) {
      const recent = times.filter(at => now - at < HOUR_MS)
      if (recent.length === 0) this.#asked.delete(name)
      else this.#asked.set(name, recent)
    }
    const times = this.#asked.get(who) ?? []
    const [first] = times
    if (first !== undefined && times.length >= PER_HOUR)
      return Math.max(1, Math.ceil((first + HOUR_MS - now) / 1000))
    this.#asked.set(who, [...times, now])
    return 0
  }
}
