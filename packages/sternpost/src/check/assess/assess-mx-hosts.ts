import { isPublicAddress } from '@sternpost/network'
import { formatMxHostPattern, mailHosterOf } from '@sternpost/protocol'
import { getDomain } from 'tldts'
import { finding } from '../catalogue/index.ts'
import type { Finding } from '../finding.ts'
import type { SeenRoute } from '../observation.ts'
import { answerTo, type DomainView } from './domain-view.ts'
import { dnsEvidence } from './evidence.ts'
import { patternsForMxHosts } from './proposed-policy.ts'
import { recordLine } from './zone-line.ts'

/** What is wrong with the names and addresses of the hosts. */
export function assessMxHosts(view: DomainView): readonly Finding[] {
  const { nextHop } = view.observation
  if (!('hosts' in nextHop)) return []
  const findings = nextHop.hosts.flatMap(host => [
    ...dangling(view, host, nextHop.hosts),
    ...alias(view, host),
  ])
  return [...findings, ...privateAddresses(view), ...ipv6(view), ...provider(view)]
}

function dangling(view: DomainView, host: SeenRoute, all: readonly SeenRoute[]): readonly Finding[] {
  const { mxHost, addresses } = host
  if (addresses.kind !== 'none' || /^[0-9.]+$/.test(mxHost)) return []
  const subject = { kind: 'mx-host', host: mxHost } as const
  const owner = getDomain(mxHost)
  const ownerAnswer = owner === null ? undefined : answerTo(view.observation, owner, 'NS')
  const evidence = [answerTo(view.observation, mxHost, 'A'), ownerAnswer].flatMap(dnsEvidence)
  const rest = all.filter(other => other.mxHost !== mxHost && other.addresses.kind === 'found')
  const senders =
    rest.length === 0
      ? 'mail cannot be delivered at all and comes back'
      : 'senders lose time with it and go to the next host'
  if (ownerAnswer?.kind === 'no-name' && owner !== view.observation.organizationalDomain) {
    return [
      finding('mx/unregistrable', {
        severity: 'error',
        subject,
        message: `The MX host ${mxHost} is under ${owner}, which nobody has registered: whoever registers it receives mail for ${view.domain}.`,
        evidence,
        remedy: { text: `Remove the MX record for ${mxHost} now.`, replacements: [] },
      }),
    ]
  }
  return [
    finding('mx/dangling', {
      severity: 'error',
      subject,
      message: `The MX host ${mxHost} has no address: ${senders}.`,
      evidence,
      remedy: {
        text: `Publish an address for ${mxHost}, or remove its MX record.`,
        replacements: [],
      },
    }),
  ]
}

function alias(view: DomainView, { mxHost }: SeenRoute): readonly Finding[] {
  const answers = [answerTo(view.observation, mxHost, 'A'), answerTo(view.observation, mxHost, 'AAAA')]
  const answer = answers.find(candidate => candidate?.kind === 'records' && candidate.aliases.length > 0)
  if (answer?.kind !== 'records') return []
  const preference = view.hosts.find(host => host.mxHost === mxHost)?.preference ?? 10
  return [
    finding('mx/alias', {
      severity: 'warning',
      subject: { kind: 'mx-host', host: mxHost },
      message: `The MX host ${mxHost} is an alias of ${answer.canonicalName}, which an MX record must not name: senders disagree on the name the certificate has to bear and on where TLSA records stand.`,
      evidence: dnsEvidence(answer),
      remedy: {
        text: 'Name the host itself in the MX record; a policy must then list that name.',
        replacements: [recordLine(view.domain, 'MX', `${preference} ${answer.canonicalName}.`)],
      },
    }),
  ]
}

function privateAddresses(view: DomainView): readonly Finding[] {
  return view.hosts.flatMap(({ mxHost, addresses }) => {
    // Where the operator lets a network through, as in a laboratory, its addresses count as public.
    const refused = addresses.filter(
      ({ address, smtp }) => smtp?.fault?.code === 'smtp/address-refused' && !isPublicAddress(address),
    )
    if (refused.length === 0) return []
    const told = refused.map(({ address }) => address).join(', ')
    return [
      finding('mx/private-address', {
        severity: refused.length === addresses.length ? 'error' : 'warning',
        subject: { kind: 'mx-host', host: mxHost },
        message: `The MX host ${mxHost} has the address ${told}, which is not public: senders elsewhere cannot reach it.`,
        evidence: [
          answerTo(view.observation, mxHost, 'A'),
          answerTo(view.observation, mxHost, 'AAAA'),
        ].flatMap(dnsEvidence),
        remedy: { text: 'Publish public addresses only.', replacements: [] },
      }),
    ]
  })
}

function ipv6(view: DomainView): readonly Finding[] {
  const addresses = view.hosts.flatMap(host => host.addresses)
  const asked = view.hosts.every(
    ({ mxHost }) => answerTo(view.observation, mxHost, 'AAAA')?.kind !== 'failure',
  )
  if (!asked || addresses.length === 0 || addresses.some(({ address }) => address.includes(':'))) return []
  return [
    finding('mx/ipv6-missing', {
      severity: 'advice',
      subject: { kind: 'domain', domain: view.domain },
      message: `No MX host of ${view.domain} has an IPv6 address: senders with IPv6 alone cannot deliver.`,
      evidence: [],
      remedy: {
        text: 'Add an AAAA record to at least one MX host, once the server listens there and has a PTR record.',
        replacements: [],
      },
    }),
  ]
}

function provider(view: DomainView): readonly Finding[] {
  const known = view.hosts.flatMap(({ mxHost }) => mailHosterOf(mxHost) ?? [])
  const [first] = known
  if (first === undefined || known.length < view.hosts.length) return []
  const patterns = patternsForMxHosts(view.hosts.map(({ mxHost }) => mxHost)).map(formatMxHostPattern)
  return [
    finding('mx/provider', {
      severity: 'ok',
      subject: { kind: 'domain', domain: view.domain },
      message: `Mail for ${view.domain} is taken by ${first.title}; the patterns for a policy are ${patterns.join(', ')}.`,
      evidence: dnsEvidence(answerTo(view.observation, view.domain, 'MX')),
    }),
  ]
}
