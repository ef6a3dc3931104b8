import type { SteadyClock, Timer } from '../base/index.ts'
import type { HealthPart } from '../http/index.ts'
import type { Logger } from '../log/index.ts'

/** How often the system's clock is compared with the steady one. */
const CLOCK_CHECK_MS = 30_000

/** Tells of a system clock that jumps; see `createSteadyClock` for why it is not followed. */
export class ClockWatch {
  readonly #clock: SteadyClock
  readonly #log: Logger
  #timer: Timer | undefined
  #aheadMs = 0

  constructor(clock: SteadyClock, log: Logger) {
    this.#clock = clock
    this.#log = log
  }

  get health(): HealthPart {
    if (this.#aheadMs === 0) return { name: 'clock', state: 'ok', message: 'the system clock runs steadily' }
    const seconds = Math.round(this.#aheadMs / 1000)
    const message = `the system clock jumped by ${seconds} s; ages of policies are counted without the jump until the next start`
    return { name: 'clock', state: 'degraded', message }
  }

  start(): void {
    this.#timer = this.#clock.setTimer(() => {
      this.#check()
      this.start()
    }, CLOCK_CHECK_MS)
  }

  stop(): void {
    this.#timer?.cancel()
  }

  #check(): void {
    const aheadMs = this.#clock.check()?.aheadMs ?? 0
    if ((aheadMs === 0) !== (this.#aheadMs === 0)) {
      const seconds = Math.round(aheadMs / 1000)
      if (aheadMs === 0) this.#log.info('the system clock is back where it should be')
      else
        this.#log.warn({ seconds }, 'the system clock jumped; ages of policies are counted without the jump')
    }
    this.#aheadMs = aheadMs
  }
}
