import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { getCACertificates } from 'node:tls'
import {
  createAuthoritativeLookup,
  createSmtpProber,
  type DnsClient,
  type PolicyFetcher,
} from '@sternpost/network'
import { type DomainName, isDomainName } from '@sternpost/protocol'
import type { Clock } from '../base/index.ts'
import type { Config } from '../config/index.ts'
import type {
  AskEveryServer,
  DnsWriter,
  EvidenceSources,
  LiveMx,
  RecordPublisher,
  RolloutSettings,
} from '../publish/index.ts'
import type { Store } from '../store/index.ts'
import { mxHostEvidence } from './mx-host-evidence.ts'
import { reportEvidence } from './report-evidence.ts'

/** What publishing sees and does outside, for the daemon and for commands alike. */
export interface PublishOutside {
  readonly records: {
    readonly publisher: RecordPublisher
    readonly writers: readonly DnsWriter[]
    readonly ask: AskEveryServer
  }
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
  const { askEveryServer, createWriters, lookUpMx, OwnValues, RecordPublisher } = await import(
    '../publish/index.ts'
  )
  const { allowAddresses, caFile } = config.outbound.policyFetch
  const ask = askEveryServer(createAuthoritativeLookup({ dns, allowAddresses, now: clock.now }))
  const writers = createWriters(
    config.publish.dns.writers.filter(writer => writer.type === 'rfc2136'),
    { env, now: clock.now, ask },
  )
  const publisher = new RecordPublisher({
    writers,
    ownValues: new OwnValues(store, clock),
    ask,
    clock,
    random: Math.random,
    verifyTimeoutSeconds: config.publish.dns.verifyTimeoutSeconds,
  })
  const prober = createSmtpProber({
    heloName: ownName(),
    allowAddresses,
    now: clock.now,
    ...(caFile === undefined ? {} : { ca: [...getCACertificates('default'), readFileSync(caFile, 'utf8')] }),
  })

  async function liveMx(domain: DomainName): Promise<LiveMx | undefined> {
    const mx = await lookUpMx(dns, domain)
    if (mx.kind === 'unknown') return undefined
    return mx.kind === 'null' || mx.kind === 'none'
      ? { hosts: [], ttlSeconds: 0 }
      : { hosts: mx.hosts, ttlSeconds: mx.ttlSeconds }
  }

  return {
    records: { publisher, writers, ask },
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

/** What this machine calls itself to MX hosts; one without a name in DNS gives an address, as RFC 5321 §4.1.3 has it. */
function ownName(): string {
  const name = hostname().toLowerCase()
  return isDomainName(name) ? name : '[127.0.0.1]'
}
