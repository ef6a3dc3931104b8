import { type DnsClient, type ResolverValidation, summarizeValidation } from '@sternpost/network'
import type { Clock, Timer } from '../base/index.ts'
import type { HealthPart } from '../http/index.ts'
import type { Logger } from '../log/index.ts'

/** How often a resolver that validates is put to the proof again, and one that does not. */
const PROVED_MS = 10 * 60_000
const UNPROVED_MS = 5_000

/** Watches whether the resolvers validate DNSSEC, on which all of DANE rests. */
export class ResolverWatch {
  readonly #dns: Pick<DnsClient, 'proveValidation'>
  readonly #clock: Clock
  readonly #log: Logger
  readonly #onChange: () => void
  #validations: readonly ResolverValidation[] = []
  #timer: Timer | undefined
  #proving: Promise<void> | undefined
  #stopped = false

  /** `onChange` is told when DANE goes on or off. */
  constructor(options: {
    readonly dns: Pick<DnsClient, 'proveValidation'>
    readonly clock: Clock
    readonly log: Logger
    readonly onChange: () => void
  }) {
    this.#dns = options.dns
    this.#clock = options.clock
    this.#log = options.log
    this.#onChange = options.onChange
  }

  /**
   * Why DANE is off: no resolver's DNSSEC verdict can be believed.
   *
   * A resolver that does not answer is no reason: DANE stays on, lookups fail, and mail waits rather than going
   * out with less protection than the domain asked for.
   */
  get daneOffBecause(): string | undefined {
    if (this.#validations.length === 0) return undefined
    const { dane, detail } = summarizeValidation(this.#validations)
    return dane === 'off' ? detail : undefined
  }

  get health(): HealthPart {
    if (this.#validations.length === 0) {
      return { name: 'dns', state: 'ok', message: 'the resolver is being put to the proof' }
    }
    const { dane, detail } = summarizeValidation(this.#validations)
    const states = { on: 'ok', off: 'degraded', unknown: 'down' } as const
    return { name: 'dns', state: states[dane], message: detail }
  }

  /** Proves once, then again and again; resolves after the first time. */
  async start(): Promise<void> {
    await this.#prove()
  }

  /** Proves again without waiting, because the resolvers changed. */
  proveNow(): void {
    void this.#proveAgain()
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
  }

  async #proveAgain(): Promise<void> {
    // One that is under way asks the resolvers there were before.
    await this.#proving
    this.#timer?.cancel()
    if (!this.#stopped) await this.#prove()
  }

  async #prove(): Promise<void> {
    this.#proving ??= this.#proveOnce().finally(() => {
      this.#proving = undefined
    })
    await this.#proving
  }

  async #proveOnce(): Promise<void> {
    const before = this.daneOffBecause
    const previous = this.#validations
    this.#validations = await this.#dns.proveValidation()
    if (this.#stopped) return
    for (const validation of this.#validations) {
      const known = previous.find(({ resolver }) => resolver === validation.resolver)
      if (known?.state === validation.state) continue
      const level = validation.state === 'validates' ? 'info' : 'warn'
      this.#log[level]({ resolver: validation.resolver, state: validation.state }, validation.detail)
    }
    if ((before === undefined) !== (this.daneOffBecause === undefined)) this.#onChange()
    const proved = this.#validations.some(({ state }) => state === 'validates')
    this.#timer = this.#clock.setTimer(() => void this.#prove(), proved ? PROVED_MS : UNPROVED_MS)
  }
}
