import type { SmtpObservation } from '@sternpost/network'
import { quote } from '@sternpost/protocol'
import { finding } from '../catalogue/index.ts'
import type { Evidence, Finding } from '../finding.ts'
import type { DomainView, HostView } from './domain-view.ts'
import { seenAt } from './evidence.ts'
import {
  ehloEvidence,
  faultEvidence,
  hostSubject,
  onSome,
  type ProbedAddress,
  probedAddresses,
  sessionSource,
} from './probed-address.ts'
import { offeredOldVersions, showVersions, speaksOldVersionsOnly, versionEvidence } from './tls-versions.ts'

/** Judges how good the TLS of the MX hosts is, beyond the certificate. */
export function assessTlsDetails(view: DomainView): readonly Finding[] {
  return view.hosts.flatMap(host => {
    const probed = probedAddresses(host)
    return [...versions(host, probed), ...details(host, probed)]
  })
}

function versions(host: HostView, probed: readonly ProbedAddress[]): readonly Finding[] {
  // A host that speaks nothing better has `starttls/tls-version`.
  const modern = probed.filter(({ smtp }) => smtp.tls !== undefined && !speaksOldVersionsOnly(smtp))
  const old = modern.filter(({ smtp }) => offeredOldVersions(smtp).length > 0)
  const without13 = modern.filter(({ smtp }) => smtp.trials.tlsVersions['TLSv1.3'].kind === 'refused')
  const findings: Finding[] = []
  const [first] = old
  if (first !== undefined) {
    findings.push(
      finding('starttls/tls-old', {
        severity: 'advice',
        subject: hostSubject(host, old),
        message: `${host.mxHost} still accepts ${showVersions(offeredOldVersions(first.smtp))}${onSome(old, modern)}: harmless to mail that could speak better, but an attacker may lead it there.`,
        evidence: old.slice(0, 4).map(versionEvidence),
        remedy: {
          text: 'Switch them off.',
          replacements: [{ kind: 'command', text: 'postconf -e "smtpd_tls_protocols = >=TLSv1.2"' }],
        },
      }),
    )
  }
  if (without13.length > 0) {
    findings.push(
      finding('starttls/tls13-missing', {
        severity: 'advice',
        subject: hostSubject(host, without13),
        message: `${host.mxHost} does not speak TLS 1.3${onSome(without13, modern)}; mail still goes over TLS 1.2.`,
        evidence: without13.slice(0, 4).map(versionEvidence),
      }),
    )
  }
  return findings
}

const weakCiphers = /RC4|3DES|_DES_|EXPORT|NULL|_anon_|IDEA|SEED|MD5/
/** RFC 9325 §4.4: 2048 bits for finite fields, 224 for curves. */
const MIN_DH_BITS = 2048

