import type { DnsLookup } from '@sternpost/network'
import type { Clock } from '../base/index.ts'
import type { Logger } from '../log/index.ts'
import type { Registry } from '../metrics/index.ts'
import type { Store } from '../store/index.ts'
import { type CertificateSettings, Certificates } from './certificates/certificates.ts'
import type { PolicyHostReach } from './certificates/check-host.ts'
import type { RecordPublishing } from './dns/create-record-publisher.ts'
import { sharedPolicyHostName } from './dns/wanted-records.ts'
import type { PublishDnsSettings } from './dns/writer-settings.ts'
import { ChangeWatch } from './domains/change-watch.ts'
import { PublishStore } from './domains/publish-store.ts'
import { PolicyHost, type PolicyHostSettings } from './policy-host/policy-host.ts'
import type { EvidenceSources } from './rollout/collect-evidence.ts'
import type { RolloutOptions } from './rollout/create-rollout.ts'
import { createRecordHands } from './rollout/record-hands.ts'
import { type RunningRollout, startRollout } from './rollout/start-rollout.ts'

export interface PublishOptions {
  /** The section `publish` of the configuration. */
  readonly settings: {
    readonly policyHost: PolicyHostSettings
    readonly certificates: CertificateSettings
    readonly dns: Pick<PublishDnsSettings, 'policyHost' | 'operatorZone' | 'ttlSeconds'>
  }
  readonly store: Store
  readonly clock: Clock
  readonly random: () => number
  readonly dns: Pick<DnsLookup, 'lookup'>
  /** How records are written and seen. */
  readonly records: Pick<RecordPublishing, 'publisher' | 'writers' | 'ask'>
  /** Who is asked for the evidence of roll-outs. */
  readonly sources: EvidenceSources
  readonly rolloutSettings: RolloutOptions['settings']
  readonly registry: Registry
  readonly log: Logger
  /** Told of every certificate order's end, by the policy host's name. */
  readonly onOrder?: (host: string, result: string) => void
  /** Told that something that is published changed, by whomever. */
  readonly onDomains?: () => void
}

/** How one part of publishing does, for `/health`. */
export interface PublishHealth {
  readonly name: string
  readonly state: 'ok' | 'degraded' | 'down'
  readonly message: string
}

export interface RunningPublish {
  readonly publish: PublishStore
  readonly certificates: Certificates
  readonly rollout: RunningRollout
  /** Where the policy host listens in truth. */
  readonly addresses: readonly string[]
  health(): readonly PublishHealth[]
  close(): Promise<void>
}

/**
 * Sets the room to work: the policy host, and what keeps it at the newest state.
 *
 * Errors: `ListenError` where an address cannot be had; nothing is left open then.
 */
export async function startPublish(options: PublishOptions): Promise<RunningPublish> {
  const { settings, store, clock, random, registry, log, records, sources } = options
  const publish = new PublishStore(store, clock)
  const certificates = new Certificates({
    ...options,
    settings: orderable(settings),
    publish,
    reach: () => reachOf(settings.dns),
    dnsWriting: { writers: records.writers, askEveryServer: records.ask },
  })
  const host = new PolicyHost({
    settings: settings.policyHost,
    publish,
    certificates,
    clock,
    registry,
  })
  await host.start()
  const { addresses } = host
  if (addresses.length > 0) log.info({ addresses }, 'policies are served')
  certificates.start()
  const rollout = startRollout({
    settings: options.rolloutSettings,
    store,
    sources,
    records: createRecordHands({ publish, ...records, settings: settings.dns, clock }),
    clock,
    random,
    log,
    registry,
  })
  publish.onChange(() => {
    rollout.rollout.scheduler.domainsChanged()
    options.onDomains?.()
  })
  const watch = new ChangeWatch(store, clock, () => {
    publish.changed(undefined)
    certificates.lookSoon()
  })
  watch.start()
  return {
    publish,
    certificates,
    rollout,
    addresses,
    health: () => [
      { name: 'policy-host', state: 'ok', message: servedWhere(addresses) },
      certificates.health,
      rollout.health,
    ],
    async close() {
      await rollout.stop()
      watch.stop()
      await certificates.stop()
      await host.close()
    },
  }
}

/** Nothing is ordered for a policy host that speaks no TLS, and no challenge is taken that nobody here would answer. */
function orderable({ certificates, policyHost }: PublishOptions['settings']): CertificateSettings {
  const { listen, http } = policyHost
  return {
    ...certificates,
    agreeTerms: certificates.agreeTerms && listen.length > 0,
    challenges: certificates.challenges.filter(type => type !== 'http-01' || http.length > 0),
  }
}

/** Where `mta-sts.<domain>` may lead, as the records we ask for have it. */
function reachOf({ policyHost, operatorZone }: PublishOptions['settings']['dns']): PolicyHostReach {
  const names = [policyHost.name, operatorZone === undefined ? undefined : sharedPolicyHostName(operatorZone)]
  return { addresses: policyHost.addresses, names: names.filter(name => name !== undefined) }
}

function servedWhere(addresses: readonly string[]): string {
  if (addresses.length === 0) return 'policies are left to other web servers'
  return `policies are served at ${addresses.join(', ')}`
}
