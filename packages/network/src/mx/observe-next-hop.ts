import {
  type AddressesObservation,
  type DomainName,
  type HostObservation,
  isDomainName,
  type NextHopObservation,
  parseDomainName,
  type TlsaObservation,
} from '@sternpost/protocol'
import type { DnsAnswer, DnsFailure, DnsLookup } from '../dns/answer.ts'

/** A domain with more hosts than this is observed by its most preferred ones; no MTA tries so many. */
export const MAX_MX_HOSTS = 64

/** How long an observation with a failed lookup in it holds: a minute of broken DNS shall not last an hour. */
const FAILURE_TTL_SECONDS = 30

export interface NextHop {
  readonly domain: DomainName
  /** Port the MTA will use; the TLSA records are those of this port (RFC 7672 §2.2.3). */
  readonly port: number
  /** Written `[host]`: the host itself, without MX lookup. */
  readonly bracketed: boolean
}

export interface ObservedNextHop {
  readonly observation: NextHopObservation
  /** The least TTL of all answers that were used; 30 where a lookup failed. */
  readonly ttlSeconds: number
}

/**
 * Looks up how mail reaches a next hop, and the TLSA records of every host on the way.
 *
 * Shape: hosts in order of preference, each name once. An MX exchange that is no host name (an IP address in
 * digits, junk) is left out: no DANE applies to it (RFC 7672 §2.2) and no name of a policy can match it.
 * Errors: none; a failure of the MX lookup is `route: 'failure'`, one about a host stays with that host.
 * Source: RFC 7672 §2.2, RFC 5321 §5.1, RFC 7505 §3.
 */
export async function observeNextHop(dns: DnsLookup, nextHop: NextHop): Promise<ObservedNextHop> {
  const { domain, port, bracketed } = nextHop
  const ttl = createLeastTtl()
  const base = { nextHopDomain: domain, port }
  if (bracketed) {
    const hosts = [await observeHost(dns, domain, 0, port, ttl)]
    return ttl.with({ ...base, route: 'no-mx-lookup', mxDnssec: 'secure', hosts })
  }

  const answer = ttl.of(await dns.lookup(domain, 'MX'))
  if (answer.kind === 'failure') return ttl.with({ ...base, route: 'failure', reason: reasonOf(answer) })
  if (answer.kind === 'no-name') return ttl.with({ ...base, route: 'no-name' })
  const mxDnssec = answer.dnssec
  if (answer.kind === 'no-data') {
    const hosts = [await observeHost(dns, domain, 0, port, ttl)]
    return ttl.with({ ...base, route: 'implicit-mx', mxDnssec, hosts })
  }
  // A lone "." says that no mail is accepted; beside others it is just no host name.
  if (answer.records.every(({ exchange }) => exchange === '.')) return ttl.with({ ...base, route: 'null-mx' })
  const hosts = await Promise.all(
    mxHostsOf(answer.records).map(({ mxHost, preference }) =>
      observeHost(dns, mxHost, preference, port, ttl),
    ),
  )
  return ttl.with({ ...base, route: 'mx', mxDnssec, hosts })
}

function mxHostsOf(records: readonly { readonly preference: number; readonly exchange: string }[]) {
  const hosts: { readonly mxHost: DomainName; readonly preference: number }[] = []
  const seen = new Set<string>()
  for (const { preference, exchange } of records.toSorted((a, b) => a.preference - b.preference)) {
    const name = parseDomainName(exchange, { underscore: true, singleLabel: true })
    if (!name.ok || seen.has(name.value)) continue
    seen.add(name.value)
    hosts.push({ mxHost: name.value, preference })
    if (hosts.length === MAX_MX_HOSTS) break
  }
  return hosts
}

async function observeHost(
  dns: DnsLookup,
  mxHost: DomainName,
  preference: number,
  port: number,
  ttl: LeastTtl,
): Promise<HostObservation> {
  const families = await Promise.all([dns.lookup(mxHost, 'A'), dns.lookup(mxHost, 'AAAA')])
  const addresses = observeAddresses(mxHost, families, ttl)
  if (addresses.kind !== 'found') return { mxHost, preference, addresses, tlsa: { kind: 'not-asked' } }
  const bases = await tlsaBaseDomains(dns, mxHost, addresses, families, ttl)
  const tlsa = 'kind' in bases ? bases : await lookUpTlsa(dns, bases, port, ttl)
  return { mxHost, preference, addresses, tlsa }
}

