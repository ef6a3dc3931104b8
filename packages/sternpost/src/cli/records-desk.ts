import type {
  Comparison,
  LiveRecord,
  OutcomeJson,
  PlacedRecord,
  PublishedDomain,
  RecordSetType,
} from '../publish/index.ts'
import { type CommandIo, errLine } from './command-io.ts'
import { atPublishDesk } from './domain-database.ts'
import type { DomainDesk } from './domain-desk.ts'
import { readDomain, WishError } from './domain-wishes.ts'
import { eachDomain } from './each-domain.ts'
import { exitCode } from './exit-code.ts'
import type { RecordsOptions } from './records.ts'
import { orderer } from './rollout-desk.ts'
import { sayWishErrors } from './say-wish-errors.ts'
import { serverOf } from './server-option.ts'

/** What a command is told of one domain's records, with the id that its record bears. */
export interface OfDomain<T> {
  readonly domain: PublishedDomain
  readonly policyId: string | null
  readonly told: T
}

/** Records with their zones, and what was written at their names before. */
export interface PlacedRecords {
  readonly records: readonly PlacedRecord[]
  readonly ownValues: (name: string, type: RecordSetType) => readonly string[]
}

/** What a writer would change, or has changed. */
export interface RecordsWork {
  readonly changes: Comparison['changes']
  readonly records: readonly OutcomeJson[]
  readonly done: boolean
}

/** Records of published domains, wherever these are; as `DomainDesk`, here or at a daemon elsewhere. */
export interface RecordsDesk {
  readonly domains: DomainDesk
  /** Those too that shall not be there. */
  placed(domain: PublishedDomain): Promise<OfDomain<PlacedRecords>>
  live(domain: PublishedDomain): Promise<OfDomain<readonly LiveRecord[]>>
  /** Writes nothing. */
  compare(domain: PublishedDomain): Promise<OfDomain<RecordsWork>>
  apply(domain: PublishedDomain): Promise<OfDomain<RecordsWork>>
}

/** Which records are meant, and how they are written. */
export type WhichRecords = Pick<RecordsOptions, 'part' | 'takeOver' | 'ttl' | 'wait' | 'zone'>

/**
 * Runs a command on the records of the domains named, or of all.
 *
 * Errors: says on standard error which domain is not published, or whose records the settings cannot tell.
 */
export async function atRecordsDesk(
  io: CommandIo,
  options: RecordsOptions,
  names: readonly string[],
  work: (desk: RecordsDesk, domains: AsyncIterable<PublishedDomain>) => Promise<void>,
): Promise<void> {
  const server = serverOf(io, options)
  if (server === 'bad') return
  const run = async (desk: RecordsDesk) => {
    if ((names.length === 0) === (options.all !== true))
      throw new WishError('name one domain or several, or give --all')
    const only = options.all === true ? undefined : names.map(readDomain)
    await work(
      desk,
      eachDomain(desk.domains, only, domain => {
        errLine(io, `${domain} is not published here; to publish it: ${io.invokedAs} domain add ${domain}`)
        io.end(exitCode.findings)
      }),
    )
  }
  if (server === undefined) {
    const access = options.apply === true ? 'write' : 'read'
    return await atPublishDesk(io, options, access, async desk => {
      const { withRecordsHere } = await import('./records-desk-here.ts')
      await withRecordsHere(desk, { io, by: orderer(io), which: options }, run)
    })
  }
  const [{ withServer }, { recordsDeskThere }] = await Promise.all([
    import('./remote.ts'),
    import('./records-desk-there.ts'),
  ])
  await withServer(io, server, api => sayWishErrors(io, () => run(recordsDeskThere(api, io.now, options))))
}
