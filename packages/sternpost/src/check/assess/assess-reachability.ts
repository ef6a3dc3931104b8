import { type NetworkIssueCode, reverseName } from '@sternpost/network'
import { quote } from '@sternpost/protocol'
import { finding, type TabledCode } from '../catalogue/index.ts'
import type { Evidence, Finding, Severity } from '../finding.ts'
import { answerTo, type DomainView, type HostView } from './domain-view.ts'
import { dnsEvidence, seenAt } from './evidence.ts'
import {
  faultEvidence,
  hostSubject,
  onSome,
  type ProbedAddress,
  probedAddresses,
  sessionSource,
} from './probed-address.ts'

/** A sender waits five minutes for a greeting (RFC 5321 §4.5.3.2), but mail that waits on it piles up. */
const SLOW_MS = 10_000

/** Judges whether the MX hosts can be reached on port 25 and speak SMTP. */
export function assessReachability(view: DomainView): readonly Finding[] {
  const blocked = portBlocked(view)
  if (blocked !== undefined) return [blocked]
  return view.hosts.flatMap(host => {
    const probed = probedAddresses(host)
    return [...reaching(view, host, probed), ...slow(host, probed), ...otherNames(view, host, probed)]
  })
}

function portBlocked(view: DomainView): Finding | undefined {
  if (view.observation.vantage.port25 !== 'blocked') return undefined
  return finding('smtp/port-blocked', {
    severity: 'unknown',
    subject: { kind: 'domain', domain: view.domain },
    message: `Nothing can be reached on port 25 from here, hosts known to work included: of the MX hosts of ${view.domain} nothing can be said. Run the check from a machine that may send mail.`,
    evidence: view.hosts.flatMap(probedAddresses).slice(0, 4).map(faultEvidence),
  })
}

/** Faults that may be ours, or pass by themselves. */
export const doubtfulCodes: readonly NetworkIssueCode[] = [
  'smtp/no-time',
  'smtp/aborted',
  'smtp/greeting-temporary',
]

function reaching(view: DomainView, host: HostView, probed: readonly ProbedAddress[]): readonly Finding[] {
  const failed = probed.filter(({ smtp }) => smtp.fault !== undefined && smtp.startTlsOffered === undefined)
  const [first] = failed
  if (first === undefined) return []
  const alive = probed.length - failed.length
  const fault = first.smtp.fault
  // From a machine without IPv6 every AAAA looks dead.
  const ours =
    failed.every(({ address }) => address.includes(':')) && view.observation.vantage.ipv6 === 'unknown'
  if (fault === undefined || (ours && alive > 0)) return []
  const evidence = failed.slice(0, 8).map(faultEvidence)
  const subject = hostSubject(host, failed)
  if (failed.every(({ smtp }) => smtp.fault !== undefined && doubtfulCodes.includes(smtp.fault.code))) {
    const later = fault.code === 'smtp/greeting-temporary'
    return [
      finding(fault.code as TabledCode, {
        severity: 'unknown',
        subject,
        message: later
          ? `${host.mxHost} asks to come back later${onSome(failed, probed)}: ${fault.message}. Senders do so; nothing is known of its TLS.`
          : `${host.mxHost} could not be looked at in time${onSome(failed, probed)}: ${fault.message}.`,
        evidence,
      }),
    ]
  }
  if (alive > 0) {
    return [
      finding('smtp/address-dead', {
        severity: 'warning',
        subject,
        message: `${host.mxHost} does not work as a mail server${onSome(failed, probed)}: ${fault.message}. Senders lose time there before they try the next address.`,
        evidence,
        remedy: {
          text: 'Let the server answer on every address in DNS, or take the address out.',
          replacements: [],
        },
      }),
    ]
  }
  const others = view.hosts.filter(
    other => other !== host && probedAddresses(other).some(({ smtp }) => smtp.startTlsOffered !== undefined),
  )
  return [
    finding(fault.code as TabledCode, {
      severity: reachSeverity(fault.code, others.length),
      subject,
      message: `${host.mxHost} takes no mail: ${fault.message}. ${others.length === 0 ? 'Mail waits at the senders and comes back.' : 'Senders lose time and go to the next host.'}`,
      evidence,
    }),
  ]
}

function reachSeverity(code: NetworkIssueCode, others: number): Severity {
  // Silence within our few seconds is not yet silence for a sender that waits five minutes.
  if (code === 'smtp/timeout' || code === 'smtp/slow') return others > 0 ? 'warning' : 'unknown'
  return others > 0 ? 'warning' : 'error'
}

function slow(host: HostView, probed: readonly ProbedAddress[]): readonly Finding[] {
  const late = probed.filter(({ smtp }) => (smtp.greeting?.afterMs ?? 0) > SLOW_MS)
  if (late.length === 0) return []
  return [
    finding('smtp/slow', {
      severity: 'warning',
      subject: hostSubject(host, late),
      message: `${host.mxHost} greets after ${Math.round((late[0]?.smtp.greeting?.afterMs ?? 0) / 1000)} s${onSome(late, probed)}: senders wait, but their queues grow.`,
      evidence: late.slice(0, 4).map(greetingEvidence),
    }),
  ]
}

/** A host that calls itself otherwise, and whose address points back elsewhere; as information. */
function otherNames(view: DomainView, host: HostView, probed: readonly ProbedAddress[]): readonly Finding[] {
  const odd = probed.flatMap(({ address, smtp }) => {
    const pointers = answerTo(view.observation, reverseName(address), 'PTR')
    const called = smtp.ehlo?.lines[0]?.split(/[ \t]/, 1)[0]?.toLowerCase()
    if (pointers?.kind !== 'records' || called === undefined || called === host.mxHost) return []
    return pointers.records.includes(host.mxHost) ? [] : [{ address, smtp, called, pointers }]
  })
  const [first] = odd
  if (first === undefined) return []
  return [
    finding('mx/ehlo-name', {
      severity: 'advice',
      subject: hostSubject(host, odd),
      message: `${host.mxHost} calls itself ${quote(first.called)}, and its address points back to ${first.pointers.records
        .slice(0, 3)
        .map(name => quote(name))
        .join(', ')}${onSome(odd, probed)}: this costs no mail.`,
      evidence: [...dnsEvidence(first.pointers), greetingEvidence(first)],
    }),
  ]
}

function greetingEvidence(seen: ProbedAddress): Evidence {
  const { greeting, startedAt } = seen.smtp
  return seenAt(
    `${greeting?.code ?? ''} ${greeting?.lines[0] ?? ''} after ${greeting?.afterMs ?? 0} ms`,
    sessionSource(seen),
    startedAt,
  )
}
