import type * as z from 'zod'
import type { Clock, EventHub, Timer } from '../base/index.ts'
import type { reportReceivedEvent } from './contract/report-schemas.ts'

/** A report that was stored just now. */
export interface StoredReport {
  readonly domains: readonly string[]
  /** Empty where the report names none. */
  readonly organization: string
  /** `YYYY-MM-DD`. */
  readonly day: string
}

/** What watchers are told: reports about a domain that came within a second. */
export type ReportsArrived = z.output<typeof reportReceivedEvent>

const TELL_EVERY_MS = 1_000
/** Domains told of at once; others wait for the next second. */
const MAX_TOLD = 25
/** Domains that wait; beyond that one event stands for all. */
const MAX_WAITING = 1_000

/** Tells watchers of reports as they come, however many they are, and counts that something changed. */
export class ReportNews {
  readonly #events: EventHub
  readonly #clock: Clock
  readonly #waiting = new Map<string, ReportsArrived & { readonly domain: string }>()
  #untold: ReportsArrived | undefined
  #timer: Timer | undefined
  #version = 0

  constructor(events: EventHub, clock: Clock) {
    this.#events = events
    this.#clock = clock
  }

  /** Another one each time a report was stored. */
  get version(): number {
    return this.#version
  }

  add({ domains, organization, day }: StoredReport): void {
    this.#version += 1
    // Nobody to tell: who comes later reads what there is.
    if (this.#events.watcherCount === 0) return
    for (const domain of domains) {
      const known = this.#waiting.get(domain)
      if (known === undefined && this.#waiting.size >= MAX_WAITING) {
        const reportCount = (this.#untold?.reportCount ?? 0) + 1
        this.#untold = { domain: null, organization, day, reportCount }
      } else
        this.#waiting.set(domain, { domain, organization, day, reportCount: (known?.reportCount ?? 0) + 1 })
    }
    this.#timer ??= this.#clock.setTimer(() => this.#tell(), TELL_EVERY_MS)
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#waiting.clear()
    this.#untold = undefined
  }

  #tell(): void {
    this.#timer = undefined
    const told = [...this.#waiting.values()].slice(0, MAX_TOLD)
    for (const data of told) {
      this.#waiting.delete(data.domain)
      // A report that names no domain is for those alone who see all.
      this.#events.publish({
        event: 'report-received',
        domain: data.domain === '' ? undefined : data.domain,
        data,
      })
    }
    if (this.#untold !== undefined)
      this.#events.publish({ event: 'report-received', domain: undefined, data: this.#untold })
    this.#untold = undefined
    if (this.#waiting.size > 0) this.#timer = this.#clock.setTimer(() => this.#tell(), TELL_EVERY_MS)
  }
}
