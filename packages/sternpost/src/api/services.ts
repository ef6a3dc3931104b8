import type { Clock } from '../base/index.ts'
import type { Logger } from '../log/index.ts'
import type { Store } from '../store/index.ts'
import type { EventHub } from './event-hub.ts'

/** What the handlers work with; the daemon joins it together. */
export interface ApiServices {
  readonly version: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly clock: Clock
  readonly store: Store
  readonly log: Logger
  readonly events: EventHub
  readonly health: () => readonly {
    readonly name: string
    readonly state: 'ok' | 'degraded' | 'down'
    readonly message: string
  }[]
}
