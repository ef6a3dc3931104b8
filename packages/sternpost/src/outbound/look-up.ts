import { domainToASCII } from 'node:url'
import {
  type DnsAnswer,
  type DnsLookup,
  type DnsRecordType,
  type PolicyFetchEvidence,
  type PolicyFetchResult,
  type ResolverValidation,
  summarizeValidation,
} from '@sternpost/network'
import {
  assessTlsaUsability,
  type DaneState,
  type Decision,
  decide,
  decideDaneProtection,
  formatNextHop,
  formatTlsaRecord,
  type Issue,
  type MtaStsState,
  type NextHop,
  type NextHopObservation,
  parseNextHopKey,
  type SocketmapReply,
} from '@sternpost/protocol'
import type { EventHistory, RecordedEvent } from './events.ts'
import { findRecord, type RecordFinding, recordNameOf } from './mta-sts-record.ts'
import { type DecisionSettings, generalOverride } from './next-hop-policies.ts'
import type { PolicyStore } from './policy-store.ts'
import { socketmapReplyFor } from './socketmap-answers.ts'
import type { StoredPolicy } from './stored-policy.ts'

/** The eyes of a lookup by hand. */
export interface LookUpSources {
  readonly dns: DnsLookup
  readonly observe: (dns: DnsLookup, nextHop: NextHop) => Promise<NextHopObservation>
  readonly fetchPolicy: (policyDomain: NextHop['domain']) => Promise<PolicyFetchResult>
  readonly proveValidation: () => Promise<readonly ResolverValidation[]>
  readonly policies: Pick<PolicyStore, 'load'>
  readonly history: Pick<EventHistory, 'list'>
  readonly settings: Pick<DecisionSettings, 'whileFetching' | 'afterFailure' | 'minimumLevel' | 'overrides'>
  readonly now: () => number
}

/** Everything that was seen of one next hop and what follows from it: the value behind `sternpost lookup --json`. */
export interface LookUpReport {
  /** The next hop in its canonical form. */
  readonly nextHop: string
  /** Milliseconds since 1970. */
  readonly lookedUpAt: number
  readonly resolvers: readonly ResolverValidation[]
  /** Every DNS answer in the order it came. */
  readonly answers: readonly DnsAnswer[]
  readonly mtaSts: {
    readonly record: RecordFinding
    readonly fetch?: {
      readonly ok: boolean
      readonly issues: readonly Issue[]
      readonly evidence: PolicyFetchEvidence
    }
    /** What the database holds, also when expired. */
    readonly cached?: StoredPolicy
    readonly state: MtaStsState
  }
  readonly dane: {
    readonly state: DaneState
    readonly observation?: NextHopObservation
    readonly tlsa: readonly LookUpTlsa[]
  }
  readonly override?: string
  readonly decision: Decision
  /** What Postfix is told, by map name. */
  readonly replies: { readonly postfix34: SocketmapReply; readonly postfix310: SocketmapReply }
  /** The newest events of the policy domain. */
  readonly events: readonly RecordedEvent[]
}

export interface LookUpTlsa {
  readonly mxHost: string
  readonly tlsaBaseDomain: string
  /** Presentation form: `3 1 1 ab…`. */
  readonly record: string
  readonly usable: boolean
  readonly reason?: string
}

const EVENTS_SHOWN = 10

/** Reads what a person typed as a next hop; undefined where no policy can belong to it. */
export function parseLookUpKey(text: string): NextHop | undefined {
  const key = parseNextHopKey(text, domainToASCII)
  return key.kind === 'next-hop' ? key.nextHop : undefined
}

/**
 * Looks a next hop up afresh and decides, showing every step.
 *
 * Unlike the daemon it waits for everything: DNS and the policy host are asked now, whatever is cached.
 * Effects: DNS questions and one policy fetch; nothing is stored.
 */
