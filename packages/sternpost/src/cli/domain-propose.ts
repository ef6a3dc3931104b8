import { type DomainName, formatMxHostPattern, type MxHostPattern } from '@sternpost/protocol'
import {
  DEFAULT_MAX_AGE_SECONDS,
  lookUpMx,
  mxPresetNames,
  mxPresets,
  type NewDomain,
  presetPatterns,
  proposePatterns,
  proposeWildcards,
  recognizeHoster,
} from '../publish/index.ts'
import type { PublishDesk } from './domain-database.ts'
import type { WishOptions } from './domain-options.ts'
import { WishError, type Wishes } from './domain-wishes.ts'

/** Labels under which many domains take mail; each is a domain of its own for MTA-STS (RFC 8461 §3.4). */
const SUBDOMAIN_LABELS = ['mail', 'lists', 'news', 'info', 'bounce', 'support'] as const

/** What DNS says and what comes of it; `patterns` is undefined where nothing can be proposed. */
export async function proposePatternsFor(
  desk: PublishDesk,
  domain: DomainName,
  wishes: Wishes,
  options: WishOptions,
) {
  const { createOutside } = await import('../daemon/index.ts')
  const preset = mxPresetNames.find(each => each === options.preset)
  if (options.preset !== undefined && preset === undefined)
    throw new WishError(`there is no preset ${options.preset}; there are ${mxPresetNames.join(', ')}`)
  const { dns } = createOutside(desk.config, desk.clock.now)
  try {
    const [seen, ...below] = await Promise.all([
      lookUpMx(dns, domain),
      ...SUBDOMAIN_LABELS.map(label => lookUpMx(dns, `${label}.${domain}` as DomainName)),
    ])
    const subdomains = SUBDOMAIN_LABELS.filter((_, index) => below[index]?.kind === 'hosts').map(
      label => `${label}.${domain}`,
    )
    const hosts = 'hosts' in seen ? seen.hosts : []
    const fromMx = options.wildcards === true ? proposeWildcards(hosts) : proposePatterns(hosts)
    const written = [
      ...(wishes.mxHostPatterns ?? []),
      ...(preset === undefined ? [] : presetPatterns(preset)),
    ]
    const wantsMx = options.fromMx === true || written.length === 0
    const patterns = dedupe([...written, ...(wantsMx ? fromMx : [])])
    const needsNone = patterns.length === 0 && wishes.mode !== 'none'
    return {
      seen,
      patterns: needsNone || (options.fromMx === true && hosts.length === 0) ? undefined : patterns,
      presets: preset === undefined ? recognizeHoster(hosts) : mxPresets[preset],
      subdomains,
    }
  } finally {
    dns.close()
  }
}

/** A domain as it is added, with what was not wished for at its default. */
export function newDomain(
  domain: DomainName,
  wishes: Wishes,
  mxHostPatterns: readonly MxHostPattern[],
): NewDomain {
  return {
    domain,
    wanted: {
      mode: wishes.mode ?? 'testing',
      maxAgeSeconds: wishes.maxAgeSeconds ?? DEFAULT_MAX_AGE_SECONDS,
      mxHostPatterns,
    },
    tlsRptRua: wishes.tlsRptRua ?? [],
    dns: { writer: wishes.dnsWriter ?? 'none', apply: wishes.dnsApply ?? 'ask' },
    delegation: wishes.delegation ?? 'direct',
    policyIdForm: wishes.policyIdForm ?? 'utc',
    bimi: wishes.bimi,
    tlsa: wishes.tlsa ?? [],
  }
}

function dedupe(patterns: readonly MxHostPattern[]): MxHostPattern[] {
  return [...new Map(patterns.map(pattern => [formatMxHostPattern(pattern), pattern])).values()]
}
