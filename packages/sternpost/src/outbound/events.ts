import type { DomainName } from '@sternpost/protocol'
import type { Clock } from '../base/index.ts'
import type { Store } from '../store/index.ts'

/**
 * What is worth remembering about another domain's policy.
 *
 * `policy-changed` is ordinary; the others are downgrade signals: a mistake at the other side looks the same as
 * an attack on it.
 */
export type OutboundEvent = { readonly policyDomain: DomainName } & (
  | {
      readonly kind: 'policy-found' | 'policy-changed' | 'policy-weakened'
      readonly detail: {
        readonly from?: PolicySummary
        readonly to: PolicySummary
      }
    }
  | { readonly kind: 'record-removed'; readonly detail: { readonly policyId: string; readonly seen: string } }
  | {
      readonly kind: 'refresh-failing'
      readonly detail: {
        readonly policyId: string
        readonly code: string
        readonly reason: string
        readonly failures: number
      }
    }
  | {
      readonly kind: 'policy-expired'
      readonly detail: { readonly policyId: string; readonly reason: string }
    }
)

export interface PolicySummary {
  readonly policyId: string
  readonly mode: string
  readonly mx: readonly string[]
  readonly maxAgeSeconds: number
}

export interface RecordedEvent {
  readonly at: number
  readonly policyDomain: string
  readonly kind: string
  readonly detail: unknown
}

/** Events are kept for a year. */
const KEEP_MS = 366 * 86_400_000

/** The history of policy changes and downgrade signals. */
export class EventHistory {
  readonly #store: Store
  readonly #clock: Clock
  readonly #onEvent: (event: OutboundEvent) => void
  readonly #unsaved: { at: number; policy_domain: string; kind: string; detail: string }[] = []

  /** `onEvent` is told of each event at once, for log and metrics. */
  constructor(store: Store, clock: Clock, onEvent: (event: OutboundEvent) => void) {
    this.#store = store
    this.#clock = clock
    this.#onEvent = onEvent
  }

  async record(event: OutboundEvent): Promise<void> {
    this.#onEvent(event)
    this.#unsaved.push({
      at: this.#clock.now(),
      policy_domain: event.policyDomain,
      kind: event.kind,
      detail: JSON.stringify(event.detail),
    })
    // A dead disk must not fill the memory with history.
    if (this.#unsaved.length > MAX_UNSAVED) this.#unsaved.shift()
    await this.flush()
  }

  async flush(): Promise<void> {
    const batch = this.#unsaved.splice(0)
    if (batch.length === 0) return
    const saved = await this.#store.write(db => db.insertInto('outbound_events').values(batch).execute())
    if (!saved) this.#unsaved.unshift(...batch)
  }

  /** The newest events first, of one domain or of all. */
  async list(limit: number, policyDomain?: DomainName): Promise<RecordedEvent[]> {
    const rows = await this.#store.read(db => {
      const query = db.selectFrom('outbound_events').selectAll().orderBy('event_id', 'desc').limit(limit)
      return (policyDomain === undefined ? query : query.where('policy_domain', '=', policyDomain)).execute()
    })
    return (rows ?? []).map(row => ({
      at: Number(row.at),
      policyDomain: row.policy_domain,
      kind: row.kind,
      detail: JSON.parse(row.detail),
    }))
  }

  async prune(): Promise<void> {
    await this.#store.write(db =>
      db
        .deleteFrom('outbound_events')
        .where('at', '<', this.#clock.now() - KEEP_MS)
        .execute(),
    )
  }
}

const MAX_UNSAVED = 1_000
