import type { DnsLookup } from '@sternpost/network'
import type { PublishServices } from '../api/index.ts'
import type { Clock } from '../base/index.ts'
import type { Config } from '../config/index.ts'
import type { Logger } from '../log/index.ts'
import type { Store } from '../store/index.ts'
import type { PublishOutside } from './publish-outside.ts'

/** Joins what the API works with for published domains; what it orders is executed by whoever executes publications. */
export async function openPublishDesk(options: {
  readonly config: Config
  readonly outside: PublishOutside
  readonly dns: DnsLookup
  readonly beginPublishing: () => Promise<void>
  readonly store: Store
  readonly clock: Clock
  readonly log: Logger
}): Promise<PublishServices> {
  const { config, outside, dns: lookup, beginPublishing, store, clock, log } = options
  const { createRecordHands, createRollout, createStateReader, executorName, PublishStore } = await import(
    '../publish/index.ts'
  )
  const { records, sources, rolloutSettings } = outside
  const { dns, certificates, policyHost } = config.publish
  const publish = new PublishStore(store, clock)
  return {
    rollout: createRollout({
      name: executorName('command'),
      settings: rolloutSettings,
      store,
      sources,
      records: createRecordHands({ publish, ...records, settings: dns, clock }),
      clock,
      random: Math.random,
      log,
    }),
    autoAdvance: rolloutSettings.autoAdvance,
    gate: rolloutSettings.gate,
    sources,
    dns: lookup,
    records,
    recordSettings: dns,
    readCertificate: createStateReader({ store, clock, files: certificates.files, log }),
    ordersCertificates: certificates.agreeTerms && policyHost.listen.length > 0,
    policyHostServesHttps: policyHost.listen.length > 0,
    policyHostListens: policyHost.listen.length > 0 || policyHost.plainHttp.length > 0,
    beginPublishing,
  }
}
