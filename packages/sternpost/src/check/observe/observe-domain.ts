import { type AuthoritativeAnswers, observeNextHop, type PolicyHostObservation } from '@sternpost/network'
import { type DomainName, SMTP_PORT } from '@sternpost/protocol'
import { getDomain } from 'tldts'
import type { CheckEyes } from '../check-eyes.ts'
import { type DomainObservation, OBSERVATION_VERSION, type SeenMxHost, type Vantage } from '../observation.ts'
import { seeNextHop } from '../seen-next-hop.ts'
import { CheckDeadline } from './check-deadline.ts'
import {
  observeDns,
  observeIdleTlsa,
  observeLostHosts,
  observeMxCaa,
  observeNearNames,
} from './observe-dns.ts'
import { observeMxHosts, someHostAnswered, someHostTried } from './observe-mx-hosts.ts'
import { observeReportDestinations } from './observe-report-destinations.ts'
import { ObservedParts, type PartStep } from './observed-parts.ts'
import { RecordingDns } from './recording-dns.ts'

export interface ObserveOptions {
  /** Limit for everything together. Default 30000. */
  readonly timeoutMs?: number
  /** Whether the mailboxes for TLS reports are asked for by RCPT TO. Default false. */
  readonly rcpt?: boolean
  readonly signal?: AbortSignal
  /** Told of each part as it begins and is done. */
  readonly onStep?: (step: PartStep) => void
}

const DEFAULT_TIMEOUT_MS = 30_000

/**
 * Looks at a domain from all sides at once.
 *
 * Errors: none; what cannot be seen or is not finished in time is in the observation.
 * Units: takes `timeoutMs` at the most, and what the machine needs.
 */
export async function observeDomain(
  domain: DomainName,
  eyes: CheckEyes,
  options: ObserveOptions = {},
): Promise<DomainObservation> {
  const startedAt = eyes.now()
  const startedMs = performance.now()
  const deadline = new CheckDeadline(options.timeoutMs ?? DEFAULT_TIMEOUT_MS, options.signal)
  const dns = new RecordingDns(eyes.dns, deadline, eyes.now)
  const organizationalDomain = getDomain(domain) ?? domain
  const randomName = `${randomLabel(eyes.random)}.${domain}`
  try {
    const resolving = deadline.within('whether the resolver validates', eyes.resolvers(), () => ({
      names: [],
      validates: false,
    }))
    const { observation: nextHop } = await observeNextHop(dns, { domain, port: SMTP_PORT, bracketed: false })
    let validation: Awaited<typeof resolving> = { names: [], validates: false }
    const about = {
      version: OBSERVATION_VERSION,
      domain,
      organizationalDomain,
      randomName,
      startedAt,
    } as const
    const assemble = (
      seen: Pick<DomainObservation, 'mxHosts' | 'nameServers' | 'policyHost' | 'reportDestinations'>,
      port25: Pick<Vantage, 'port25' | 'ipv6'> = reachedBy(seen.mxHosts),
    ): DomainObservation => ({
      ...about,
      ...seen,
      vantage: { resolvers: validation.names, validates: validation.validates, ...port25 },
      nextHop: seeNextHop(nextHop),
      answers: dns.answers(),
      unfinished: deadline.unfinished(),
      durationMs: Math.round(performance.now() - startedMs),
    })
    if (nextHop.route === 'no-name') {
      await observeNearNames(dns, domain)
      validation = await resolving
      return assemble({ policyHost: null, mxHosts: [], nameServers: [], reportDestinations: [] })
    }
    const parts = new ObservedParts(options.onStep, assemble)
    const dnsWork = Promise.all([
      observeDns(dns, { domain, organizationalDomain, randomName }),
      observeLostHosts(dns, nextHop),
      observeIdleTlsa(dns, nextHop),
      observeMxCaa(dns, nextHop),
    ])
    const hostsWork = observeMxHosts(nextHop, dns, eyes, deadline, parts)
    const [policyHost, mxHosts, nameServers, reportDestinations] = await Promise.all([
      parts.watch(
        'policy-host',
        `mta-sts.${domain}`,
        observePolicyHost(domain, eyes, deadline),
        policyHost => ({ policyHost }),
      ),
      parts.watch('mx-hosts', domain, hostsWork, mxHosts => ({ mxHosts })),
      parts.watch('name-servers', domain, observeNameServers(domain, eyes, deadline), nameServers => ({
        nameServers,
      })),
      parts.watch(
        'report-destinations',
        `_smtp._tls.${domain}`,
        observeReportDestinations(domain, dns, eyes, deadline, options.rcpt === true),
        reportDestinations => ({ reportDestinations }),
      ),
      parts.watch('dns', domain, dnsWork, () => ({})),
      parts.watch('resolver', 'DNSSEC', resolving, resolver => {
        validation = resolver
        return {}
      }),
    ])
    const port25 = await observePort25(mxHosts, eyes, deadline)
    return assemble({ mxHosts, policyHost, nameServers, reportDestinations }, port25)
  } finally {
    deadline.stop()
  }
}

