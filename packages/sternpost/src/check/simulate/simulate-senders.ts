import {
  type DaneProtection,
  type Decision,
  type DecisionInput,
  decide,
  decideDaneProtection,
  type HostAssessment,
  isDomainName,
  type MtaStsState,
  matchMxHost,
} from '@sternpost/protocol'
import { type DomainView, viewDomain } from '../assess/index.ts'
import { daneNamesOf, effectiveTlsaRecords } from '../judge-dane.ts'
import type { DomainObservation, SeenRoute } from '../observation.ts'
import { readNextHop } from '../seen-next-hop.ts'
import { deliverToAddress, type HostDemand } from './deliver-to-address.ts'
import type { Delivery, HostOutcome, SenderOutcome } from './sender-outcome.ts'
import { type SenderProfile, senderProfiles } from './sender-profiles.ts'

/**
 * Says what each named sender would experience with a domain.
 *
 * Shape: one outcome for each profile, in their order. What is demanded is decided by `decide`, as for Sternpost's
 * own outbound mail: a sender without a cached policy, which delivers where a policy cannot be fetched (RFC 8461 §5).
 */
export function simulateSenders(observation: DomainObservation): readonly SenderOutcome[] {
  const view = viewDomain(observation, {})
  return senderProfiles.map(profile => simulate(view, profile))
}

/** What is known of the policy, in the words of `decide`. */
export function mtaStsStateOf(view: DomainView): MtaStsState {
  const { policy, record, policyText, policyState, domain } = view
  if (policy !== null && record !== null && policyText !== null) {
    const document = { text: policyText, value: policy, fetchedAt: view.response?.startedAt ?? view.at }
    return { kind: 'applicable', policyDomain: domain, policyId: record.policyId, document }
  }
  const reasons = {
    none: 'no record announces a policy',
    unavailable: 'the announced policy cannot be fetched',
    unknown: 'the record or the policy could not be looked at',
    applicable: 'the policy is in force',
  } as const
  return policyState === 'unavailable' || policyState === 'unknown'
    ? { kind: policyState, reason: reasons[policyState] }
    : { kind: 'none', reason: reasons.none }
}

function simulate(view: DomainView, profile: SenderProfile): SenderOutcome {
  const protection = decideDaneProtection(readNextHop(view.observation.nextHop))
  const dane: DecisionInput['dane'] = profile.dane
    ? protection
    : { kind: 'off', reason: 'this sender does not look at DANE' }
  const mtaSts: MtaStsState = profile.mtaSts
    ? mtaStsStateOf(view)
    : { kind: 'none', reason: 'this sender does not look at MTA-STS' }
  const ask = (input: Pick<DecisionInput, 'dane' | 'mtaSts'>) =>
    decide({
      ...input,
      policyDomain: view.domain,
      override: undefined,
      whileFetching: 'deliver',
      afterFailure: 'deliver',
    })
  const decision = ask({ dane, mtaSts })
  // A sender that wants both takes the demands one by one: neither stands in for the other.
  const decisions =
    profile.together === 'both'
      ? [
          ask({ dane, mtaSts: { kind: 'none', reason: 'asked by itself' } }),
          ask({ dane: { kind: 'off', reason: 'asked by itself' }, mtaSts }),
        ]
      : [decision]
  const { action, rule, reason } = decision
  const base = { sender: profile.name, decision: { action, rule, reason } }
  const early = withoutHosts(view)
  if (early !== undefined) return { ...base, ...early, hosts: [] }
  const hosts = view.hosts.map(({ mxHost, preference }) =>
    simulateHost(view, mxHost, preference, decisions, protection),
  )
  return { ...base, ...overall(hosts), hosts }
}

/** Where a message comes to no host at all. */
function withoutHosts({
  observation,
  takesMail,
  domain,
}: DomainView): Pick<SenderOutcome, 'delivery' | 'reason'> | undefined {
  const { nextHop } = observation
  if (nextHop.route === 'no-name') return { delivery: 'refused', reason: 'the domain does not exist' }
  if (nextHop.route === 'null-mx')
    return { delivery: 'refused', reason: 'the domain says that it takes no mail (null MX)' }
  if (nextHop.route === 'failure') {
    const answer = observation.answers.find(({ name, type }) => name === domain && type === 'MX')
    const bogus = answer?.kind === 'failure' && answer.dnssec === 'bogus'
    return bogus
      ? { delivery: 'deferred', reason: 'the MX records fail DNSSEC validation' }
      : { delivery: 'unknown', reason: 'the MX records could not be looked up' }
  }
  return takesMail
    ? undefined
    : { delivery: 'refused', reason: 'the domain has neither MX nor address records' }
}

