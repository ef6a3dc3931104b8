import { type SmtpObservation, type TlsVersion, tlsVersions } from '@sternpost/network'
import type { Evidence } from '../finding.ts'
import { seenAt } from './evidence.ts'
import { type ProbedAddress, sessionSource } from './probed-address.ts'

/** Versions that senders of today refuse (RFC 8996). */
const oldVersions: readonly TlsVersion[] = ['TLSv1', 'TLSv1.1']

/** The versions a handshake proved. */
export function offeredVersions({ tls, trials }: SmtpObservation): readonly TlsVersion[] {
  return tlsVersions.filter(
    version => tls?.version === version || trials.tlsVersions[version].kind === 'offered',
  )
}

/** Of them those nobody should use any more. */
export function offeredOldVersions(smtp: SmtpObservation): readonly TlsVersion[] {
  return offeredVersions(smtp).filter(version => oldVersions.includes(version))
}

/** Whether a host proved to speak TLS, and none of the versions that senders of today take. */
export function speaksOldVersionsOnly(smtp: SmtpObservation): boolean {
  const offered = offeredVersions(smtp)
  return offered.length > 0 && offered.every(version => oldVersions.includes(version))
}

/** `TLS 1.0 and TLS 1.1`. */
export function showVersions(versions: readonly TlsVersion[]): string {
  return versions
    .map(version => `TLS ${version === 'TLSv1' ? '1.0' : version.slice('TLSv'.length)}`)
    .join(' and ')
}

/** Every version that was tried, and what came of it. */
export function versionEvidence(seen: ProbedAddress): Evidence {
  const trials = Object.entries(seen.smtp.trials.tlsVersions)
  const shown = trials.map(([version, trial]) => `${version} ${trial.kind}`).join(', ')
  return seenAt(shown, sessionSource(seen), seen.smtp.startedAt)
}
