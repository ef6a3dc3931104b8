import type { DomainName } from '../names/domain-name.ts'
import { formatMxHostPattern, type MxHostPattern, matchMxHost } from '../names/mx-host-pattern.ts'

/**
 * Says why no pattern of a policy allows an MX host; undefined where one does.
 *
 * The usual mistake is a wildcard taken for any depth, so it is looked for first.
 * Source: RFC 8461 §4.1.
 */
export function explainMxMismatch(
  mxHost: DomainName,
  patterns: readonly MxHostPattern[],
): string | undefined {
  if (matchMxHost(mxHost, patterns)) return undefined
  if (patterns.length === 0) return `${mxHost} is not allowed: the policy has no mx line.`
  const wildcards = patterns.filter(({ wildcard }) => wildcard)
  const bare = wildcards.find(({ name }) => name === mxHost)
  if (bare !== undefined)
    return `${formatMxHostPattern(bare)} does not allow ${mxHost}: the * stands for exactly one label, and here is none. Add a line mx: ${mxHost}.`
  const deep = wildcards
    .filter(({ name }) => mxHost.endsWith(`.${name}`))
    .sort((a, b) => b.name.length - a.name.length)[0]
  if (deep !== undefined) {
    const labels = mxHost.slice(0, -deep.name.length - 1)
    const parent = mxHost.slice(mxHost.indexOf('.') + 1)
    return `${formatMxHostPattern(deep)} does not allow ${mxHost}: the * stands for exactly one label, and ${labels} is ${labels.split('.').length}. Add a line mx: ${mxHost} or mx: *.${parent}.`
  }
  const shown = patterns.slice(0, MAX_SHOWN).map(formatMxHostPattern).join(', ')
  const more = patterns.length > MAX_SHOWN ? ` and ${patterns.length - MAX_SHOWN} more` : ''
  return `${mxHost} is not allowed by the policy, which has mx ${shown}${more}. If the host is yours, add a line mx: ${mxHost}.`
}

const MAX_SHOWN = 5
