import type { ReportedPolicy } from '@sternpost/protocol'

/** Sessions of one policy that no other policy of the same report holds already. */
export interface CountedSessions {
  readonly success: number
  readonly failure: number
}

/**
 * Counts sessions once where a report lists them under several policies.
 *
 * A session that was held to DANE and to MTA-STS stands under both (RFC 8460 §4.2), and nothing in a report ties the
 * two together. Microsoft lists the same numbers under `sts` and `tlsa` of a domain: policies of one domain with
 * different types and equal numbers are the same sessions. All else is added up: a policy twice, once for successes
 * and once for failures (SocketLabs), or several versions of it in a day (Google), are different sessions.
 */
export function countSessions(policies: readonly ReportedPolicy[]): readonly CountedSessions[] {
  /** By domain and numbers: how often each policy type had them. */
  const seen = new Map<string, Map<string, number>>()
  return policies.map(policy => {
    const { successfulSessionCount: success, failureSessionCount: failure } = policy
    const key = `${policy.policyDomain ?? ''} ${success} ${failure}`
    const byType = seen.get(key) ?? new Map<string, number>()
    seen.set(key, byType)
    const before = Math.max(0, ...byType.values())
    const times = (byType.get(policy.policyType) ?? 0) + 1
    byType.set(policy.policyType, times)
    return times > before ? { success, failure } : { success: 0, failure: 0 }
  })
}
