import type { DnsLookup, DnsRecordType } from '@sternpost/network'
import {
  type DomainName,
  MAX_DOMAIN_NAME_LENGTH,
  type NextHopObservation,
  SMTP_PORT,
  tlsaName,
} from '@sternpost/protocol'
import { getDomain } from 'tldts'
import { nearNames } from './near-names.ts'
import { caaNames, dmarcNames, misplacedMtaStsNames, misplacedTlsRptNames } from './questions.ts'

export interface DnsQuestions {
  readonly domain: DomainName
  readonly organizationalDomain: string
  readonly randomName: string
}

/** Asks everything DNS has to say of a domain beside its hosts; the answers are kept by `dns` itself. */
export async function observeDns(dns: DnsLookup, questions: DnsQuestions): Promise<void> {
  const { domain, organizationalDomain, randomName } = questions
  const wanted: (readonly [name: string, type: DnsRecordType])[] = [
    [domain, 'A'],
    [domain, 'AAAA'],
    [domain, 'NS'],
    [domain, 'SOA'],
    [domain, 'TXT'],
    [`_mta-sts.${domain}`, 'TXT'],
    [`_mta-sts.${organizationalDomain}`, 'TXT'],
    [`mta-sts.${domain}`, 'A'],
    [`mta-sts.${domain}`, 'AAAA'],
    [`_smtp._tls.${domain}`, 'TXT'],
    [`default._bimi.${domain}`, 'TXT'],
    [`default._bimi.${organizationalDomain}`, 'TXT'],
    [randomName, 'MX'],
    [randomName, 'TXT'],
    ...dmarcNames(domain).map(name => [name, 'TXT'] as const),
    ...caaNames(`mta-sts.${domain}`, organizationalDomain).map(name => [name, 'CAA'] as const),
  ]
  await Promise.all(wanted.filter(([name]) => name.length <= MAX_DOMAIN_NAME_LENGTH).map(ask))
  await observeMisplaced(dns, domain)

  function ask([name, type]: readonly [string, DnsRecordType]): Promise<unknown> {
    return dns.lookup(name, type)
  }
}

/** Looks where a missing record may have been put by mistake. */
async function observeMisplaced(dns: DnsLookup, domain: DomainName): Promise<void> {
  const [mtaSts, tlsRpt] = await Promise.all([
    dns.lookup(`_mta-sts.${domain}`, 'TXT'),
    dns.lookup(`_smtp._tls.${domain}`, 'TXT'),
  ])
  const names = [
    ...(isAbsent(mtaSts.kind) ? misplacedMtaStsNames(domain) : []),
    ...(isAbsent(tlsRpt.kind) ? misplacedTlsRptNames(domain) : []),
  ]
  await Promise.all(names.map(name => dns.lookup(name, 'TXT')))
}

function isAbsent(kind: string): boolean {
  return kind === 'no-name' || kind === 'no-data'
}

/** Looks up names that may have been meant by a domain that does not exist. */
export async function observeNearNames(dns: DnsLookup, domain: DomainName): Promise<void> {
  await Promise.all(nearNames(domain).map(name => dns.lookup(name, 'MX')))
}

/**
 * Asks for TLSA records that no sender asks for, as nothing before them is signed: whoever published them believes
 * that they protect.
 */
export async function observeIdleTlsa(dns: DnsLookup, nextHop: NextHopObservation): Promise<void> {
  if (!('hosts' in nextHop)) return
  const hosts = nextHop.hosts.filter(
    ({ addresses, tlsa }) => addresses.kind === 'found' && tlsa.kind === 'not-asked',
  )
  const names = hosts.map(({ mxHost }) => tlsaName(mxHost, SMTP_PORT)).filter(name => name !== null)
  await Promise.all(names.map(name => dns.lookup(name, 'TLSA')))
}

/** Who may issue the next certificate of each MX host. */
export async function observeMxCaa(dns: DnsLookup, nextHop: NextHopObservation): Promise<void> {
  if (!('hosts' in nextHop)) return
  const names = nextHop.hosts
    .slice(0, 16)
    .flatMap(({ mxHost }) => caaNames(mxHost, getDomain(mxHost) ?? mxHost))
  await Promise.all([...new Set(names)].map(name => dns.lookup(name, 'CAA')))
}

/** Of hosts that do not exist: whether the domain they are under is anybody's. */
export async function observeLostHosts(dns: DnsLookup, nextHop: NextHopObservation): Promise<void> {
  if (!('hosts' in nextHop)) return
  const lost = nextHop.hosts.filter(({ addresses }) => addresses.kind === 'none')
  const domains = lost.map(({ mxHost }) => getDomain(mxHost)).filter(domain => domain !== null)
  await Promise.all([...new Set(domains)].slice(0, 8).map(domain => dns.lookup(domain, 'NS')))
}
