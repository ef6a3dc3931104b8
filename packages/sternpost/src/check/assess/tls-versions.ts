import type { Evidence } from '../finding.ts'
import { seenAt } from './evidence.ts'
import { type ProbedAddress, sessionSource } from './probed-address.ts'

/** The versions a handshake proved, as people write them. */
export function offeredVersions(seen: ProbedAddress | undefined): readonly string[] {
  const trials = Object.entries(seen?.smtp.trials.tlsVersions ?? {})
  return trials
    .filter(([, { kind }]) => kind === 'offered')
    .map(([version]) => version.replace('TLSv', 'TLS '))
}

/** Every version that was tried, and what came of it. */
export function versionEvidence(seen: ProbedAddress): Evidence {
  const trials = Object.entries(seen.smtp.trials.tlsVersions)
  const shown = trials.map(([version, trial]) => `${version} ${trial.kind}`).join(', ')
  return seenAt(shown, sessionSource(seen), seen.smtp.startedAt)
}
