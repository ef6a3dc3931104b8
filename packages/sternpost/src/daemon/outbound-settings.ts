import type { Config } from '../config/index.ts'
import { type OutboundSettings, Overrides } from '../outbound/index.ts'

/** The part of the configuration that the outbound room can take over while it runs. */
export function outboundSettings({ outbound }: Config): OutboundSettings {
  return {
    dryRun: outbound.dryRun,
    answerBudgetMs: outbound.answerBudgetSeconds * 1000,
    whileFetching: outbound.whileFetching,
    afterFailure: outbound.afterFailure,
    refreshIntervalMs: outbound.refreshIntervalSeconds * 1000,
    retryAfterFailureMs: outbound.retryAfterFailureSeconds * 1000,
    minimumLevel: outbound.minimumLevel === 'none' ? undefined : outbound.minimumLevel,
    maxDomains: outbound.cache.maxDomains,
    overrides: new Overrides(
      outbound.overrides.map(override => ({
        domain: override.domain,
        override,
        expiresAt: override.expiresAt,
      })),
    ),
  }
}
