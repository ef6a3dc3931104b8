import type { NextHopObservation } from '@sternpost/protocol'
import { type DaneState, decideDaneProtection, formatNextHop, type NextHop } from '@sternpost/protocol'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../base/index.ts'
import { waitAtMost } from './wait-at-most.ts'

export interface DaneObservationsOptions {
  readonly observe: (
    nextHop: NextHop,
  ) => Promise<{ readonly observation: NextHopObservation; readonly ttlSeconds: number }>
  readonly clock: Clock
  /** Why DANE is off, or undefined while the resolver's word can be trusted. */
  readonly offBecause: () => string | undefined
  readonly maxInMemory: number
  readonly onError: (error: unknown) => void
}

/** A state and until when it may be answered without asking again, in milliseconds since 1970. */
export interface TimedDaneState {
  readonly state: DaneState
  readonly validUntil: number
}

interface Entry {
  current: TimedDaneState | undefined
  observing: Promise<void> | undefined
  startedAt: number
}

/** Bounds on how long an observation is believed: DNS may say less, or a week. */
const LEAST_MS = 60_000
const LONGEST_MS = 3_600_000
/** An observation with failed lookups in it is soon repeated. */
const DOUBTFUL_MS = 15_000

/** The DANE half of every answer: how mail reaches a next hop, and which of its hosts DNS vouches for. */
export class DaneObservations {
  readonly #options: DaneObservationsOptions
  readonly #entries: LRUCache<string, Entry>

  constructor(options: DaneObservationsOptions) {
    this.#options = options
    this.#entries = new LRUCache({ max: options.maxInMemory })
  }

  /** What DANE says of a next hop now; waits for DNS until `deadlineAt` at most. */
  async state(nextHop: NextHop, deadlineAt: number): Promise<TimedDaneState> {
    const { clock } = this.#options
    const reason = this.#options.offBecause()
    if (reason !== undefined) return { state: { kind: 'off', reason }, validUntil: clock.now() + LEAST_MS }

    const key = formatNextHop(nextHop)
    let entry = this.#entries.get(key)
    if (entry === undefined) {
      entry = { current: undefined, observing: undefined, startedAt: 0 }
      this.#entries.set(key, entry)
    }
    const now = clock.now()
    if (entry.current !== undefined && now < entry.current.validUntil) return entry.current
    this.#observe(entry, nextHop)
    const budgetMs = deadlineAt - now - (now - entry.startedAt)
    if (entry.observing !== undefined) await waitAtMost(entry.observing, budgetMs, clock)
    if (entry.observing === undefined && entry.current !== undefined) return entry.current
    return { state: { kind: 'unknown', reason: 'DNS has not answered yet', hosts: [] }, validUntil: now }
  }

  #observe(entry: Entry, nextHop: NextHop): void {
    if (entry.observing !== undefined) return
    const { clock, observe } = this.#options
    entry.startedAt = clock.now()
    const observing = observe(nextHop)
      .then(({ observation, ttlSeconds }) => {
        const state = decideDaneProtection(observation)
        const doubtful = state.kind === 'unknown' || state.hosts.some(host => host.protection === 'unknown')
        const lifetimeMs = doubtful
          ? DOUBTFUL_MS
          : Math.max(LEAST_MS, Math.min(LONGEST_MS, ttlSeconds * 1000))
        entry.current = { state, validUntil: clock.now() + lifetimeMs }
      })
      .finally(() => {
        entry.observing = undefined
      })
    // Nobody may be waiting any more when a mistake of ours comes to light; who waits sees it too.
    observing.catch(this.#options.onError)
    entry.observing = observing
  }
}
