import type { DomainName, MxHostPattern } from '@sternpost/protocol'
import type {
  CertificateState,
  DomainWishes,
  HosterJson,
  ImportedDomain,
  ImportedPatterns,
  ImportedState,
  MxOfDomain,
  NewDomain,
  PolicyVersion,
  ProposalOptions,
  PublishedDomain,
  WantedRecord,
} from '../publish/index.ts'
import type { CommandIo, GlobalOptions } from './command-io.ts'
import { atPublishDesk } from './domain-database.ts'
import { orderer } from './rollout-desk.ts'
import { sayWishErrors } from './say-wish-errors.ts'
import { serverOf } from './server-option.ts'

/** Everything about one domain that is published. */
export interface KnownDomain {
  readonly stored: PublishedDomain
  /** The oldest first. */
  readonly versions: readonly PolicyVersion[]
  /** Milliseconds since 1970; see `CacheHorizon`. */
  readonly enforceForgottenAt: number | undefined
  /** Whether a policy host runs where the domain is published. */
  readonly policyHostListens: boolean
}

/** What DNS says of a domain, and what comes of it. */
export interface ProposedDomain {
  readonly seen: MxOfDomain
  readonly patterns: readonly MxHostPattern[]
  readonly hoster: HosterJson | undefined
  readonly subdomains: readonly string[]
}

/** How the certificate of a policy host stands. */
export interface KnownCertificate {
  readonly state: CertificateState
  readonly isOrdered: boolean
  /** False where another web server has the certificates. */
  readonly isNeeded: boolean
}

/**
 * Published domains, wherever they are: what a command about them asks and orders.
 *
 * Two of these exist, so that each command is written once: one on the database of this machine, one on the API of a
 * daemon elsewhere.
 */
export interface DomainDesk {
  /** Milliseconds since 1970. */
  now(): number
  /** By name. */
  list(page: { readonly after?: string | undefined; readonly limit: number }): Promise<PublishedDomain[]>
  /** The domain, or a sentence that says that it is not there and what is left of it. */
  find(domain: DomainName): Promise<KnownDomain | string>
  /** `isKnown`: the domain is published already. */
  propose(domain: DomainName, isKnown: boolean, options: ProposalOptions): Promise<ProposedDomain>
  /** Undefined where it is there already. */
  add(domain: NewDomain): Promise<KnownDomain | undefined>
  /** Undefined where it is not there. */
  change(domain: DomainName, wishes: DomainWishes): Promise<KnownDomain | undefined>
  /** `force` is the reason to do it although a sender may hold a policy in mode enforce. */
  remove(domain: DomainName, force: string | undefined): Promise<void>
  /** The records it needs, or a sentence that says why they cannot be told. */
  records(domain: KnownDomain): Promise<readonly WantedRecord[] | string>
  certificate(domain: DomainName): Promise<KnownCertificate>
  /** The patterns that domains get where they are new; one answer for each. */
  importPatterns(domains: readonly ImportedDomain[]): Promise<readonly ImportedPatterns[]>
  /** Stores a batch of at most `IMPORT_BATCH`; one answer for each, a sentence for what is refused. */
  importBatch(
    domains: readonly (ImportedDomain & { readonly patterns: readonly MxHostPattern[] })[],
    options: { readonly update: boolean },
  ): Promise<readonly (ImportedState | { readonly message: string })[]>
  /** Whether `list` tells the domains of everybody. */
  seesAll(): Promise<boolean>
}

/** Runs a command on published domains, here or at the daemon that is named; says why where it cannot. */
export async function atDomainDesk(
  io: CommandIo,
  options: GlobalOptions,
  access: 'read' | 'write',
  work: (desk: DomainDesk) => Promise<void>,
): Promise<void> {
  const server = serverOf(io, options)
  if (server === 'bad') return
  if (server === undefined)
    return await atPublishDesk(io, options, access, async desk => {
      const { domainDeskHere } = await import('./domain-desk-here.ts')
      await work(domainDeskHere(desk, orderer(io)))
    })
  const [{ withServer }, { domainDeskThere }] = await Promise.all([
    import('./remote.ts'),
    import('./domain-desk-there.ts'),
  ])
  await withServer(io, server, api => sayWishErrors(io, () => work(domainDeskThere(api, io.now))))
}