function details(host: HostView, probed: readonly ProbedAddress[]): readonly Finding[] {
  const findings: Finding[] = []
  const weak = probed.filter(({ smtp }) => usedCiphers(smtp).some(cipher => weakCiphers.test(cipher)))
  if (weak.length > 0) {
    const shown =
      weak[0] === undefined
        ? ''
        : usedCiphers(weak[0].smtp)
            .filter(cipher => weakCiphers.test(cipher))
            .join(', ')
    findings.push(
      finding('starttls/cipher', {
        severity: 'warning',
        subject: hostSubject(host, weak),
        message: `${host.mxHost} accepts the weak cipher ${shown}${onSome(weak, probed)}: what it protects can be read with effort.`,
        evidence: weak.slice(0, 4).map(tlsEvidence),
      }),
    )
  }
  const weakKeys = probed.filter(({ smtp }) => hasWeakExchange(smtp))
  if (weakKeys.length > 0) {
    findings.push(
      finding('starttls/key-exchange', {
        severity: 'warning',
        subject: hostSubject(host, weakKeys),
        message: `${host.mxHost} negotiates a weak key exchange, or one without forward secrecy${onSome(weakKeys, probed)}: mail recorded today can be read once the key is known.`,
        evidence: weakKeys.slice(0, 4).map(tlsEvidence),
      }),
    )
  }
  const injected = probed.filter(({ smtp }) => smtp.trials.injection.kind === 'answered')
  if (injected.length > 0) {
    findings.push(
      finding('starttls/injection', {
        severity: 'warning',
        subject: hostSubject(host, injected),
        message: `${host.mxHost} answers after the handshake what was sent in clear before it${onSome(injected, probed)}: whoever sits in between can put commands into the sender's session.`,
        evidence: injected.slice(0, 4).map(({ address, smtp }) => {
          const { injection } = smtp.trials
          const reply =
            injection.kind === 'answered' ? `${injection.reply.code} ${injection.reply.lines[0] ?? ''}` : ''
          return seenAt(
            `reply to the injected command: ${quote(reply)}`,
            sessionSource({ address, smtp }),
            smtp.startedAt,
          )
        }),
        remedy: {
          text: 'Update the mail server; what precedes the handshake must be thrown away.',
          replacements: [],
        },
      }),
    )
  }
  const changed = probed.filter(
    ({ smtp }) => lostAfterTls(smtp).length > 0 || smtp.capabilitiesAfterTls?.some(isStartTls),
  )
  if (changed.length > 0) {
    const [seen] = changed
    const lost = seen === undefined ? [] : lostAfterTls(seen.smtp)
    findings.push(
      finding('starttls/ehlo-changes', {
        severity: 'advice',
        subject: hostSubject(host, changed),
        message:
          seen?.smtp.capabilitiesAfterTls?.some(isStartTls) === true
            ? `${host.mxHost} offers STARTTLS again inside TLS, which it must not.`
            : `${host.mxHost} no longer offers ${lost.map(word => quote(word)).join(', ')} after the handshake: senders must ask again and lose it.`,
        evidence: changed.slice(0, 4).map(ehloEvidence),
      }),
    )
  }
  return findings
}

function usedCiphers(smtp: SmtpObservation): readonly string[] {
  const trials = Object.values(smtp.trials.tlsVersions).flatMap(trial =>
    trial.kind === 'offered' ? [trial.cipher] : [],
  )
  return [...new Set([...(smtp.tls === undefined ? [] : [smtp.tls.cipher]), ...trials])]
}

function hasWeakExchange({ tls }: SmtpObservation): boolean {
  if (tls === undefined || tls.version === 'TLSv1.3') return false
  if (tls.ephemeralKey === null) return true
  const { type, bits } = tls.ephemeralKey
  return type === 'DH' && bits !== null && bits < MIN_DH_BITS
}

/** Extensions that stand before TLS and not after; what must or may change is left out. */
function lostAfterTls({ capabilities, capabilitiesAfterTls }: SmtpObservation): readonly string[] {
  if (capabilities === undefined || capabilitiesAfterTls === undefined) return []
  const after = new Set(capabilitiesAfterTls.map(keyword))
  return [...new Set(capabilities.map(keyword))].filter(
    word => word !== 'STARTTLS' && word !== '' && !after.has(word),
  )
}

function isStartTls(line: string): boolean {
  return keyword(line) === 'STARTTLS'
}

function keyword(line: string): string {
  return (line.split(/[ =]/, 1)[0] ?? '').toUpperCase()
}

/** What the handshake agreed on. */
function tlsEvidence(seen: ProbedAddress): Evidence {
  const { tls, startedAt } = seen.smtp
  if (tls === undefined) return faultEvidence(seen)
  const key =
    tls.ephemeralKey === null ? 'no ephemeral key' : `${tls.ephemeralKey.name ?? tls.ephemeralKey.type}`
  return seenAt(`${tls.version} ${tls.cipher}, ${key}`, sessionSource(seen), startedAt)
}
