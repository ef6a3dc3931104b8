import type { DomainName } from '@sternpost/protocol'
import { type DomainWishes, mxPresetNames, proposeDomain } from '../publish/index.ts'
import type { PublishDesk } from './domain-database.ts'
import type { WishOptions } from './domain-options.ts'
import { WishError } from './domain-wishes.ts'

/** What DNS says and what comes of it; `patterns` is undefined where nothing can be proposed. */
export async function proposePatternsFor(
  desk: PublishDesk,
  domain: DomainName,
  wishes: DomainWishes,
  options: WishOptions,
) {
  const { createOutside } = await import('../daemon/index.ts')
  const preset = mxPresetNames.find(each => each === options.preset)
  if (options.preset !== undefined && preset === undefined)
    throw new WishError(`there is no preset ${options.preset}; there are ${mxPresetNames.join(', ')}`)
  const { dns } = createOutside(desk.config, desk.clock.now)
  try {
    const { seen, patterns, hoster, subdomains } = await proposeDomain(dns, domain, {
      written: wishes.mxHostPatterns ?? [],
      preset,
      fromMx: options.fromMx === true,
      wildcards: options.wildcards === true,
    })
    const hasHosts = 'hosts' in seen && seen.hosts.length > 0
    const needsNone = patterns.length === 0 && wishes.mode !== 'none'
    return {
      seen,
      patterns: needsNone || (options.fromMx === true && !hasHosts) ? undefined : patterns,
      presets: hoster,
      subdomains,
    }
  } finally {
    dns.close()
  }
}
