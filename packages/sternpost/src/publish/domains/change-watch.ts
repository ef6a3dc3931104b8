import { sql } from 'kysely'
import type { Clock, Timer } from '../../base/index.ts'
import type { Store } from '../../store/index.ts'

/** A change made by a command is noticed by the daemon at most this much later. */
const LOOK_EVERY_MS = 500

/**
 * Notices that another program wrote to the database: SQLite counts the commits of all others for a connection.
 *
 * What changed is not told; whoever keeps something of the database looks again. Changes of this program are told by
 * those who make them, see `PublishStore.onChange`.
 */
export class ChangeWatch {
  readonly #store: Store
  readonly #clock: Clock
  readonly #onChange: () => void
  #version: number | undefined
  #timer: Timer | undefined

  constructor(store: Store, clock: Clock, onChange: () => void) {
    this.#store = store
    this.#clock = clock
    this.#onChange = onChange
  }

  start(): void {
    this.#timer = this.#clock.setTimer(() => {
      this.look().finally(() => {
        if (this.#timer !== undefined) this.start()
      })
    }, LOOK_EVERY_MS)
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  /** Looks now; a database that does not answer counts as unchanged. */
  async look(): Promise<void> {
    const answer = await this.#store.read(db =>
      sql<{ data_version: number }>`pragma data_version`.execute(db),
    )
    const version = answer?.rows[0]?.data_version
    if (version === undefined) return
    const changed = this.#version !== undefined && version !== this.#version
    this.#version = version
    if (changed) this.#onChange()
  }
}
