import { type DomainName, type MxHostPattern, matchMxHost, parseMxHostPattern } from '@sternpost/protocol'
import { type MxPreset, type MxPresetName, mxPresetNames, mxPresets } from './mx-presets.ts'

/**
 * The narrowest patterns that cover these MX hosts: each by its name.
 *
 * A wildcard would let whoever can put a host under it, or take one over, receive the mail (RFC 8461 §4.1, §10).
 */
export function proposePatterns(mxHosts: readonly DomainName[]): MxHostPattern[] {
  return [...new Set(mxHosts)].map(name => ({ wildcard: false, name }))
}

/**
 * Patterns with a wildcard for every parent that holds more than one of these hosts; only for those who ask.
 *
 * A parent of one label (`*.com`) is never taken.
 */
export function proposeWildcards(mxHosts: readonly DomainName[]): MxHostPattern[] {
  const hosts = [...new Set(mxHosts)]
  const parents = Map.groupBy(hosts, host => host.slice(host.indexOf('.') + 1) as DomainName)
  return [...parents].flatMap(([parent, below]): MxHostPattern[] =>
    below.length > 1 && parent.includes('.') ? [{ wildcard: true, name: parent }] : proposePatterns(below),
  )
}

/** The patterns of a preset as values. */
export function presetPatterns(name: MxPresetName): MxHostPattern[] {
  return mxPresets[name].patterns.flatMap(text => {
    const pattern = parseMxHostPattern(text)
    return pattern.ok ? [pattern.value] : []
  })
}

/** The hoster whose patterns cover every one of these hosts. */
export function recognizeHoster(mxHosts: readonly DomainName[]): MxPreset | undefined {
  if (mxHosts.length === 0) return undefined
  const name = mxPresetNames.find(each => {
    const patterns = presetPatterns(each)
    return mxHosts.every(host => matchMxHost(host, patterns))
  })
  return name === undefined ? undefined : mxPresets[name]
}
