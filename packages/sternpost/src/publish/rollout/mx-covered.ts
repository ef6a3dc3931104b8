import { type DomainName, formatMxHostPattern, type MtaStsPolicy, matchMxHost } from '@sternpost/protocol'

/** The MX hosts that a policy does not allow. */
export function uncoveredMxHosts(policy: MtaStsPolicy, mxHosts: readonly DomainName[]): DomainName[] {
  return mxHosts.filter(mxHost => !matchMxHost(mxHost, policy.mxHostPatterns))
}

/** Patterns as text, to compare and to print. */
export function patternTexts(policy: Pick<MtaStsPolicy, 'mxHostPatterns'>): string[] {
  return policy.mxHostPatterns.map(formatMxHostPattern)
}

/** The patterns of both, those of the first in their order first. */
export function unionOfPatterns(
  first: MtaStsPolicy['mxHostPatterns'],
  second: MtaStsPolicy['mxHostPatterns'],
): MtaStsPolicy['mxHostPatterns'] {
  const known = new Set(first.map(formatMxHostPattern))
  return [...first, ...second.filter(pattern => !known.has(formatMxHostPattern(pattern)))]
}

/** Patterns of `from` that `to` has no more. */
export function droppedPatterns(from: MtaStsPolicy, to: MtaStsPolicy): MtaStsPolicy['mxHostPatterns'] {
  const kept = new Set(patternTexts(to))
  return from.mxHostPatterns.filter(pattern => !kept.has(formatMxHostPattern(pattern)))
}

/** What was seen of one MX host in DNS over time. */
export interface MxSighting {
  readonly mxHost: DomainName
  readonly lastSeenAt: number
  /** When a look found it missing first; undefined while it is there. */
  readonly goneAt: number | undefined
  readonly ttlSeconds: number
}

/** TTLs are seen through a resolver's cache, as what is left of them; a day is the longest that is usual. */
export const MIN_MX_TTL_SECONDS = 86_400

/** Until when some resolver may give out an MX host that is gone, or would be gone if it went now. */
export function mxHostKnownUntil({ goneAt, ttlSeconds }: MxSighting, now: number): number {
  return (goneAt ?? now) + Math.max(ttlSeconds, MIN_MX_TTL_SECONDS) * 1000
}

/** Every MX host by which some sender may deliver now: those of today, and those in resolvers' caches. */
export function mxHostsInUse(
  live: readonly DomainName[],
  sightings: readonly MxSighting[],
  now: number,
): DomainName[] {
  const cached = sightings.filter(
    sighting => sighting.goneAt !== undefined && mxHostKnownUntil(sighting, now) > now,
  )
  return [...new Set([...live, ...cached.map(({ mxHost }) => mxHost)])]
}
