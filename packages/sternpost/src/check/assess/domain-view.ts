import type { DnsRecordType, ObservedResponse } from '@sternpost/network'
import {
  type DomainName,
  isDomainName,
  type MtaStsMode,
  type MtaStsPolicy,
  type MtaStsRecord,
  type MtaStsRecordSelection,
  matchMxHost,
  parseMtaStsPolicy,
  selectMtaStsRecord,
} from '@sternpost/protocol'
import type { Severity } from '../finding.ts'
import type { DomainObservation, SeenAnswer, SeenMxAddress } from '../observation.ts'
import type { AssessmentContext } from './assessment-context.ts'

/** One MX host with everything that is known of it. */
export interface HostView {
  readonly mxHost: string
  readonly preference: number
  /** Whether it is among the hosts that are tried first. */
  readonly primary: boolean
  readonly addresses: readonly SeenMxAddress[]
  /** Whether the policy allows it; null without a policy that lists hosts. */
  readonly listed: boolean | null
}

/** Why no policy is in force; the same words as in `MtaStsState`. */
export type PolicyState = 'applicable' | 'none' | 'unavailable' | 'unknown'

/**
 * An observation as senders understand it: what every assessment starts from.
 *
 * Shape: made once, by `viewDomain`, with the parsers that outbound mail uses.
 */
export interface DomainView {
  readonly observation: DomainObservation
  readonly context: AssessmentContext
  readonly domain: DomainName
  /** The time the domain is judged at, in milliseconds since 1970: when it was looked at. */
  readonly at: number
  readonly takesMail: boolean
  readonly hosts: readonly HostView[]
  /** null where the TXT records could not be looked up. */
  readonly selection: MtaStsRecordSelection | null
  readonly record: MtaStsRecord | null
  /** The answer of the policy host that senders use: the first good one, else the first at all. */
  readonly response: ObservedResponse | undefined
  readonly policyText: string | null
  /** The policy as it is served, whether or not a record announces it. */
  readonly servedPolicy: MtaStsPolicy | null
  /** The policy in force: announced and served. */
  readonly policy: MtaStsPolicy | null
  readonly policyState: PolicyState
  readonly mode: MtaStsMode | 'no-policy'
}

/** Reads an observation by the rules of senders. */
export function viewDomain(observation: DomainObservation, context: AssessmentContext): DomainView {
  const domain = observation.domain as DomainName
  const selection = selectionOf(observation)
  const record = selection?.kind === 'one' && selection.record.ok ? selection.record.value : null
  const response = policyResponse(observation)
  const policyText = response !== undefined && servesPolicy(response) ? (response.bodyText ?? '') : null
  const parsed = policyText === null ? null : parseMtaStsPolicy(policyText)
  const servedPolicy = parsed?.ok === true ? parsed.value : null
  const policy = record === null ? null : servedPolicy
  return {
    observation,
    context,
    domain,
    at: observation.startedAt,
    takesMail: takesMail(observation),
    hosts: viewHosts(observation, servedPolicy),
    selection,
    record,
    response,
    policyText,
    servedPolicy,
    policy,
    policyState: policyStateOf(selection, record, policy, response),
    mode: policy?.mode ?? 'no-policy',
  }
}

/** The answer to one question, where it was asked. */
export function answerTo<T extends DnsRecordType>(
  observation: DomainObservation,
  name: string,
  type: T,
): SeenAnswer<T> | undefined {
  const found = observation.answers.find(answer => answer.name === name && answer.type === type)
  return found as SeenAnswer<T> | undefined
}

/** The texts of a TXT answer; none for a denial. */
export function textsOf(answer: SeenAnswer<'TXT'> | undefined): readonly string[] {
  return answer?.kind === 'records' ? answer.records : []
}

/**
 * How much a fault weighs that makes senders with MTA-STS refuse a host.
 *
 * Shape: mail waits under `enforce`; it is only reported under `testing`; without a policy nobody looks.
 */
export function severityByMode(view: DomainView): Extract<Severity, 'error' | 'warning' | 'advice'> {
  if (view.mode === 'enforce') return 'error'
  return view.mode === 'testing' ? 'warning' : 'advice'
}

/** Whether a host hands out a policy file, though its text may be wrong: that is for whoever reads it. */
export function servesPolicy(response: ObservedResponse): boolean {
  const onlyText = response.issues.every(({ code }) => code.startsWith('mta-sts/'))
  return response.status === 200 && onlyText && !looksLikePage(response)
}

/** Whether what came is a web page. */
export function looksLikePage({ bodyText = '' }: ObservedResponse): boolean {
  return /^\s*(<!doctype|<html|<head|<\?xml)/i.test(bodyText)
}

/** Below a name that does not exist there is none (RFC 8020); null where the lookup failed or was not made. */
function selectionOf(observation: DomainObservation): MtaStsRecordSelection | null {
  if (observation.nextHop.route === 'no-name') return { kind: 'none' }
  const answer = answerTo(observation, `_mta-sts.${observation.domain}`, 'TXT')
  return answer === undefined || answer.kind === 'failure' ? null : selectMtaStsRecord(textsOf(answer))
}

function policyResponse(observation: DomainObservation): ObservedResponse | undefined {
  const responses = observation.policyHost?.responses ?? []
  return responses.find(({ issues }) => issues.length === 0) ?? responses.find(servesPolicy) ?? responses[0]
}

function policyStateOf(
  selection: MtaStsRecordSelection | null,
  record: MtaStsRecord | null,
  policy: MtaStsPolicy | null,
  response: ObservedResponse | undefined,
): PolicyState {
  if (selection === null) return 'unknown'
  if (record === null) return 'none'
  if (policy !== null) return 'applicable'
  const unfinished = response?.issues.some(({ code }) => code === 'policy-host/aborted') ?? false
  return unfinished ? 'unknown' : 'unavailable'
}

/** An MX record says so; without one the domain takes mail only if it has an address. */
function takesMail({ nextHop }: DomainObservation): boolean {
  if (nextHop.route === 'mx') return true
  return nextHop.route === 'implicit-mx' && nextHop.hosts.some(({ addresses }) => addresses.kind !== 'none')
}

function viewHosts(observation: DomainObservation, policy: MtaStsPolicy | null): readonly HostView[] {
  if (!('hosts' in observation.nextHop)) return []
  const { hosts } = observation.nextHop
  const first = Math.min(...hosts.map(({ preference }) => preference))
  return hosts.map(({ mxHost, preference }) => ({
    mxHost,
    preference,
    primary: preference === first,
    addresses: observation.mxHosts.find(host => host.mxHost === mxHost)?.addresses ?? [],
    listed:
      policy === null || policy.mode === 'none' || !isDomainName(mxHost)
        ? null
        : matchMxHost(mxHost, policy.mxHostPatterns),
  }))
}
