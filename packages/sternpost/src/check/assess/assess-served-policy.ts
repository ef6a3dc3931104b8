import type { ObservedResponse } from '@sternpost/network'
import { quote } from '@sternpost/protocol'
import { finding } from '../catalogue/index.ts'
import type { Finding } from '../finding.ts'
import { caaNames } from '../observe/index.ts'
import { caaForbids, issuerOf } from './caa.ts'
import { describeExpiry, expiryUrgency } from './certificate-dates.ts'
import { answerTo, type DomainView, servesPolicy } from './domain-view.ts'
import { dnsEvidence, seenAt } from './evidence.ts'
import { policyHostSubject, responseEvidence, WITHOUT_POLICY } from './policy-host-words.ts'
import { proposedPolicy } from './proposed-policy.ts'

/** RFC 8461 §3.3 gives a fetch a minute; senders under load have less patience. */
const SLOW_MS = 10_000

/** Judges a policy host that hands out a policy: what is wrong on some addresses, or soon. */
export function assessServedPolicy(view: DomainView, good: readonly ObservedResponse[]): readonly Finding[] {
  return [
    ...someAddresses(view, good),
    ...answersDiffer(view, good),
    ...slow(view, good),
    ...contentType(view, good),
    ...expiring(view, good),
    ...defaultCertificate(view, good),
    ...caa(view, good),
    ...hosted(view),
  ]
}

/** Some addresses serve the policy and others do not: chance decides. */
function someAddresses(view: DomainView, good: readonly ObservedResponse[]): readonly Finding[] {
  const bad = (view.observation.policyHost?.responses ?? []).filter(
    response => !servesPolicy(response) && response.issues[0]?.code !== 'policy-host/aborted',
  )
  // From a machine without IPv6 every AAAA looks dead; that says nothing of the host.
  const sure = bad.filter(
    ({ address }) => !address.includes(':') || view.observation.vantage.ipv6 === 'works' || reached(good),
  )
  if (sure.length === 0) return []
  const told = sure.map(({ address, issues }) => `${address} (${issues[0]?.message ?? issues[0]?.code})`)
  return [
    finding('policy-host/address-dead', {
      severity: 'warning',
      subject: policyHostSubject(view, sure.length === 1 ? sure[0]?.address : undefined),
      message: `Of ${good.length + bad.length} addresses of mta-sts.${view.domain} ${sure.length} ${sure.length === 1 ? 'does' : 'do'} not serve the policy: ${told.join('; ')}. Senders that try ${sure.length === 1 ? 'it' : 'them'} first lose time or get no policy.`,
      evidence: sure.flatMap(responseEvidence),
      remedy: {
        text: 'Let the web server answer on every address, or take the address out of DNS.',
        replacements: [],
      },
    }),
  ]
}

function reached(good: readonly ObservedResponse[]): boolean {
  return good.some(({ address }) => address.includes(':'))
}

function answersDiffer(view: DomainView, good: readonly ObservedResponse[]): readonly Finding[] {
  const texts = new Set(good.map(({ bodyText }) => bodyText ?? ''))
  if (texts.size < 2) return []
  return [
    finding('policy-host/answers-differ', {
      severity: 'warning',
      subject: policyHostSubject(view),
      message: `The addresses of mta-sts.${view.domain} serve ${texts.size} different policies: which one a sender gets is chance.`,
      evidence: good.flatMap(responseEvidence),
      remedy: { text: 'Serve the same file everywhere.', replacements: [proposedPolicy(view)] },
    }),
  ]
}

function slow(view: DomainView, good: readonly ObservedResponse[]): readonly Finding[] {
  const slowest = good.reduce((one, other) => (other.durationMs > one.durationMs ? other : one))
  if (slowest.durationMs < SLOW_MS) return []
  return [
    finding('policy-host/slow', {
      severity: 'warning',
      subject: policyHostSubject(view),
      message: `mta-sts.${view.domain} needs ${Math.round(slowest.durationMs / 1000)} s for the policy: senders give up after a minute at the latest, many sooner.`,
      evidence: responseEvidence(slowest),
    }),
  ]
}