function simulateHost(
  view: DomainView,
  mxHost: string,
  preference: number,
  decisions: readonly Decision[],
  protection: DaneProtection,
): HostOutcome {
  const { nextHop, vantage } = view.observation
  const route = 'hosts' in nextHop ? nextHop.hosts.find(host => host.mxHost === mxHost) : undefined
  const addresses = view.hosts.find(host => host.mxHost === mxHost)?.addresses ?? []
  const base = { mxHost, preference }
  if (decisions.some(({ action }) => action === 'defer')) {
    const reason = decisions.find(({ action }) => action === 'defer')?.reason ?? ''
    return { ...base, delivery: 'deferred', reason, addresses: [] }
  }
  if (addresses.length === 0) {
    const failed = route?.addresses.kind === 'failure'
    const reason = failed ? 'its addresses could not be looked up' : 'it has no address'
    return { ...base, delivery: failed ? 'unknown' : 'deferred', reason, addresses: [] }
  }
  const assessed = protection.hosts.find(host => host.mxHost === mxHost)
  const demand = demandOf(view, mxHost, decisions, route, assessed)
  const outcomes = addresses.map(seen => {
    const outcome = deliverToAddress(seen, demand, view.at)
    const blocked =
      vantage.port25 === 'blocked' && seen.smtp?.connectMs === undefined && outcome.resultType === undefined
    return blocked && outcome.delivery === 'deferred' && demand.dane.kind !== 'skip'
      ? { ...outcome, delivery: 'unknown' as const, reason: 'port 25 cannot be reached from here' }
      : outcome
  })
  const best = bestFirst
    .map(delivery => outcomes.find(outcome => outcome.delivery === delivery))
    .find(found => found !== undefined)
  const { delivery, reason, resultType } = best ?? {
    delivery: 'unknown' as const,
    reason: 'it was not tried',
    resultType: undefined,
  }
  return {
    ...base,
    delivery,
    reason,
    ...(resultType === undefined ? {} : { resultType }),
    addresses: outcomes,
  }
}

/** A sender tries all addresses of a host, so the best one counts. */
const bestFirst: readonly Delivery[] = [
  'delivered-verified',
  'delivered-unprotected',
  'unknown',
  'deferred',
  'refused',
]

function demandOf(
  view: DomainView,
  mxHost: string,
  decisions: readonly Decision[],
  route: SeenRoute | undefined,
  assessed: HostAssessment | undefined,
): HostDemand {
  const enforced = decisions.find(decision => decision.action === 'require-mta-sts')
  const asksDane = decisions.find(({ action }) => action === 'require-dane' || action === 'prefer-dane')
  return {
    mtaSts:
      enforced?.action === 'require-mta-sts'
        ? {
            kind: 'enforce',
            listed: isDomainName(mxHost) && matchMxHost(mxHost, enforced.document.value.mxHostPatterns),
          }
        : { kind: 'none' },
    dane:
      asksDane === undefined
        ? { kind: 'none' }
        : daneDemand(view, asksDane.action === 'require-dane', route, assessed),
  }
}

function daneDemand(
  view: DomainView,
  required: boolean,
  route: SeenRoute | undefined,
  assessed: HostAssessment | undefined,
): HostDemand['dane'] {
  if (assessed?.protection === 'unknown') return { kind: 'skip', reason: assessed.reason }
  if (route?.tlsa.kind !== 'secure') {
    return required
      ? { kind: 'skip', reason: 'it has no TLSA records', resultType: 'dane-required' }
      : { kind: 'none' }
  }
  if (assessed?.protection === 'encrypted') return { kind: 'encrypt' }
  const { records, tlsaBaseDomain } = route.tlsa
  return {
    kind: 'authenticate',
    records: effectiveTlsaRecords(records),
    names: daneNamesOf(view.observation, tlsaBaseDomain),
  }
}

/** The hosts in order of preference: the first one that does not put the sender off takes the message. */
function overall(hosts: readonly HostOutcome[]): Pick<SenderOutcome, 'delivery' | 'reason'> {
  const preferences = [...new Set(hosts.map(({ preference }) => preference))].sort(
    (one, other) => one - other,
  )
  for (const preference of preferences) {
    const taking = hosts.filter(host => host.preference === preference && host.delivery !== 'deferred')
    // Of equal hosts chance picks one, so the worse outcome is what must be reckoned with.
    const found = worstFirst
      .map(delivery => taking.find(host => host.delivery === delivery))
      .find(host => host !== undefined)
    if (found !== undefined) return { delivery: found.delivery, reason: `${found.mxHost}: ${found.reason}` }
  }
  const [first] = hosts
  const reason = first === undefined ? 'there is no host' : `${first.mxHost}: ${first.reason}`
  return { delivery: 'deferred', reason: hosts.length > 1 ? `no host takes it; ${reason}` : reason }
}

const worstFirst: readonly Delivery[] = ['delivered-unprotected', 'unknown', 'delivered-verified']
