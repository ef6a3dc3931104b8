import { formatMtaStsPolicy, formatMxHostPattern } from '@sternpost/protocol'
import { escapeForLine } from '../log/index.ts'
import type { PolicyVersion, PublishedDomain } from '../publish/index.ts'
import { wrapText } from './text-layout.ts'

/** A domain and its versions as JSON; see docs/reference/domain-json.md. */
export function domainJson(domain: PublishedDomain, versions: readonly PolicyVersion[]) {
  return {
    ...domain,
    wanted: {
      ...domain.wanted,
      mxHostPatterns: domain.wanted.mxHostPatterns.map(formatMxHostPattern),
      text: formatMtaStsPolicy(domain.wanted),
    },
    bimi: domain.bimi ?? null,
    servedPolicyId: domain.servedPolicyId ?? null,
    addedAt: timeOf(domain.addedAt),
    changedAt: timeOf(domain.changedAt),
    versions: versions.map(version => ({
      policyId: version.policyId,
      mode: version.value.mode,
      text: version.text,
      createdAt: timeOf(version.createdAt),
      firstServedAt: timeOf(version.firstServedAt),
      lastServedAt: timeOf(version.lastServedAt),
      announcedAt: timeOf(version.announcedAt),
      lastFetchedAt: timeOf(version.lastFetchedAt),
    })),
  }
}

function timeOf(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString()
}

/** A moment for people: `2026-11-25 19:59`, in UTC. */
export function formatMoment(at: number | undefined): string {
  return at === undefined ? '-' : new Date(at).toISOString().slice(0, 16).replace('T', ' ')
}

/** The lines of a policy file, set in. */
export function policyLines(text: string): string[] {
  return text
    .split('\r\n')
    .filter(line => line !== '')
    .map(line => `  ${escapeForLine(line)}`)
}

/** Where a domain's policy is fetched. */
export function policyUrl(domain: string): string {
  return `https://mta-sts.${domain}/.well-known/mta-sts.txt`
}

/** What is missing for the policy to be reached; empty where nothing is, as far as the configuration tells. */
export function reachNotes(policyHostListens: boolean, invokedAs: string): string[] {
  if (policyHostListens) return []
  return wrapText(
    `No policy host runs here yet: set publish.policyHost.listen and start ${invokedAs} serve, or write static files with ${invokedAs} domain export --static DIR.`,
  )
}
