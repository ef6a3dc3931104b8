import { createAuthoritativeLookup, type DnsLookup } from '@sternpost/network'
import type { Clock } from '../../base/index.ts'
import type { Store } from '../../store/index.ts'
import { askEveryServer } from './ask-every-server.ts'
import { createWriters } from './create-writers.ts'
import type { DnsWriter } from './dns-writer.ts'
import { OwnValues } from './own-values.ts'
import type { Environment } from './read-secret.ts'
import { RecordPublisher } from './record-publisher.ts'
import type { AskEveryServer } from './verify-records.ts'
import type { PublishDnsSettings } from './writer-settings.ts'

export interface RecordPublisherWorld {
  readonly store: Store
  readonly clock: Clock
  /** Finds name servers; should keep answers for a short time only. */
  readonly dns: DnsLookup
  readonly env: Environment
  /** 0 to 1. */
  readonly random: () => number
  /** Milliseconds since 1970 by the clock that name servers and APIs compare with theirs. */
  readonly wallNow: () => number
}

/** Everything about DNS records, joined as the configuration says. */
export interface RecordPublishing {
  readonly publisher: RecordPublisher
  readonly writers: readonly DnsWriter[]
  readonly ownValues: OwnValues
  readonly ask: AskEveryServer
}

/** Joins writers, the memory of what is ours and the look at every authoritative server. */
export function createRecordPublishing(
  settings: PublishDnsSettings,
  world: RecordPublisherWorld,
): RecordPublishing {
  const { store, clock, dns, env, random, wallNow } = world
  const ask = askEveryServer(
    createAuthoritativeLookup({ dns, now: () => clock.now(), allowAddresses: settings.allowAddresses }),
  )
  const writers = createWriters(settings.writers, { env, now: wallNow, ask })
  const ownValues = new OwnValues(store, clock)
  const publisher = new RecordPublisher({
    writers,
    ownValues,
    ask,
    clock,
    random,
    verifyTimeoutSeconds: settings.verifyTimeoutSeconds,
  })
  return { publisher, writers, ownValues, ask }
}
