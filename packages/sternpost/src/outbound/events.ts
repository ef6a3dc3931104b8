import type { DomainName } from '@sternpost/protocol'
import type { Clock } from '../base/index.ts'
import type { Store } from '../store/index.ts'
import { namesWith } from './names-with.ts'

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

export const outboundEventKinds = [
  'policy-found',
  'policy-changed',
  'policy-weakened',
  'record-removed',
  'refresh-failing',
  'policy-expired',
] as const satisfies readonly OutboundEvent['kind'][]

/** Those that a mistake at the other side or an attack on it looks like. */
export const downgradeSignals = [
  'policy-weakened',
  'record-removed',
  'refresh-failing',
  'policy-expired',
] as const satisfies readonly OutboundEvent['kind'][]

/** What of the history is wanted. */
export interface EventFilter {
  readonly policyDomain?: string | undefined
  /** A part of the policy domain's name. */
  readonly text?: string | undefined
  readonly kinds?: readonly string[] | undefined
  /** Times in milliseconds since 1970, the first included, the last not. */
  readonly from?: number | undefined
  readonly to?: number | undefined
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

  /** A page of the history, the newest first; `before` is the number of the last event of the page before. */
  async page(
    filter: EventFilter,
    limit: number,
    before?: number,
  ): Promise<(RecordedEvent & { readonly eventId: number })[]> {
    const { policyDomain, text, kinds, from, to } = filter
    const rows = await this.#store.read(db => {
      let query = db.selectFrom('outbound_events').selectAll().orderBy('event_id', 'desc').limit(limit)
      if (before !== undefined) query = query.where('event_id', '<', before)
      if (policyDomain !== undefined) query = query.where('policy_domain', '=', policyDomain)
      if (text !== undefined) query = query.where(namesWith('policy_domain', text))
      if (kinds !== undefined) query = query.where('kind', 'in', kinds)
      if (from !== undefined) query = query.where('at', '>=', from)
      if (to !== undefined) query = query.where('at', '<', to)
      return query.execute()
    })
    return (rows ?? []).map(row => ({
      eventId: Number(row.event_id),
      at: Number(row.at),
      policyDomain: row.policy_domain,
      kind: row.kind,
      detail: JSON.parse(row.detail),
    }))
  }

  /** How many events of each kind there were since a time. */
  async countSince(at: number): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#store.read(db =>
      db
        .selectFrom('outbound_events')
        .select(['kind', db.fn.countAll<number>().as('count')])
        .where('at', '>=', at)
        .groupBy('kind')
        .execute(),
    )
    return new Map((rows ?? []).map(({ kind, count }) => [kind, Number(count)]))
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
