import type { DnsLookup } from '@sternpost/network'
import { type DomainName, parseDomainName } from '@sternpost/protocol'

interface MxHosts {
  readonly hosts: readonly DomainName[]
  readonly resolver: string
  /** How long the answer may be kept. */
  readonly ttlSeconds: number
}

/** Where mail for a domain goes today. */
export type MxOfDomain =
  /** By preference, the most preferred first. */
  | (MxHosts & { readonly kind: 'hosts' })
  /** No MX record, but an address: mail goes to the domain itself (RFC 5321 §5.1). */
  | (MxHosts & { readonly kind: 'implicit' })
  /** `MX 0 .`: the domain takes no mail (RFC 7505). */
  | { readonly kind: 'null' }
  | { readonly kind: 'none'; readonly reason: string }
  /** Nothing is known. */
  | { readonly kind: 'unknown'; readonly reason: string }

/** Asks DNS for the MX hosts of a domain. */
export async function lookUpMx(dns: DnsLookup, domain: DomainName): Promise<MxOfDomain> {
  const answer = await dns.lookup(domain, 'MX', { fresh: true })
  if (answer.kind === 'failure') return { kind: 'unknown', reason: answer.message }
  if (answer.kind === 'no-name') return { kind: 'none', reason: 'the domain does not exist in DNS' }
  if (answer.kind === 'no-data') return implicitMx(dns, domain)
  if (answer.records.every(({ exchange }) => exchange === '' || exchange === '.')) return { kind: 'null' }
  const hosts = answer.records
    .toSorted((a, b) => a.preference - b.preference)
    .flatMap(({ exchange }) => {
      const name = parseDomainName(exchange, { underscore: true, singleLabel: true })
      return name.ok ? [name.value] : []
    })
  if (hosts.length === 0) return { kind: 'none', reason: 'its MX records name no host' }
  const { resolver, ttlSeconds } = answer
  return { kind: 'hosts', hosts: [...new Set(hosts)], resolver, ttlSeconds }
}

async function implicitMx(dns: DnsLookup, domain: DomainName): Promise<MxOfDomain> {
  const answers = await Promise.all([dns.lookup(domain, 'A'), dns.lookup(domain, 'AAAA')])
  const found = answers.find(answer => answer.kind === 'records')
  if (found?.kind === 'records') {
    const { resolver, ttlSeconds } = found
    return { kind: 'implicit', hosts: [domain], resolver, ttlSeconds }
  }
  const failed = answers.find(answer => answer.kind === 'failure')
  if (failed?.kind === 'failure') return { kind: 'unknown', reason: failed.message }
  return { kind: 'none', reason: 'it has neither MX records nor an address' }
}
