import { type DecisionRule, decisionRules } from '@sternpost/protocol'
import { Counter, Gauge } from 'prom-client'
import type { Registry } from '../metrics/index.ts'

/** What the outbound room counts. Labels are words of ours, so their number is bounded. */
export class OutboundMetrics {
  readonly decisions: Counter<'rule'>
  readonly fetches: Counter<'result'>
  readonly events: Counter<'kind'>
  /** Counted as a plain number, because the hot path has no time for more. */
  readyReplies = 0
  brokenConnections = 0

  constructor(
    registry: Registry,
    sources: {
      readonly connections: () => number
      readonly refusedConnections: () => number
      readonly unsavedPolicies: () => number
      readonly policies: () => Promise<number>
    },
  ) {
    const registers = [registry]
    this.decisions = new Counter({
      name: 'sternpost_outbound_decisions_total',
      help: 'Answers that were worked out, by the rule that decided.',
      labelNames: ['rule'],
      registers,
    })
    for (const rule of decisionRules) this.decisions.inc({ rule } satisfies { rule: DecisionRule }, 0)
    this.fetches = new Counter({
      name: 'sternpost_outbound_policy_fetches_total',
      help: 'Policy fetches, by "ok" or the code of what went wrong.',
      labelNames: ['result'],
      registers,
    })
    this.events = new Counter({
      name: 'sternpost_outbound_events_total',
      help: 'Policy changes and downgrade signals, by kind.',
      labelNames: ['kind'],
      registers,
    })
    const plain = (name: string, help: string, value: () => number) => {
      let counted = 0
      new Counter({
        name,
        help,
        registers,
        collect() {
          const now = value()
          this.inc(now - counted)
          counted = now
        },
      })
    }
    plain(
      'sternpost_socketmap_ready_replies_total',
      'Requests answered from memory at once.',
      () => this.readyReplies,
    )
    plain(
      'sternpost_socketmap_broken_total',
      'Connections closed because they did not speak socketmap.',
      () => this.brokenConnections,
    )
    plain(
      'sternpost_socketmap_refused_total',
      'Connections turned away because all places were busy.',
      sources.refusedConnections,
    )
    const gauge = (name: string, help: string, value: () => number | Promise<number>) =>
      new Gauge({
        name,
        help,
        registers,
        async collect() {
          this.set(await value())
        },
      })
    gauge('sternpost_socketmap_connections', 'Connections open now.', sources.connections)
    gauge('sternpost_outbound_policies', 'MTA-STS policies stored.', sources.policies)
    gauge(
      'sternpost_outbound_unsaved_policies',
      'Policies the database does not have yet.',
      sources.unsavedPolicies,
    )
  }
}
