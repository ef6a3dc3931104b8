import type { PublishedDomain, RecordPublishing, WantedRecord } from '../publish/index.ts'
import { type CommandIo, errLine } from './command-io.ts'
import { atPublishDesk, type PublishDesk } from './domain-database.ts'
import { readDomain, WishError } from './domain-wishes.ts'
import { exitCode } from './exit-code.ts'
import type { RecordsOptions } from './records.ts'

/** One domain with the records it needs. */
export interface DomainRecords {
  readonly domain: PublishedDomain
  readonly policyId: string | null
  readonly records: readonly WantedRecord[]
}

const PAGE = 500

/**
 * Runs a command on the records of the domains named, or of all.
 *
 * Errors: says on standard error which domain is not published here, or whose records the settings cannot tell.
 */
export async function atRecordsDesk(
  io: CommandIo,
  options: RecordsOptions,
  names: readonly string[],
  work: (desk: PublishDesk, domains: AsyncIterable<DomainRecords>) => Promise<void>,
): Promise<void> {
  await atPublishDesk(io, options, options.apply === true ? 'write' : 'read', async desk => {
    if ((names.length === 0) === (options.all !== true))
      throw new WishError('name one domain or several, or give --all')
    const domains = names.map(readDomain)
    const { policyIdOfDomain, PublicationStore, recordsOfDomain, DnsWriteError } = await import(
      '../publish/index.ts'
    )
    const publications = new PublicationStore(desk.store, desk.clock)

    async function* each(): AsyncGenerator<DomainRecords> {
      for await (const domain of domains.length > 0 ? named() : all()) {
        const policyId = await policyIdOfDomain(domain, { publish: desk.publish, publications })
        const settings = desk.config.publish.dns
        const ttlSeconds = options.ttl ?? settings.ttlSeconds
        const wanted = recordsOfDomain(domain, policyId, { ...settings, ttlSeconds })
        const records = wanted.filter(({ part }) => options.part === 'all' || options.part === part)
        yield { domain, policyId, records }
      }
    }
    async function* named(): AsyncGenerator<PublishedDomain> {
      for (const name of domains) {
        const domain = await desk.publish.get(name)
        if (domain !== undefined) yield domain
        else {
          errLine(io, `${name} is not published here; to publish it: ${io.invokedAs} domain add ${name}`)
          io.end(exitCode.findings)
        }
      }
    }
    async function* all(): AsyncGenerator<PublishedDomain> {
      for (let after: string | undefined; ; ) {
        const page = await desk.publish.list({ ...(after === undefined ? {} : { after }), limit: PAGE })
        yield* page
        after = page.at(-1)?.domain
        if (page.length < PAGE) return
      }
    }
    try {
      await work(desk, each())
    } catch (error) {
      if (!(error instanceof DnsWriteError)) throw error
      errLine(io, `${error.message} [${error.code}]`)
      io.end(exitCode.usage)
    }
  })
}

/** Runs a command that looks at name servers or writes, with the same resolver as the daemon. */
export async function withRecordPublishing(
  io: CommandIo,
  { config, clock, store }: PublishDesk,
  work: (publishing: RecordPublishing) => Promise<void>,
): Promise<void> {
  const [{ createOutside }, { createRecordPublishing }] = await Promise.all([
    import('../daemon/index.ts'),
    import('../publish/index.ts'),
  ])
  const { dns } = createOutside(config, clock.now)
  try {
    await work(
      createRecordPublishing(config.publish.dns, {
        store,
        clock,
        dns,
        env: io.env,
        random: Math.random,
        wallNow: io.now,
      }),
    )
  } finally {
    dns.close()
  }
}
