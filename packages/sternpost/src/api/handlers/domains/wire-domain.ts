import { formatMxHostPattern } from '@sternpost/protocol'
import { cacheHorizon, type PolicyVersion, type PublishedDomain } from '../../../publish/index.ts'
import type { PublishServices } from '../../services.ts'
import { momentOf } from './find-domain.ts'
import { choicesOf } from './read-wishes.ts'

/** A domain as a list of them has it over the wire. */
export function wireListedDomain(domain: PublishedDomain) {
  const { wanted, dns, bimi } = domain
  return {
    domain: domain.domain,
    mode: wanted.mode,
    mxHostPatterns: wanted.mxHostPatterns.map(formatMxHostPattern),
    maxAgeSeconds: wanted.maxAgeSeconds,
    tlsRptRua: [...domain.tlsRptRua],
    dnsWriter: dns.writer,
    dnsApply: dns.apply,
    delegation: domain.delegation,
    policyIdForm: domain.policyIdForm,
    bimi: bimi === undefined ? null : { ...bimi },
    tlsa: domain.tlsa.map(({ mxHost, records }) => ({ mxHost, records: [...records] })),
    servedPolicyId: domain.servedPolicyId ?? null,
    addedAt: momentOf(domain.addedAt),
    changedAt: momentOf(domain.changedAt),
    revision: domain.revision,
  }
}

/** A domain, every policy it had, and what of the configuration bears on it, over the wire. */
export function wireDomain(
  desk: PublishServices,
  domain: PublishedDomain,
  versions: readonly PolicyVersion[],
  now: number,
) {
  return {
    ...wireListedDomain(domain),
    versions: versions.map(({ policyId, text, value, ...times }) => ({
      policyId,
      mode: value.mode,
      text,
      maxAgeSeconds: value.maxAgeSeconds,
      mxHostPatterns: value.mxHostPatterns.map(formatMxHostPattern),
      createdAt: momentOf(times.createdAt),
      firstServedAt: momentOf(times.firstServedAt),
      lastServedAt: momentOf(times.lastServedAt),
      announcedAt: momentOf(times.announcedAt),
      lastFetchedAt: momentOf(times.lastFetchedAt),
    })),
    enforceForgottenAt: momentOf(cacheHorizon(versions, now).enforceForgottenAt),
    dnsWriters: choicesOf(desk).dnsWriters,
    policyHostListens: desk.policyHostListens,
  }
}