export async function lookUp(nextHop: NextHop, sources: LookUpSources): Promise<LookUpReport> {
  const { now, settings } = sources
  const answers: DnsAnswer[] = []
  const dns = recording(sources.dns, answers)
  const [resolvers, cached, events, mtaStsLive] = await Promise.all([
    sources.proveValidation(),
    sources.policies.load(nextHop.domain),
    sources.history.list(EVENTS_SHOWN, nextHop.domain),
    lookUpMtaSts(nextHop, dns, sources),
  ])
  const dane = await lookUpDane(nextHop, dns, resolvers, sources)
  const state = mtaStsStateOf(nextHop, mtaStsLive, cached, now())
  const override =
    settings.overrides.find(nextHop.domain, now())?.override ?? generalOverride(settings.minimumLevel)
  const decision = decide({
    policyDomain: nextHop.domain,
    dane: dane.state,
    mtaSts: state,
    override,
    whileFetching: settings.whileFetching,
    afterFailure: settings.afterFailure,
  })
  const { record, fetch } = mtaStsLive
  return {
    nextHop: formatNextHop(nextHop),
    lookedUpAt: now(),
    resolvers,
    answers,
    mtaSts: {
      record,
      ...(fetch === undefined ? {} : { fetch: summaryOf(fetch) }),
      ...(cached === undefined ? {} : { cached }),
      state,
    },
    dane,
    ...(override === undefined ? {} : { override: `${override.action}: ${override.reason}` }),
    decision,
    replies: {
      postfix34: socketmapReplyFor(decision, 'plain'),
      postfix310: socketmapReplyFor(decision, 'tlsrpt'),
    },
    events,
  }
}

interface LiveMtaSts {
  readonly record: RecordFinding
  readonly fetch: PolicyFetchResult | undefined
}

async function lookUpMtaSts(nextHop: NextHop, dns: DnsLookup, sources: LookUpSources): Promise<LiveMtaSts> {
  const record = findRecord(await dns.lookup(recordNameOf(nextHop.domain), 'TXT'))
  return { record, fetch: record.kind === 'id' ? await sources.fetchPolicy(nextHop.domain) : undefined }
}

async function lookUpDane(
  nextHop: NextHop,
  dns: DnsLookup,
  resolvers: readonly ResolverValidation[],
  sources: LookUpSources,
): Promise<LookUpReport['dane']> {
  const { dane, detail } = summarizeValidation(resolvers)
  if (dane === 'off') return { state: { kind: 'off', reason: detail }, tlsa: [] }
  const observation = await sources.observe(dns, nextHop)
  return { state: decideDaneProtection(observation), observation, tlsa: tlsaOf(observation) }
}

function tlsaOf(observation: NextHopObservation): LookUpTlsa[] {
  if (!('hosts' in observation)) return []
  return observation.hosts.flatMap(({ mxHost, tlsa }) => {
    if (tlsa.kind !== 'secure') return []
    return tlsa.records.map(record => {
      const usability = assessTlsaUsability(record)
      const about = { mxHost, tlsaBaseDomain: tlsa.tlsaBaseDomain, record: formatTlsaRecord(record) }
      return usability.usable
        ? { ...about, usable: true }
        : { ...about, usable: false, reason: usability.issue.message }
    })
  })
}

function mtaStsStateOf(
  nextHop: NextHop,
  { record, fetch }: LiveMtaSts,
  cached: StoredPolicy | undefined,
  now: number,
): MtaStsState {
  const { domain: policyDomain } = nextHop
  if (record.kind === 'id' && fetch?.ok === true) {
    return { kind: 'applicable', policyDomain, policyId: record.policyId, document: fetch.document }
  }
  // RFC 8461 §3.3: whatever fails live, a cached policy that has not expired is applied.
  if (cached !== undefined && now < cached.expiresAt) {
    return { kind: 'applicable', policyDomain, policyId: cached.policyId, document: cached.document }
  }
  if (record.kind === 'failure') return { kind: 'unknown', reason: record.reason }
  if (record.kind === 'none') return { kind: 'none', reason: record.reason }
  const why = fetch?.ok === false ? fetch.issues[0].message : 'it was not fetched'
  return { kind: 'unavailable', reason: `policy ${record.policyId} is announced but cannot be had: ${why}` }
}

function summaryOf(fetch: PolicyFetchResult) {
  return { ok: fetch.ok, issues: fetch.ok ? fetch.warnings : fetch.issues, evidence: fetch.evidence }
}

/** Passes every lookup on and notes its answer. */
function recording(dns: DnsLookup, answers: DnsAnswer[]): DnsLookup {
  return {
    async lookup<T extends DnsRecordType>(name: string, type: T) {
      const answer = await dns.lookup(name, type, { fresh: true })
      answers.push(answer)
      return answer
    },
  }
}
