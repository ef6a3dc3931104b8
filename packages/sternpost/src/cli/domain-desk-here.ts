import type { DnsLookup } from '@sternpost/network'
import type { DomainName } from '@sternpost/protocol'
import {
  cacheHorizon,
  changeOf,
  createPatternFinder,
  DnsWriteError,
  describeHorizon,
  hosterJson,
  importDomains,
  PublicationStore,
  type PublishedDomain,
  policyIdOfDomain,
  proposeDomain,
  recordsOfDomain,
  removeByForce,
} from '../publish/index.ts'
import { stateReader } from './certificate-text.ts'
import type { PublishDesk } from './domain-database.ts'
import type { DomainDesk, KnownDomain } from './domain-desk.ts'

/** Published domains of the database of this machine; `by` is who orders. */
export function domainDeskHere(desk: PublishDesk, by: string): DomainDesk {
  const { publish, store, clock, config } = desk
  const { policyHost, certificates } = config.publish

  return {
    now: () => clock.now(),
    list: page => publish.list(page),
    async find(domain) {
      const stored = await publish.get(domain)
      if (stored !== undefined) return known(stored)
      const versions = await publish.versions(domain)
      const horizon = describeHorizon(cacheHorizon(versions, clock.now()), clock.now())
      return `${domain} is not published here${versions.length === 0 ? '' : ` any more; ${horizon}`}`
    },
    propose: (domain, _isKnown, options) =>
      withDns(async dns => {
        const { hoster, ...proposal } = await proposeDomain(dns, domain, options)
        return { ...proposal, hoster: hoster === undefined ? undefined : hosterJson(hoster) }
      }),
    async add(domain) {
      const added = await publish.addServed([domain])
      return added.length === 0 ? undefined : knownBy(domain.domain)
    },
    async change(domain, wishes) {
      const changed = await publish.update(domain, current => changeOf(current, wishes))
      return changed === undefined ? undefined : known(changed)
    },
    async remove(domain, force) {
      if (force === undefined) await publish.remove(domain)
      else await removeByForce(store, clock, domain, { by, reason: force })
    },
    async records({ stored }) {
      const publications = new PublicationStore(store, clock)
      try {
        return recordsOfDomain(
          stored,
          await policyIdOfDomain(stored, { publish, publications }),
          config.publish.dns,
        )
      } catch (error) {
        if (error instanceof DnsWriteError) return error.message
        throw error
      }
    },
    async certificate(domain) {
      const isNeeded = policyHost.listen.length > 0
      return {
        state: await stateReader(desk)(domain),
        isOrdered: certificates.agreeTerms && isNeeded,
        isNeeded,
      }
    },
    importPatterns: domains =>
      withDns(async dns => {
        const find = createPatternFinder(dns)
        return await Promise.all(domains.map(find))
      }),
    importBatch: (domains, options) => importDomains(publish, domains, options),
    seesAll: async () => true,
  }

  async function known(stored: PublishedDomain): Promise<KnownDomain> {
    const versions = await publish.versions(stored.domain)
    const { enforceForgottenAt } = cacheHorizon(versions, clock.now())
    const policyHostListens = policyHost.listen.length > 0 || policyHost.plainHttp.length > 0
    return { stored, versions, enforceForgottenAt, policyHostListens }
  }

  async function knownBy(domain: DomainName): Promise<KnownDomain | undefined> {
    const stored = await publish.get(domain)
    return stored === undefined ? undefined : known(stored)
  }

  async function withDns<T>(work: (dns: DnsLookup) => Promise<T>): Promise<T> {
    const { createOutside } = await import('../daemon/index.ts')
    const { dns } = createOutside(config, clock.now)
    try {
      return await work(dns)
    } finally {
      dns.close()
    }
  }
}
