import { Counter, Gauge } from 'prom-client'
import type { Registry } from '../../metrics/index.ts'
import { requestResults } from './answer-request.ts'

/** Why a handshake was refused before it began, or failed. */
export const handshakeRefusals = ['no-name', 'unknown-name', 'no-certificate', 'no-hello', 'failed'] as const
export type HandshakeRefusal = (typeof handshakeRefusals)[number]

/** What the policy host counts. Labels are words of ours, never a name that a stranger can invent. */
export class PolicyHostMetrics {
  readonly requests: Counter<'result'>
  readonly refusals: Counter<'reason'>
  readonly handshakes: Counter<'resumed'>
  readonly challenges: Counter<'kind'>

  constructor(
    registry: Registry,
    sources: { readonly connections: () => number; readonly refusedConnections: () => number },
  ) {
    const registers = [registry]
    this.requests = new Counter({
      name: 'sternpost_policy_host_requests_total',
      help: 'Requests to the policy host, by what came of them.',
      labelNames: ['result'],
      registers,
    })
    for (const result of requestResults) this.requests.inc({ result }, 0)
    this.refusals = new Counter({
      name: 'sternpost_policy_host_handshakes_refused_total',
      help: 'TLS handshakes that did not come about; unknown-name: a host that is not published here.',
      labelNames: ['reason'],
      registers,
    })
    for (const reason of handshakeRefusals) this.refusals.inc({ reason }, 0)
    this.handshakes = new Counter({
      name: 'sternpost_policy_host_handshakes_total',
      help: 'TLS handshakes, and whether a session was resumed.',
      labelNames: ['resumed'],
      registers,
    })
    this.challenges = new Counter({
      name: 'sternpost_policy_host_challenges_total',
      help: 'Questions of certificate authorities that were answered.',
      labelNames: ['kind'],
      registers,
    })
    new Gauge({
      name: 'sternpost_policy_host_connections',
      help: 'Connections open now.',
      registers,
      collect() {
        this.set(sources.connections())
      },
    })
    let counted = 0
    new Counter({
      name: 'sternpost_policy_host_connections_refused_total',
      help: 'Connections closed at once because there were too many, in all or from one source.',
      registers,
      collect() {
        const now = sources.refusedConnections()
        this.inc(now - counted)
        counted = now
      },
    })
  }
}
