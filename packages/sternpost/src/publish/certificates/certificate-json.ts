import { timeOf } from '../json-time.ts'
import type { CertificateState } from './certificate-source.ts'

/** How a certificate stands, as JSON; see docs/reference/domain-json.md. */
export type CertificateJson = ReturnType<typeof certificateJson>

export function certificateJson(state: CertificateState) {
  const { host, condition, origin, daysLeft, issuer, failures, lastError } = state
  return {
    host,
    condition,
    origin: origin ?? null,
    notBefore: timeOf(state.notBefore),
    notAfter: timeOf(state.notAfter),
    daysLeft: daysLeft ?? null,
    issuer: issuer ?? null,
    nextTryAt: timeOf(state.nextTryAt),
    failures,
    lastError: lastError === undefined ? null : { ...lastError, at: timeOf(lastError.at) },
  }
}
