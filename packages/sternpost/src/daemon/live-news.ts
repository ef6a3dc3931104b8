import type { Clock, EventHub, Timer } from '../base/index.ts'
import type { KeptCheck } from '../check/index.ts'
import { downgradeSignals, type OutboundEvent } from '../outbound/index.ts'

/** An import changes ten thousand domains: it is told once. */
const TOGETHER_MS = 250

/** Puts what the rooms tell into the events that people watch. */
export class LiveNews {
  readonly #events: EventHub
  readonly #clock: Clock
  #domainsTimer: Timer | undefined

  constructor(events: EventHub, clock: Clock) {
    this.#events = events
    this.#clock = clock
  }

  readonly check = ({ checkId, domain, state, worst }: KeptCheck): void => {
    const data = { id: checkId, domain, state, worst: worst ?? null }
    this.#events.publish({ event: 'check', domain, data })
  }

  readonly outbound = ({ policyDomain, kind }: OutboundEvent): void => {
    const at = new Date(this.#clock.now()).toISOString()
    const isSignal = downgradeSignals.some(signal => signal === kind)
    const data = { at, domain: policyDomain, kind, isSignal }
    this.#events.publish({ event: 'outbound-event', domain: policyDomain, data })
  }

  readonly order = (host: string, result: string): void => {
    const domain = host.replace(/^mta-sts\./, '')
    this.#events.publish({ event: 'certificate', domain, data: { domain, result } })
  }

  readonly domains = (): void => {
    this.#domainsTimer ??= this.#clock.setTimer(() => {
      this.#domainsTimer = undefined
      this.#events.publish({ event: 'domains', domain: undefined, data: {} })
    }, TOGETHER_MS)
  }

  stop(): void {
    this.#domainsTimer?.cancel()
  }
}
