import type { DnsLookup } from '@sternpost/network'
import type { Clock } from '../base/index.ts'
import type { Logger } from '../log/index.ts'
import type { Registry } from '../metrics/index.ts'
import type { Store } from '../store/index.ts'
import { type CertificateSettings, Certificates } from './certificates/certificates.ts'
import type { PolicyHostReach } from './certificates/check-host.ts'
import { sharedPolicyHostName } from './dns/wanted-records.ts'
import type { PublishDnsSettings } from './dns/writer-settings.ts'
import { ChangeWatch } from './domains/change-watch.ts'
import { PublishStore } from './domains/publish-store.ts'
import { PolicyHost, type PolicyHostSettings } from './policy-host/policy-host.ts'

export interface PublishOptions {
  /** The section `publish` of the configuration. */
  readonly settings: {
    readonly policyHost: PolicyHostSettings
    readonly certificates: CertificateSettings
    readonly dns: Pick<PublishDnsSettings, 'policyHost' | 'operatorZone'>
  }
  readonly store: Store
  readonly clock: Clock
  readonly random: () => number
  readonly dns: Pick<DnsLookup, 'lookup'>
  readonly registry: Registry
  readonly log: Logger
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
  const { settings, store, clock, registry, log } = options
  const publish = new PublishStore(store, clock)
  const certificates = new Certificates({
    ...options,
    settings: settings.certificates,
    publish,
    reach: () => reachOf(settings.dns),
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
  log.info({ addresses }, 'policies are served')
  certificates.start()
  const watch = new ChangeWatch(store, clock, () => {
    host.forget()
    certificates.domainsChanged()
  })
  watch.start()
  return {
    publish,
    certificates,
    addresses,
    health: () => [
      { name: 'policy-host', state: 'ok', message: `policies are served at ${addresses.join(', ')}` },
      certificates.health,
    ],
    async close() {
      watch.stop()
      await certificates.stop()
      await host.close()
    },
  }
}

/** Where `mta-sts.<domain>` may lead, as the records we ask for have it. */
function reachOf({ policyHost, operatorZone }: PublishOptions['settings']['dns']): PolicyHostReach {
  const names = [policyHost.name, operatorZone === undefined ? undefined : sharedPolicyHostName(operatorZone)]
  return { addresses: policyHost.addresses, names: names.filter(name => name !== undefined) }
}
