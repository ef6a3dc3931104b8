import { policyIdInRecord } from '../dns/domain-records.ts'
import type { PublishStore } from '../domains/publish-store.ts'
import type { PublishedDomain } from '../domains/published-domain.ts'
import { policyIdToAnnounce } from './policy-id-to-announce.ts'
import type { PublicationStore } from './publication-store.ts'

/** The id that the record of a domain shall bear now; null for none. */
export async function policyIdOfDomain(
  domain: PublishedDomain,
  { publish, publications }: { readonly publish: PublishStore; readonly publications: PublicationStore },
): Promise<string | null> {
  // A publication that waits for a person wants the new id set, and not the one before.
  const announced = policyIdToAnnounce(await publications.running(domain.domain))
  return announced === undefined ? policyIdInRecord(domain, await publish.versions(domain.domain)) : announced
}
