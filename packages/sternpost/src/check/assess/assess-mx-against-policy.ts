import {
  type DomainName,
  formatMxHostPattern,
  isDomainName,
  type MxHostPattern,
  matchMxHost,
} from '@sternpost/protocol'
import { getPublicSuffix } from 'tldts'
import { finding } from '../catalogue/index.ts'
import type { Finding } from '../finding.ts'
import { answerTo, type DomainView, type HostView, severityByMode } from './domain-view.ts'
import { dnsEvidence, seenAt } from './evidence.ts'
import { proposedPolicy, proposedRecord } from './proposed-policy.ts'

/** Compares the MX hosts of today with what the policy allows, in both directions. */
export function assessMxAgainstPolicy(view: DomainView): readonly Finding[] {
  const { policy } = view
  if (policy === null || policy.mode === 'none' || !view.takesMail) return []
  const missing = view.hosts.filter(({ listed }) => listed === false)
  const first = missing.length > 0 && missing.length === view.hosts.length ? [noneListed(view)] : []
  const single = first.length > 0 ? [] : missing.map(host => notListed(view, host))
  return [...first, ...single, ...unused(view, missing), ...withDane(view)]
}

function policySubject(view: DomainView, pattern?: MxHostPattern) {
  const line = pattern === undefined ? undefined : lineOf(view, pattern)
  return { kind: 'policy', domain: view.domain, ...(line === undefined ? {} : { line }) } as const
}

function evidence(view: DomainView) {
  const patterns = view.policy?.mxHostPatterns.map(formatMxHostPattern).join(', ') ?? ''
  const { response } = view
  return [
    ...dnsEvidence(answerTo(view.observation, view.domain, 'MX')),
    ...(response === undefined
      ? []
      : [seenAt(`policy mx: ${patterns}`, `${response.url} at ${response.address}`, response.startedAt)]),
  ]
}

function remedy(view: DomainView) {
  return {
    text: 'Serve the policy with every MX host, then change the id in the record.',
    replacements: [proposedPolicy(view), proposedRecord(view)],
  }
}

function consequence(view: DomainView): string {
  return view.mode === 'enforce'
    ? 'senders with MTA-STS do not deliver'
    : 'senders report a failure, and would not deliver once the mode is enforce'
}

function noneListed(view: DomainView): Finding {
  const hosts = view.hosts.map(({ mxHost }) => mxHost).join(', ')
  const explained = view.hosts.flatMap(host => explainWildcard(view, host)?.text ?? [])[0]
  return finding('mta-sts/mx-none-listed', {
    severity: severityByMode(view),
    subject: policySubject(view),
    message: `The policy of ${view.domain} allows none of its MX hosts (${hosts}): ${consequence(view)}${view.mode === 'enforce' ? '; all mail from them waits and comes back' : ''}.${explained === undefined ? '' : ` ${explained}`}`,
    evidence: evidence(view),
    remedy: remedy(view),
  })
}

function notListed(view: DomainView, host: HostView): Finding {
  const wildcard = explainWildcard(view, host)
  return finding(wildcard?.code ?? 'mta-sts/mx-not-listed', {
    severity: severityByMode(view),
    subject: { kind: 'mx-host', host: host.mxHost },
    message: `${wildcard?.text ?? `The policy of ${view.domain} does not list the MX host ${host.mxHost}.`} There ${consequence(view)}; ${shareOf(view, host)}.`,
    evidence: evidence(view),
    remedy: remedy(view),
  })
}

/** How much of the mail meets a host, by its preference. */
function shareOf(view: DomainView, host: HostView): string {
  const equal = view.hosts.filter(({ preference }) => preference === host.preference).length
  if (!host.primary) return 'it is a backup, so that this shows only while the hosts before it are down'
  if (equal === 1) return 'it is the first choice, so that all mail tries it first'
  return `it is one of ${equal} first choices and meets about ${Math.round(100 / equal)} % of the mail`
}

/** A wildcard that was meant to cover the host and does not. */
function explainWildcard(
  view: DomainView,
  { mxHost }: HostView,
):
  | { readonly code: 'mta-sts/mx-wildcard-depth' | 'mta-sts/mx-wildcard-apex'; readonly text: string }
  | undefined {
  for (const pattern of view.policy?.mxHostPatterns ?? []) {
    if (!pattern.wildcard) continue
    const text = formatMxHostPattern(pattern)
    if (mxHost === pattern.name) {
      return {
        code: 'mta-sts/mx-wildcard-apex',
        text: `The pattern ${text} does not cover the MX host ${mxHost} itself: the asterisk stands for exactly one label.`,
      }
    }
    if (mxHost.endsWith(`.${pattern.name}`)) {
      return {
        code: 'mta-sts/mx-wildcard-depth',
        text: `The pattern ${text} does not cover the MX host ${mxHost}: the asterisk stands for exactly one label, and here there are more.`,
      }
    }
  }
  return undefined
}

/** Patterns that match no host of today; under one finding, as a migration may leave several. */
function unused(view: DomainView, missing: readonly HostView[]): readonly Finding[] {
  const hosts = view.hosts.map(({ mxHost }) => mxHost).filter(isDomainName)
  const dead = (view.policy?.mxHostPatterns ?? []).filter(
    pattern => !hosts.some(host => matchMxHost(host, [pattern])) && !isSharedSuffix(pattern.name),
  )
  // Where hosts are missing, the patterns were meant for them; that is one fault.
  if (dead.length === 0 || missing.length > 0) return []
  const told = dead.map(formatMxHostPattern).join(', ')
  return [
    finding('mta-sts/mx-unused', {
      severity: 'advice',
      subject: policySubject(view, dead[0]),
      message: `No MX host of ${view.domain} matches ${told}: fine while hosts are being changed; otherwise whoever comes by such a name may take the mail.`,
      evidence: evidence(view),
      remedy: {
        text: 'Take the pattern out once no cached MX record leads there any more.',
        replacements: [proposedPolicy(view), proposedRecord(view)],
      },
    }),
  ]
}

/** Both protections at once: neither stands in for the other. */
function withDane(view: DomainView): readonly Finding[] {
  const { nextHop, vantage } = view.observation
  const covered = 'hosts' in nextHop && nextHop.hosts.some(({ tlsa }) => tlsa.kind === 'secure')
  if (!covered || !vantage.validates || nextHop.mxDnssec !== 'secure') return []
  return [
    finding('mta-sts/with-dane', {
      severity: 'ok',
      subject: { kind: 'domain', domain: view.domain },
      message: `${view.domain} has DANE and MTA-STS: senders that know both go by DANE, and a fault of one is not healed by the other.`,
      evidence: [],
    }),
  ]
}

function isSharedSuffix(name: DomainName): boolean {
  return getPublicSuffix(name, { allowPrivateDomains: true }) === name
}

function lineOf(view: DomainView, pattern: MxHostPattern): number | undefined {
  const text = formatMxHostPattern(pattern)
  const lines = view.policyText?.split('\n') ?? []
  const at = lines.findIndex(
    line =>
      /^mx\s*:/.test(line) &&
      line
        .slice(line.indexOf(':') + 1)
        .trim()
        .toLowerCase() === text,
  )
  return at === -1 ? undefined : at + 1
}