function contentType(view: DomainView, good: readonly ObservedResponse[]): readonly Finding[] {
  const odd = good.find(({ warnings }) => warnings.some(({ code }) => code === 'policy-host/content-type'))
  if (odd === undefined) return []
  const seen = odd.headers?.['content-type']
  return [
    finding('policy-host/content-type', {
      severity: 'warning',
      subject: policyHostSubject(view),
      message: `The policy is served as ${seen === undefined ? 'no media type' : quote(seen)} where text/plain is wanted: strict senders refuse it.`,
      evidence: responseEvidence(odd),
      remedy: {
        text: 'Serve the file as text/plain.',
        replacements: [{ kind: 'command', text: 'Content-Type: text/plain; charset=utf-8' }],
      },
    }),
  ]
}

function expiring(view: DomainView, good: readonly ObservedResponse[]): readonly Finding[] {
  const soonest = good
    .flatMap(response => {
      const [leaf] = response.chain?.certificates ?? []
      return leaf === undefined ? [] : [{ response, leaf }]
    })
    .sort((one, other) => (one.leaf.notAfter ?? Infinity) - (other.leaf.notAfter ?? Infinity))[0]
  if (soonest === undefined) return []
  const urgency = expiryUrgency(soonest.leaf, view.at)
  if (urgency === undefined) return []
  return [
    finding('policy-host/certificate-expiring', {
      severity: urgency,
      subject: policyHostSubject(view),
      message: `The certificate of mta-sts.${view.domain} ${describeExpiry(soonest.leaf, view.at)}: after that ${WITHOUT_POLICY}.`,
      evidence: responseEvidence(soonest.response),
      remedy: { text: 'Look why it was not renewed yet, and renew it.', replacements: [] },
    }),
  ]
}

function defaultCertificate(view: DomainView, good: readonly ObservedResponse[]): readonly Finding[] {
  const without = view.observation.policyHost?.withoutServerName
  const shown = without?.chain?.certificates[0]
  const right = good[0]?.chain?.certificates[0]
  if (without?.chain === undefined || shown === undefined || without.chain.valid) return []
  if (shown.fingerprint === right?.fingerprint) return []
  return [
    finding('policy-host/certificate-without-sni', {
      severity: 'advice',
      subject: policyHostSubject(view),
      message: `Without SNI mta-sts.${view.domain} shows a certificate for ${
        shown.dnsNames
          .slice(0, 3)
          .map(name => quote(name))
          .join(', ') || 'no name'
      }; senders send SNI, old proxies do not.`,
      evidence: [seenAt(`without SNI: ${shown.subject}`, `${without.address} port 443`, view.at)],
    }),
  ]
}

/** The certificate in use could not be issued again. */
function caa(view: DomainView, good: readonly ObservedResponse[]): readonly Finding[] {
  const { observation, domain } = view
  const [leaf] = good[0]?.chain?.certificates ?? []
  const answer = caaNames(`mta-sts.${domain}`, observation.organizationalDomain)
    .map(name => answerTo(observation, name, 'CAA'))
    .find(candidate => candidate?.kind === 'records')
  if (leaf === undefined || answer?.kind !== 'records') return []
  if (!caaForbids(answer.records, leaf)) return []
  return [
    finding('policy-host/caa', {
      severity: 'warning',
      subject: { kind: 'record', name: answer.name, type: 'CAA' },
      message: `CAA records at ${answer.name} do not allow ${quote(issuerOf(leaf))}, which issued the certificate of mta-sts.${domain}: the next renewal fails.`,
      evidence: dnsEvidence(answer),
      remedy: { text: 'Allow the CA in use, or use one that is allowed.', replacements: [] },
    }),
  ]
}

function hosted(view: DomainView): readonly Finding[] {
  const { domain, observation } = view
  const answer = answerTo(observation, `mta-sts.${domain}`, 'A')
  const record = answerTo(observation, `_mta-sts.${domain}`, 'TXT')
  if (answer?.kind !== 'records' || answer.aliases.length === 0) return []
  // With both names delegated `mta-sts/record-alias` says it.
  if (record?.kind === 'records' && record.aliases.length > 0) return []
  return [
    finding('policy-host/hosted', {
      severity: 'advice',
      subject: policyHostSubject(view),
      message: `mta-sts.${domain} is an alias of ${answer.canonicalName}, the record is your own: after every change of the policy there, the id must be changed here, or senders keep the old one.`,
      evidence: dnsEvidence(answer),
      remedy: {
        text: 'Ask the provider for a name that _mta-sts can be an alias of as well.',
        replacements: [],
      },
    }),
  ]
}
