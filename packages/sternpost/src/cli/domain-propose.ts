import type { DomainName } from '@sternpost/protocol'
import { type DomainWishes, mxPresetNames } from '../publish/index.ts'
import type { DomainDesk } from './domain-desk.ts'
import type { WishOptions } from './domain-options.ts'
import { WishError } from './domain-wishes.ts'

/** What DNS says and what comes of it; `patterns` is undefined where nothing can be proposed. */
export async function proposePatternsFor(
  desk: DomainDesk,
  domain: DomainName,
  isKnown: boolean,
  wishes: DomainWishes,
  options: WishOptions,
) {
  const preset = mxPresetNames.find(each => each === options.preset)
  if (options.preset !== undefined && preset === undefined)
    throw new WishError(`there is no preset ${options.preset}; there are ${mxPresetNames.join(', ')}`)
  const { patterns, ...proposed } = await desk.propose(domain, isKnown, {
    written: wishes.mxHostPatterns ?? [],
    preset,
    fromMx: options.fromMx === true,
    wildcards: options.wildcards === true,
  })
  const { seen } = proposed
  const hasHosts = 'hosts' in seen && seen.hosts.length > 0
  const needsNone = patterns.length === 0 && wishes.mode !== 'none'
  return {
    ...proposed,
    patterns: needsNone || (options.fromMx === true && !hasHosts) ? undefined : patterns,
  }
}
