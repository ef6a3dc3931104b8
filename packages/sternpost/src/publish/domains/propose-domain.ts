import type { DnsLookup } from '@sternpost/network'
import { type DomainName, formatMxHostPattern, type MxHostPattern } from '@sternpost/protocol'
import { lookUpMx, type MxOfDomain } from './look-up-mx.ts'
import { type MxPreset, type MxPresetName, mxPresets } from './mx-presets.ts'
import { presetPatterns, proposePatterns, proposeWildcards, recognizeHoster } from './propose-patterns.ts'

/** Labels under which many domains take mail; each is a domain of its own for MTA-STS (RFC 8461 §3.4). */
const SUBDOMAIN_LABELS = ['mail', 'lists', 'news', 'info', 'bounce', 'support'] as const

export interface ProposalOptions {
  /** Patterns that somebody has written down. */
  readonly written?: readonly MxHostPattern[]
  readonly preset?: MxPresetName | undefined
  /** Adds the MX hosts of today also where patterns were written down. */
  readonly fromMx?: boolean
  /** `*.NAME` in place of several hosts below the same name. */
  readonly wildcards?: boolean
}

/** What DNS says of a domain's mail, and the policy that would fit. */
export interface DomainProposal {
  readonly seen: MxOfDomain
  readonly patterns: readonly MxHostPattern[]
  readonly hoster: MxPreset | undefined
  /** Names below the domain that take mail of their own. */
  readonly subdomains: readonly string[]
}

/** Asks DNS where the mail of a domain goes and proposes the patterns of its policy. */
export async function proposeDomain(
  dns: DnsLookup,
  domain: DomainName,
  { written = [], preset, fromMx = false, wildcards = false }: ProposalOptions,
): Promise<DomainProposal> {
  const [seen, ...below] = await Promise.all([
    lookUpMx(dns, domain),
    ...SUBDOMAIN_LABELS.map(label => lookUpMx(dns, `${label}.${domain}` as DomainName)),
  ])
  const hosts = 'hosts' in seen ? seen.hosts : []
  const told = [...written, ...(preset === undefined ? [] : presetPatterns(preset))]
  const ofMx = wildcards ? proposeWildcards(hosts) : proposePatterns(hosts)
  return {
    seen,
    patterns: dedupe([...told, ...(fromMx || told.length === 0 ? ofMx : [])]),
    hoster: preset === undefined ? recognizeHoster(hosts) : mxPresets[preset],
    subdomains: SUBDOMAIN_LABELS.filter((_, index) => below[index]?.kind === 'hosts').map(
      label => `${label}.${domain}`,
    ),
  }
}

function dedupe(patterns: readonly MxHostPattern[]): MxHostPattern[] {
  return [...new Map(patterns.map(pattern => [formatMxHostPattern(pattern), pattern])).values()]
}