function observeAddresses(
  mxHost: DomainName,
  families: readonly DnsAnswer<'A' | 'AAAA'>[],
  ttl: LeastTtl,
): AddressesObservation {
  const found = families.filter(answer => answer.kind === 'records')
  const secure = found.find(answer => answer.dnssec === 'secure')
  const failed = families.find(answer => answer.kind === 'failure')
  for (const answer of families) {
    // A failed family matters only while the other does not settle the case.
    if (answer.kind !== 'failure' || secure === undefined) ttl.of(answer)
  }
  const chosen = secure ?? found[0]
  if (chosen !== undefined) {
    const canonicalName = isDomainName(chosen.canonicalName) ? chosen.canonicalName : mxHost
    return { kind: 'found', dnssec: chosen.dnssec, canonicalName }
  }
  return failed === undefined ? { kind: 'none' } : { kind: 'failure', reason: reasonOf(failed) }
}

/**
 * Finds under which names TLSA records may stand, or that they are not to be asked for.
 *
 * Shape: addresses signed over the whole chain give the expanded name, then the original one. Unsigned addresses
 * reached by an alias give the original name if the alias itself is signed, which a question for the CNAME alone
 * tells (RFC 7672 §2.1.3, "Insecure CNAME" of §2.2.2). Otherwise the records must not be asked for: servers of
 * unsigned zones fail on such questions.
 * Source: RFC 7672 §2.2.2, §2.2.3.
 */
async function tlsaBaseDomains(
  dns: DnsLookup,
  mxHost: DomainName,
  addresses: Extract<AddressesObservation, { kind: 'found' }>,
  families: readonly DnsAnswer<'A' | 'AAAA'>[],
  ttl: LeastTtl,
): Promise<readonly DomainName[] | Extract<TlsaObservation, { kind: 'not-asked' | 'failure' }>> {
  if (addresses.dnssec === 'secure')
    return addresses.canonicalName === mxHost ? [mxHost] : [addresses.canonicalName, mxHost]
  const isAlias = families.some(answer => answer.kind === 'records' && answer.aliases.length > 0)
  if (!isAlias) return { kind: 'not-asked' }
  const alias = ttl.of(await dns.lookup(mxHost, 'CNAME'))
  if (alias.kind === 'failure') return { kind: 'failure', reason: reasonOf(alias) }
  return alias.kind === 'records' && alias.dnssec === 'secure' ? [mxHost] : { kind: 'not-asked' }
}

async function lookUpTlsa(
  dns: DnsLookup,
  bases: readonly DomainName[],
  port: number,
  ttl: LeastTtl,
): Promise<TlsaObservation> {
  for (const tlsaBaseDomain of bases) {
    const answer = await dns.lookup(`_${port}._tcp.${tlsaBaseDomain}`, 'TLSA')
    // With the two labels in front it is too long for a name, so nobody can have published anything there.
    if (answer.kind === 'failure' && answer.code === 'dns/name') continue
    ttl.of(answer)
    if (answer.kind === 'failure') return { kind: 'failure', reason: reasonOf(answer) }
    if (answer.kind === 'records' && answer.dnssec === 'secure')
      return { kind: 'secure', tlsaBaseDomain, records: answer.records }
  }
  return { kind: 'none' }
}

function reasonOf(failure: DnsFailure): string {
  return `${failure.question.name} ${failure.question.type}: ${failure.message} (${failure.code})`
}

interface LeastTtl {
  /** Counts an answer in and gives it back. */
  of<A extends DnsAnswer>(answer: A): A
  with(observation: NextHopObservation): ObservedNextHop
}

function createLeastTtl(): LeastTtl {
  let least = Number.POSITIVE_INFINITY
  return {
    of(answer) {
      least = Math.min(least, answer.kind === 'failure' ? FAILURE_TTL_SECONDS : answer.ttlSeconds)
      return answer
    },
    with: observation => ({ observation, ttlSeconds: Number.isFinite(least) ? least : 0 }),
  }
}
