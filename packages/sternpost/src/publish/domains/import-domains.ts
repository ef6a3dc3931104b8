import type { DnsLookup } from '@sternpost/network'
import type { DomainName, MxHostPattern } from '@sternpost/protocol'
import pLimit from 'p-limit'
import { changeOf, type DomainWishes, newDomain } from './domain-wishes.ts'
import { lookUpMx } from './look-up-mx.ts'
import { proposePatterns } from './propose-patterns.ts'
import type { PublishStore } from './publish-store.ts'

/** Domains of one transaction. */
export const IMPORT_BATCH = 250
/** Questions to the resolver at once. */
const MAX_LOOKUPS = 32

/** A domain that is brought in with others. */
export interface ImportedDomain {
  readonly domain: DomainName
  readonly wishes: DomainWishes
  /** What DNS said a moment ago, where no pattern is wished for. */
  readonly known?: readonly MxHostPattern[] | undefined
}

/** The patterns of a domain that is new, or why there are none. */
export type ImportedPatterns =
  | { readonly ok: true; readonly patterns: readonly MxHostPattern[] }
  | { readonly ok: false; readonly message: string }

/** What an import did to a domain. */
export type ImportedState = 'added' | 'changed' | 'unchanged'

/** Finds patterns: those that are wished for or, where none are, of the MX hosts that DNS names; a few at once. */
export function createPatternFinder(dns: DnsLookup): (imported: ImportedDomain) => Promise<ImportedPatterns> {
  const limit = pLimit(MAX_LOOKUPS)
  return async ({ domain, wishes, known = [] }) => {
    const { mxHostPatterns: named = [], mode } = wishes
    if (named.length > 0 || mode === 'none') return { ok: true, patterns: named }
    if (known.length > 0) return { ok: true, patterns: known }
    const seen = await limit(() => lookUpMx(dns, domain))
    if ('hosts' in seen) return { ok: true, patterns: proposePatterns(seen.hosts) }
    const reason = seen.kind === 'null' ? 'it takes no mail (RFC 7505)' : seen.reason
    return { ok: false, message: `${domain}: no MX host is known: ${reason}` }
  }
}

/**
 * Adds domains in one transaction, each with its policy served; those that are there stay as they are, or are changed
 * to what is wished where `update` says so. Doing it twice does it once.
 *
 * Errors: `NotDurableError`.
 */
export async function importDomains(
  publish: PublishStore,
  domains: readonly (ImportedDomain & { readonly patterns: readonly MxHostPattern[] })[],
  options: { readonly update: boolean },
): Promise<ImportedState[]> {
  const versions = await publish.addServed(
    domains.map(({ domain, wishes, patterns }) => newDomain(domain, wishes, patterns)),
  )
  const added = new Set<DomainName>(versions.map(({ domain }) => domain))
  const states: ImportedState[] = []
  for (const { domain, wishes } of domains) {
    if (added.has(domain)) states.push('added')
    else states.push(options.update ? await change(publish, domain, wishes) : 'unchanged')
  }
  return states
}

async function change(
  publish: PublishStore,
  domain: DomainName,
  wishes: DomainWishes,
): Promise<'changed' | 'unchanged'> {
  const before = await publish.get(domain)
  const isSame =
    before === undefined ||
    JSON.stringify({ ...before, ...changeOf(before, wishes) }) === JSON.stringify(before)
  if (isSame) return 'unchanged'
  await publish.update(domain, current => changeOf(current, wishes))
  return 'changed'
}
