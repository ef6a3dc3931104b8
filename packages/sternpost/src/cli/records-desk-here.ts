import { createOutside } from '../daemon/index.ts'
import {
  compareLive,
  createRecordPublishing,
  DnsWriteError,
  OwnValues,
  outcomeJson,
  PublicationStore,
  type PublishedDomain,
  placeRecords,
  policyIdOfDomain,
  recordsOfDomain,
} from '../publish/index.ts'
import { type CommandIo, errLine } from './command-io.ts'
import type { PublishDesk } from './domain-database.ts'
import { domainDeskHere } from './domain-desk-here.ts'
import { exitCode } from './exit-code.ts'
import type { RecordsDesk, WhichRecords } from './records-desk.ts'

interface Call {
  readonly io: CommandIo
  /** Who orders. */
  readonly by: string
  readonly which: WhichRecords
}

/** Works on records of the database of this machine, with the same resolver and writers as the daemon. */
export async function withRecordsHere(
  desk: PublishDesk,
  { io, by, which }: Call,
  work: (records: RecordsDesk) => Promise<void>,
): Promise<void> {
  const { config, clock, store, publish } = desk
  const settings = config.publish.dns
  const publications = new PublicationStore(store, clock)
  const { dns } = createOutside(config, clock.now)
  const publishing = createRecordPublishing(settings, {
    store,
    clock,
    dns,
    env: io.env,
    random: Math.random,
    wallNow: io.now,
  })

  async function wantedOf(domain: PublishedDomain) {
    const policyId = await policyIdOfDomain(domain, { publish, publications })
    const ttlSeconds = which.ttl ?? settings.ttlSeconds
    const wanted = recordsOfDomain(domain, policyId, { ...settings, ttlSeconds })
    return { policyId, wanted: wanted.filter(({ part }) => which.part === 'all' || which.part === part) }
  }

  async function ordered(domain: PublishedDomain) {
    const { policyId, wanted } = await wantedOf(domain)
    // The id is announced after all that it depends on.
    const records = wanted.toSorted(
      (a, b) => Number(a.purpose === 'policy-id') - Number(b.purpose === 'policy-id'),
    )
    const how = {
      domainWriter: domain.dns.writer,
      takeOver: which.takeOver === true,
      ...(which.wait === undefined ? {} : { verifyTimeoutSeconds: which.wait }),
    }
    return { policyId, records, how }
  }

  try {
    await work({
      domains: domainDeskHere(desk, by),
      async placed(domain) {
        const { policyId, wanted } = await wantedOf(domain)
        const { operatorZone, writers } = settings
        const zones = which.zone === undefined ? writers.flatMap(writer => writer.zones) : [which.zone]
        const records = placeRecords(wanted, { domain: domain.domain, operatorZone, zones })
        const ownValues = await new OwnValues(store, clock).listed(records.map(({ name }) => name))
        return { domain, policyId, told: { records, ownValues } }
      },
      async live(domain) {
        const { policyId, wanted } = await wantedOf(domain)
        const isOwn = await publishing.ownValues.at(wanted.map(({ name }) => name))
        return { domain, policyId, told: await compareLive(wanted, publishing.ask, isOwn) }
      },
      async compare(domain) {
        const { policyId, records, how } = await ordered(domain)
        const { changes, outcomes } = await publishing.publisher.compare(records, how)
        const told = outcomes.map(outcome => outcomeJson(outcome, []))
        return { domain, policyId, told: { changes, records: told, done: false } }
      },
      async apply(domain) {
        const { policyId, records, how } = await ordered(domain)
        const { outcomes, verdicts, done } = await publishing.publisher.apply(records, how)
        const told = outcomes.map(outcome => outcomeJson(outcome, verdicts))
        return { domain, policyId, told: { changes: [], records: told, done } }
      },
    })
  } catch (error) {
    if (!(error instanceof DnsWriteError)) throw error
    errLine(io, `${error.message} [${error.code}]`)
    io.end(exitCode.usage)
  } finally {
    dns.close()
  }
}
