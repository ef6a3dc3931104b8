import { createSmtpProber, type DnsClient, type PolicyFetcher } from '@sternpost/network'
import type { DomainName } from '@sternpost/protocol'
import type { Clock } from '../base/index.ts'
import type { Config } from '../config/index.ts'
import type { EvidenceSources, LiveMx, RecordPublishing, RolloutSettings } from '../publish/index.ts'
import type { Store } from '../store/index.ts'
import { mxHostEvidence } from './mx-host-evidence.ts'
import { nameOfMachine } from './name-of-machine.ts'
import { policyFetchOptions } from './outside.ts'
import { reportEvidence } from './report-evidence.ts'

/** What publishing sees and does outside, for the daemon and for commands alike. */
export interface PublishOutside {
  readonly records: RecordPublishing
  readonly sources: EvidenceSources
  readonly rolloutSettings: RolloutSettings & { readonly checkEverySeconds: number }
}

/**
 * Joins other rooms to what publishing needs of them.
 *
 * Errors: throws where a file of the configuration cannot be read.
 */
export async function createPublishOutside(options: {
  readonly config: Config
  readonly dns: DnsClient
  readonly fetcher: PolicyFetcher
  readonly store: Store
  readonly clock: Clock
  readonly env: Readonly<Record<string, string | undefined>>
}): Promise<PublishOutside> {
  const { config, dns, fetcher, store, clock, env } = options
  const { createRecordPublishing, lookUpMx } = await import('../publish/index.ts')
  const { allowAddresses, heloName, smtpPort } = config.check
  const { ca } = policyFetchOptions(config)
  const prober = createSmtpProber({
    heloName: heloName ?? nameOfMachine(),
    port: smtpPort,
    allowAddresses,
    now: clock.now,
    ...(ca === undefined ? {} : { ca }),
  })

  async function liveMx(domain: DomainName): Promise<LiveMx | undefined> {
    const mx = await lookUpMx(dns, domain)
    if (mx.kind === 'unknown') return undefined
    return mx.kind === 'null' || mx.kind === 'none'
      ? { hosts: [], ttlSeconds: 0 }
      : { hosts: mx.hosts, ttlSeconds: mx.ttlSeconds }
  }

  return {
    records: createRecordPublishing(config.publish.dns, {
      store,
      clock,
      dns,
      env,
      random: Math.random,
      // Name servers and APIs compare with the time of day, whatever our ages are counted by.
      wallNow: Date.now,
    }),
    sources: {
      reports: (domain, since, failuresSince) => reportEvidence(store, domain, since, failuresSince),
      async check(domain) {
        const mx = await liveMx(domain)
        return mx === undefined ? undefined : mxHostEvidence(mx.hosts, { dns, prober, now: clock.now })
      },
      liveMx,
      fetchPolicy: domain => fetcher.fetch(domain),
    },
    rolloutSettings: rolloutSettings(config),
  }
}

function rolloutSettings({ publish: { rollout } }: Config): PublishOutside['rolloutSettings'] {
  return {
    gate: {
      minDays: rollout.minDays,
      minSessions: rollout.minSessions,
      minReporters: rollout.minReporters,
      minCertificateDays: rollout.minCertificateDays,
      minAvailability: rollout.minAvailabilityPercent / 100,
      // One missed check is no reason to shut a gate.
      maxCheckAgeSeconds: 2 * rollout.checkEverySeconds,
    },
    autoAdvance: rollout.autoAdvance,
    lookEverySeconds: rollout.lookEverySeconds,
    checkEverySeconds: rollout.checkEverySeconds,
  }
}
