import { formatMxHostPattern } from '@sternpost/protocol'
import type { PolicyVersion, PublishedDomain } from '../../../publish/index.ts'
import { momentOf } from './find-domain.ts'

/** A domain and its versions as they go over the wire. */
export function wireDomain(
  domain: PublishedDomain,
  versions: readonly PolicyVersion[],
  dnsWriters: readonly string[],
) {
  const { wanted, dns } = domain
  return {
    domain: domain.domain,
    mxHostPatterns: wanted.mxHostPatterns.map(formatMxHostPattern),
    maxAgeSeconds: wanted.maxAgeSeconds,
    tlsRptRua: [...domain.tlsRptRua],
    dnsWriter: dns.writer,
    dnsApply: dns.apply,
    delegation: domain.delegation,
    policyIdForm: domain.policyIdForm,
    servedPolicyId: domain.servedPolicyId ?? null,
    addedAt: momentOf(domain.addedAt),
    changedAt: momentOf(domain.changedAt),
    revision: domain.revision,
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
    dnsWriters: [...dnsWriters],
  }
}
