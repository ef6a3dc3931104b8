import type { Clock, Timer } from '../base/index.ts'
import type { HealthPart } from '../http/index.ts'
import type { Logger } from '../log/index.ts'
import type { RunningPublish } from '../publish/index.ts'

/** How often a daemon that publishes nothing looks whether a command has added a domain. */
const LOOK_MS = 15_000

export interface PublishStartOptions {
  readonly start: () => Promise<Pick<RunningPublish, 'close' | 'health'>>
  /** Whether there is something to publish. */
  readonly isWanted: () => Promise<boolean>
  readonly clock: Clock
  readonly log: Logger
}

/** Publishing, which costs nothing before there is a domain and begins with the first one, wherever it comes from. */
export class PublishStart {
  readonly #options: PublishStartOptions
  #begun: ReturnType<PublishStartOptions['start']> | undefined
  #running: Pick<RunningPublish, 'close' | 'health'> | undefined
  #failure: string | undefined
  #timer: Timer | undefined
  #isClosed = false

  constructor(options: PublishStartOptions) {
    this.#options = options
  }

  get health(): readonly HealthPart[] {
    if (this.#running !== undefined) return this.#running.health()
    if (this.#failure === undefined) return []
    return [
      {
        name: 'publish',
        state: 'degraded',
        message: `publishing could not begin and is tried again: ${this.#failure}`,
      },
    ]
  }

  /** Begins, if it has not begun. Errors: those of `start`; the next call tries again. */
  async begin(): Promise<void> {
    if (this.#isClosed) return
    this.#begun ??= this.#options.start()
    try {
      this.#running = await this.#begun
      this.#failure = undefined
    } catch (error) {
      this.#begun = undefined
      throw error
    }
  }

  /** Begins for somebody whose domain is stored already: what fails is told as health, and tried again by the watch. */
  async tryToBegin(): Promise<void> {
    try {
      await this.begin()
    } catch (error) {
      const { message } = error as Error
      if (message !== this.#failure)
        this.#options.log.error({ reason: message }, 'publishing could not begin')
      this.#failure = message
    }
  }

  /** Begins by itself once there is a domain. */
  watch(): void {
    if (this.#isClosed || this.#running !== undefined) return
    this.#timer = this.#options.clock.setTimer(() => void this.#look().then(() => this.watch()), LOOK_MS)
  }

  /** Ends what runs, and what is just beginning. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#timer?.cancel()
    await (await this.#begun?.catch(() => undefined))?.close()
  }

  async #look(): Promise<void> {
    // A database that cannot be read tells of that itself.
    const isWanted = await this.#options.isWanted().catch(() => false)
    if (isWanted) await this.tryToBegin()
  }
}