async function observePolicyHost(
  domain: DomainName,
  eyes: CheckEyes,
  deadline: CheckDeadline,
): Promise<PolicyHostObservation | null> {
  const { signal } = deadline
  const work = eyes.observePolicyHost(domain, { signal, totalTimeoutMs: deadline.leftMs() })
  return await deadline.within<PolicyHostObservation | null>(
    `policy host mta-sts.${domain}`,
    work,
    () => null,
  )
}

/** Asks every server of the zone itself what senders go by, past the resolver and its cache. */
async function observeNameServers(
  domain: DomainName,
  eyes: CheckEyes,
  deadline: CheckDeadline,
): Promise<readonly AuthoritativeAnswers<'MX' | 'TXT'>[]> {
  const { signal } = deadline
  const questions = [
    [domain, 'MX'],
    [`_mta-sts.${domain}`, 'TXT'],
    [`_smtp._tls.${domain}`, 'TXT'],
  ] as const
  const answers = questions.map(([name, type]) => {
    const work = eyes.authoritative.lookup(name, type, { signal })
    return deadline.within<AuthoritativeAnswers<'MX' | 'TXT'> | null>(
      `name servers: ${name} ${type}`,
      work,
      () => null,
    )
  })
  return (await Promise.all(answers)).filter(answer => answer !== null)
}

async function observePort25(
  mxHosts: readonly SeenMxHost[],
  eyes: CheckEyes,
  deadline: CheckDeadline,
): Promise<Pick<Vantage, 'port25' | 'ipv6'>> {
  const seen = reachedBy(mxHosts)
  if (seen.port25 === 'open' || !someHostTried(mxHosts)) return seen
  const reached = await deadline.within<boolean | null>(
    'whether port 25 can be reached from here',
    eyes.reachesPort25(),
    () => null,
  )
  const port25 = reached === null ? 'unknown' : reached ? 'open' : 'blocked'
  return { ...seen, port25 }
}

/** What hosts that answered prove of the place they were looked at from. */
function reachedBy(mxHosts: readonly SeenMxHost[]): Pick<Vantage, 'port25' | 'ipv6'> {
  const overIpv6 = mxHosts.map(host => ({
    ...host,
    addresses: host.addresses.filter(({ address }) => address.includes(':')),
  }))
  return {
    port25: someHostAnswered(mxHosts) ? 'open' : 'unknown',
    ipv6: someHostAnswered(overIpv6) ? 'works' : 'unknown',
  }
}

/** 12 characters a to p: long enough that no zone has it by chance. */
function randomLabel(random: () => number): string {
  return Array.from({ length: 12 }, () => 'abcdefghijklmnop'[Math.floor(random() * 16)]).join('')
}
