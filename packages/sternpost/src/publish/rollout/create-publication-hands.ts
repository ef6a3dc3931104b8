import { type DomainName, parseMtaStsPolicy } from '@sternpost/protocol'
import type { Clock } from '../../base/index.ts'
import type { PublishStore } from '../domains/publish-store.ts'
import { cacheHorizon, latest } from './cache-horizon.ts'
import type { EvidenceSources } from './collect-evidence.ts'
import type { EvidenceStore } from './evidence-store.ts'
import { fetchablePolicies } from './fetchable-policies.ts'
import { droppedPatterns, mxHostsInUse, uncoveredMxHosts } from './mx-covered.ts'
import type { Publication } from './publication.ts'
import type { PublicationHands, RecordOutcome, RecordSeen, ServeVerdict } from './publication-hands.ts'
import type { PublicationStore } from './publication-store.ts'

/** The records of a domain, as far as a roll-out changes them. */
export interface RecordHands {
  /** Writes everything but the id: what leads to the policy host, and where TLS reports go. */
  prepare(domain: DomainName): Promise<RecordOutcome>
  /** Writes the record with an id, or takes it away for null. */
  write(domain: DomainName, policyId: string | null): Promise<RecordOutcome>
  see(domain: DomainName, policyId: string | null): Promise<RecordSeen>
  /** Takes away what leads to the policy host. */
  retire(domain: DomainName): Promise<RecordOutcome>
  readonly ttlSeconds: number
}

/** Publications before these say nothing of what is in caches. */
const MAX_PUBLICATIONS = 100

/** Joins the store of what is served, the records and the look from outside to what a publication needs. */
export function createPublicationHands(options: {
  readonly publish: PublishStore
  readonly publications: PublicationStore
  readonly evidence: EvidenceStore
  readonly sources: Pick<EvidenceSources, 'liveMx' | 'fetchPolicy'>
  readonly records: RecordHands
  readonly clock: Clock
}): PublicationHands {
  const { publish, publications, evidence, sources, records, clock } = options

  async function mayServe(publication: Publication): Promise<ServeVerdict> {
    const { domain, policyText } = publication
    const policy = parseMtaStsPolicy(policyText)
    if (!policy.ok) return { ok: false, temporary: false, because: policy.issues[0].message }
    if (policy.value.mode !== 'enforce' || publication.override !== undefined) return { ok: true }
    const served = (await publish.servedVersion(domain))?.value
    // Who only allows more than before cannot do harm, whatever the MX records say.
    if (served?.mode === 'enforce' && droppedPatterns(served, policy.value).length === 0) return { ok: true }
    const mx = await sources.liveMx(domain)
    if (mx === undefined)
      return { ok: false, temporary: true, because: `the MX records of ${domain} could not be looked up` }
    const inUse = mxHostsInUse(mx.hosts, await evidence.sightings(domain), clock.now())
    const uncovered = uncoveredMxHosts(policy.value, inUse)
    if (uncovered.length === 0) return { ok: true }
    const because = `senders may deliver to ${uncovered.join(', ')}, which the policy in mode enforce would not allow`
    return { ok: false, temporary: false, because }
  }

  return {
    mayServe,
    async serve(domain, policyId) {
      await publish.serve(domain, policyId)
      return records.prepare(domain)
    },
    fetchPolicy: domain => sources.fetchPolicy(domain),
    writeRecord: (domain, policyId) => records.write(domain, policyId),
    seeRecord: (domain, policyId) => records.see(domain, policyId),
    recordTtlSeconds: records.ttlSeconds,
    async olderForgottenAt({ domain, policyId }) {
      const now = clock.now()
      const journal = await publications.list(domain, MAX_PUBLICATIONS)
      const versions = fetchablePolicies(await publish.versions(domain), journal, now)
      return latest(cacheHorizon(versions, now).held.filter(policy => policy.policyId !== policyId))
    },
    async retire(domain) {
      const outcome = await records.retire(domain)
      if (outcome.kind === 'failed') return outcome
      if ((await publish.get(domain)) !== undefined) {
        await publish.serve(domain, undefined)
        await publish.remove(domain)
      }
      // A record that only a person can take away leads nowhere from now on; nothing waits for it.
      return { kind: 'written', note: outcome.note }
    },
    async announced({ domain, policyId, mode }) {
      await publish.markAnnounced(domain, policyId)
      await publish.update(domain, ({ wanted }) => ({ wanted: { ...wanted, mode } }))
    },
  }
}
