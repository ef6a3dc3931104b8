import {
  formatMtaStsPolicy,
  formatMtaStsRecord,
  formatMxHostPattern,
  hosterPatterns,
  isDomainName,
  type MtaStsMode,
  type MxHostPattern,
  mailHosterOf,
  matchMxHost,
  parseMxHostPattern,
} from '@sternpost/protocol'
import type { Replacement } from '../finding.ts'
import type { DomainView } from './domain-view.ts'
import { recordLine } from './zone-line.ts'

/** Two weeks: what RFC 8461 §3.2 calls weeks, and short enough to live with a mistake. */
const PROPOSED_MAX_AGE_SECONDS = 1_209_600

/**
 * The narrowest patterns that cover every MX host of today.
 *
 * Shape: exact names, or for the hosts of a known hoster the patterns that it documents.
 */
export function patternsForMxHosts(mxHosts: readonly string[]): readonly MxHostPattern[] {
  const patterns = new Map<string, MxHostPattern>()
  for (const mxHost of mxHosts) {
    if (!isDomainName(mxHost) || matchMxHost(mxHost, [...patterns.values()])) continue
    const hoster = mailHosterOf(mxHost)
    const texts = hoster === undefined ? [mxHost] : hosterPatterns(hoster, mxHost)
    // What a hoster documents is for its usual hosts; a host beside them still needs its own line.
    const wanted = texts.flatMap(readPattern)
    const covering = matchMxHost(mxHost, wanted) ? wanted : readPattern(mxHost)
    for (const pattern of covering) patterns.set(formatMxHostPattern(pattern), pattern)
  }
  return [...patterns.values()]
}

/**
 * The whole policy file as it should be: today's hosts covered, mode and max_age kept where they are good.
 *
 * Shape: patterns in use stay, so that nothing is narrowed that a sender may need.
 */
export function proposedPolicy(view: DomainView, mode?: MtaStsMode): Replacement {
  const hosts = view.hosts.map(({ mxHost }) => mxHost)
  const kept = (view.servedPolicy?.mxHostPatterns ?? []).filter(pattern =>
    hosts.some(mxHost => isDomainName(mxHost) && matchMxHost(mxHost, [pattern])),
  )
  const uncovered = hosts.filter(mxHost => !isDomainName(mxHost) || !matchMxHost(mxHost, kept))
  const maxAge = view.servedPolicy?.maxAgeSeconds ?? 0
  const text = formatMtaStsPolicy({
    mode: mode ?? view.servedPolicy?.mode ?? 'testing',
    maxAgeSeconds: maxAge >= 86_400 ? maxAge : PROPOSED_MAX_AGE_SECONDS,
    mxHostPatterns: [...kept, ...patternsForMxHosts(uncovered)],
  })
  return { kind: 'file', name: `https://mta-sts.${view.domain}/.well-known/mta-sts.txt`, text }
}

/** The TXT record with an id nobody has cached: the time of the check. */
export function proposedRecord(view: DomainView): Replacement {
  const policyId = new Date(view.at)
    .toISOString()
    .replace(/[^0-9]/g, '')
    .slice(0, 14)
  const extensions = view.record?.extensions ?? []
  return recordLine(`_mta-sts.${view.domain}`, 'TXT', formatMtaStsRecord({ policyId, extensions }))
}

function readPattern(text: string): readonly MxHostPattern[] {
  const pattern = parseMxHostPattern(text)
  return pattern.ok ? [pattern.value] : []
}
