import type { DecisionSettings } from './next-hop-policies.ts'

/** What of the outbound room can be changed while it runs, by a reload of the configuration. */
export interface OutboundSettings extends DecisionSettings {
  readonly dryRun: boolean
  readonly refreshIntervalMs: number
  readonly retryAfterFailureMs: number
  /** Domains whose policies are kept; see `PolicyStore.prune`. */
  readonly maxDomains: number
}
