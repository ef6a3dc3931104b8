import type { DomainName } from '@sternpost/protocol'
import type { Clock, Timer } from '../../base/index.ts'
import type { ServedPolicy } from './served-policies.ts'

const HOUR_MS = 3_600_000
const WRITE_EVERY_MS = 60_000
/** Domains whose mark waits at most; more are written in the next hour. */
const MAX_WAITING = 50_000
/** Rows of one transaction, so that others get their turn at the database. */
const BATCH = 500

export interface FetchMark {
  readonly domain: DomainName
  readonly policyId: string
  readonly at: number
}

/** Notes which policies are fetched, to the hour: one write for a domain and hour, however often it is asked for. */
export class FetchMarks {
  readonly #write: (marks: readonly FetchMark[]) => Promise<void>
  readonly #clock: Clock
  /** When each policy was marked last; goes with the policy when the cache drops it. */
  readonly #marked = new WeakMap<ServedPolicy, number>()
  readonly #waiting = new Map<string, FetchMark>()
  #timer: Timer | undefined

  constructor(write: (marks: readonly FetchMark[]) => Promise<void>, clock: Clock) {
    this.#write = write
    this.#clock = clock
  }

  note(policy: ServedPolicy): void {
    const hour = Math.floor(this.#clock.now() / HOUR_MS)
    if (this.#marked.get(policy) === hour) return
    if (this.#waiting.size >= MAX_WAITING) return
    this.#marked.set(policy, hour)
    const { domain, policyId } = policy
    this.#waiting.set(`${domain} ${policyId}`, { domain, policyId, at: hour * HOUR_MS })
    this.#timer ??= this.#clock.setTimer(() => void this.flush(), WRITE_EVERY_MS)
  }

  /** Writes what waits; what the database refuses waits for the next time. */
  async flush(): Promise<void> {
    this.#timer?.cancel()
    this.#timer = undefined
    const marks = [...this.#waiting.entries()]
    for (let from = 0; from < marks.length; from += BATCH) {
      const batch = marks.slice(from, from + BATCH)
      try {
        await this.#write(batch.map(([, mark]) => mark))
      } catch {
        this.#timer ??= this.#clock.setTimer(() => void this.flush(), WRITE_EVERY_MS)
        return
      }
      for (const [key, mark] of batch) if (this.#waiting.get(key) === mark) this.#waiting.delete(key)
    }
  }

  /** Writes what waits and tries no more. */
  async close(): Promise<void> {
    await this.flush()
    this.#timer?.cancel()
    this.#timer = undefined
  }
}
