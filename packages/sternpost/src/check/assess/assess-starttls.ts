import { finding } from '../catalogue/index.ts'
import type { Finding } from '../finding.ts'
import { doubtfulCodes } from './assess-reachability.ts'
import type { DomainView, HostView } from './domain-view.ts'
import {
  ehloEvidence,
  faultEvidence,
  hostSubject,
  onSome,
  type ProbedAddress,
  probedAddresses,
} from './probed-address.ts'
import { offeredVersions, showVersions, speaksOldVersionsOnly, versionEvidence } from './tls-versions.ts'

/** Judges whether STARTTLS is offered and leads to TLS that senders accept. */
export function assessStartTls(view: DomainView): readonly Finding[] {
  return view.hosts.flatMap(host => startTls(view, host, probedAddresses(host)))
}

function startTls(view: DomainView, host: HostView, probed: readonly ProbedAddress[]): readonly Finding[] {
  const greeted = probed.filter(({ smtp }) => smtp.startTlsOffered !== undefined)
  const without = greeted.filter(({ smtp }) => smtp.startTlsOffered === false)
  if (without.length > 0 && without.length < greeted.length) {
    return [
      finding('starttls/varies', {
        severity: 'warning',
        subject: hostSubject(host, without),
        message: `${host.mxHost} does not offer STARTTLS${onSome(without, greeted)}: mail to there goes in clear text${enforcedTail(view, host)}. A device in between may take the offer out.`,
        evidence: greeted.slice(0, 8).map(ehloEvidence),
        remedy: {
          text: 'Switch on STARTTLS everywhere; look for a firewall that rewrites SMTP.',
          replacements: [],
        },
      }),
    ]
  }
  if (without.length > 0) {
    const waits = view.mode === 'enforce' && host.listed === true
    return [
      finding('starttls/not-offered', {
        severity: view.mode === 'testing' ? 'warning' : 'error',
        subject: hostSubject(host, without),
        message: `${host.mxHost} does not offer STARTTLS: ${waits ? 'senders with MTA-STS do not deliver there, all others' : 'all senders'} send in clear text.`,
        evidence: without.slice(0, 8).map(ehloEvidence),
        remedy: {
          text: 'Give the mail server a certificate and switch on STARTTLS.',
          replacements: [
            {
              kind: 'command',
              text: `postconf -e smtpd_tls_security_level=may smtpd_tls_chain_files=/etc/ssl/${host.mxHost}.pem`,
            },
          ],
        },
      }),
    ]
  }
  return brokenTls(view, host, greeted)
}

function enforcedTail(view: DomainView, host: HostView): string {
  return view.mode === 'enforce' && host.listed === true ? ', or from senders with MTA-STS not at all' : ''
}

/** STARTTLS is offered, but it does not come to TLS. */
function brokenTls(view: DomainView, host: HostView, greeted: readonly ProbedAddress[]): readonly Finding[] {
  const refused = greeted.filter(({ smtp }) => smtp.fault?.step === 'starttls')
  // A host that knows old versions only is told so, whether or not our own handshake came about.
  const old = greeted.filter(({ smtp }) => speaksOldVersionsOnly(smtp))
  const rest = greeted.filter(seen => seen.smtp.fault?.step === 'handshake' && !old.includes(seen))
  const severity = view.mode === 'testing' ? 'warning' : 'error'
  const findings: Finding[] = []
  if (refused.length > 0) {
    findings.push(
      finding('starttls/refused', {
        severity: doubtfulFault(refused) ? 'unknown' : severity,
        subject: hostSubject(host, refused),
        message: `${host.mxHost} offers STARTTLS and then refuses it${onSome(refused, greeted)}: ${refused[0]?.smtp.fault?.message}. ${tlsFails(view, host)}`,
        evidence: refused.slice(0, 8).map(faultEvidence),
      }),
    )
  }
  if (rest.length > 0) {
    findings.push(
      finding('starttls/handshake', {
        severity: doubtfulFault(rest) ? 'unknown' : severity,
        subject: hostSubject(host, rest),
        message: `The TLS handshake with ${host.mxHost} fails${onSome(rest, greeted)}: ${rest[0]?.smtp.fault?.message}. ${tlsFails(view, host)}`,
        evidence: rest.slice(0, 8).map(faultEvidence),
      }),
    )
  }
  if (old.length > 0) {
    findings.push(
      finding('starttls/tls-version', {
        severity,
        subject: hostSubject(host, old),
        message: `${host.mxHost} speaks ${showVersions(old.slice(0, 1).flatMap(({ smtp }) => offeredVersions(smtp)))} only${onSome(old, greeted)}: senders of today refuse that. ${tlsFails(view, host)}`,
        evidence: old.slice(0, 8).map(versionEvidence),
        remedy: { text: 'Let the mail server speak TLS 1.2 and 1.3.', replacements: [] },
      }),
    )
  }
  return findings
}

function doubtfulFault(at: readonly ProbedAddress[]): boolean {
  return at.every(
    ({ smtp }) => smtp.fault !== undefined && [...doubtfulCodes, 'smtp/timeout'].includes(smtp.fault.code),
  )
}

function tlsFails(view: DomainView, host: HostView): string {
  return view.mode === 'enforce' && host.listed === true
    ? 'Senders with MTA-STS do not deliver there; others fall back to clear text or let the mail wait.'
    : 'Senders fall back to clear text, or let the mail wait.'
}
