import type { ChainFault, ObservedChain } from '@sternpost/network'
import type { ResultType, UsableTlsaRecord } from '@sternpost/protocol'
import { speaksOldVersionsOnly } from '../assess/index.ts'
import { judgeDane } from '../judge-dane.ts'
import type { SeenMxAddress } from '../observation.ts'
import type { AddressOutcome } from './sender-outcome.ts'

/** What a sender demands of one host before it hands over a message. */
export interface HostDemand {
  /**
   * - `none`: TLS where it is offered, whoever answers.
   * - `encrypt`: TLS, whoever answers.
   * - `authenticate`: a certificate that the TLSA records fit.
   * - `skip`: the host must not be used, for `reason`.
   */
  readonly dane:
    | { readonly kind: 'none' | 'encrypt' }
    | {
        readonly kind: 'authenticate'
        readonly records: readonly UsableTlsaRecord[]
        readonly names: readonly string[]
      }
    | { readonly kind: 'skip'; readonly reason: string; readonly resultType?: ResultType }
  /** Whether a policy in force demands a valid certificate, and whether it allows the host at all. */
  readonly mtaSts: { readonly kind: 'none' } | { readonly kind: 'enforce'; readonly listed: boolean }
}

/** What becomes of a message that is handed to one address. */
export function deliverToAddress(seen: SeenMxAddress, demand: HostDemand, at: number): AddressOutcome {
  const { address, smtp } = seen
  const outcome = (
    delivery: AddressOutcome['delivery'],
    reason: string,
    resultType?: ResultType,
  ): AddressOutcome => ({ address, delivery, reason, ...(resultType === undefined ? {} : { resultType }) })

  if (demand.dane.kind === 'skip') return outcome('deferred', demand.dane.reason, demand.dane.resultType)
  if (demand.mtaSts.kind === 'enforce' && !demand.mtaSts.listed) {
    return outcome('deferred', 'the policy does not list the host', 'validation-failure')
  }
  if (smtp === null) return outcome('unknown', 'it was not tried')
  const { fault, tls } = smtp
  if (smtp.ehlo === undefined || smtp.startTlsOffered === undefined) {
    if (fault === undefined || doubtful.includes(fault.code))
      return outcome('unknown', fault?.message ?? 'it was not tried')
    return outcome('deferred', fault.message)
  }
  const strict = demand.dane.kind !== 'none' || demand.mtaSts.kind === 'enforce'
  if (!smtp.startTlsOffered) {
    return strict
      ? outcome('deferred', 'STARTTLS is not offered', 'starttls-not-supported')
      : outcome('delivered-unprotected', 'in clear text, as STARTTLS is not offered')
  }
  if (tls === undefined) {
    if (fault === undefined || doubtful.includes(fault.code))
      return outcome('unknown', fault?.message ?? 'the handshake was not seen')
    const why = fault.step === 'starttls' ? 'starttls-not-supported' : 'validation-failure'
    return strict
      ? outcome('deferred', fault.message, why)
      : outcome('delivered-unprotected', 'in clear text, after the TLS handshake failed')
  }
  if (speaksOldVersionsOnly(smtp)) {
    return strict
      ? outcome('deferred', 'it speaks no TLS that senders of today take', 'validation-failure')
      : outcome('delivered-unprotected', 'in clear text, as it speaks no TLS that senders of today take')
  }
  const refusal = refusalOf(tls.chain, demand, at)
  if (refusal !== undefined) return outcome('deferred', refusal.reason, refusal.resultType)
  if (demand.dane.kind === 'authenticate')
    return outcome('delivered-verified', 'the certificate fits the TLSA records')
  if (demand.mtaSts.kind === 'enforce')
    return outcome('delivered-verified', 'the certificate is valid for a host that the policy lists')
  if (demand.dane.kind === 'encrypt')
    return outcome('delivered-unprotected', 'over TLS, which is demanded, to a host that proves nothing')
  return outcome('delivered-unprotected', 'over TLS, without a look at the certificate')
}

/** Faults of which we cannot know whether a sender would meet them. */
const doubtful: readonly string[] = [
  'smtp/no-time',
  'smtp/aborted',
  'smtp/timeout',
  'smtp/greeting-temporary',
]

const chainResultTypes: Readonly<Record<ChainFault, ResultType>> = {
  'self-signed': 'certificate-not-trusted',
  'untrusted-root': 'certificate-not-trusted',
  'incomplete-chain': 'certificate-not-trusted',
  'unknown-issuer': 'certificate-not-trusted',
  'issuer-expired': 'certificate-not-trusted',
  other: 'certificate-not-trusted',
  expired: 'certificate-expired',
  'not-yet-valid': 'certificate-not-trusted',
  'wrong-name': 'certificate-host-mismatch',
}

function refusalOf(
  chain: ObservedChain,
  { dane, mtaSts }: HostDemand,
  at: number,
): { readonly reason: string; readonly resultType: ResultType } | undefined {
  if (dane.kind === 'authenticate') {
    const verdict = judgeDane(dane.records, chain, dane.names, at)
    if (verdict.kind === 'mismatch')
      return { reason: 'no TLSA record fits the certificate', resultType: 'validation-failure' }
    if (verdict.kind === 'anchor-unproved')
      return { reason: verdict.reason, resultType: 'validation-failure' }
  }
  const [fault] = chain.faults
  if (mtaSts.kind === 'enforce' && fault !== undefined) {
    return {
      reason: `the certificate is not accepted: ${chain.faults.join(', ')}`,
      resultType: chainResultTypes[fault],
    }
  }
  return undefined
}
