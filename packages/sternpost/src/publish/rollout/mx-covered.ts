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
