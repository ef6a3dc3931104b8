import { type DomainName, type MtaStsPolicyDocument, parseMtaStsPolicy } from '@sternpost/protocol'
import type { MtaStsPolicyTable } from '../store/index.ts'

/** A policy we hold for another domain, and when it is to be looked at again. Times in milliseconds since 1970. */
export interface StoredPolicy {
  readonly policyDomain: DomainName
  readonly policyId: string
  readonly document: MtaStsPolicyDocument
  readonly expiresAt: number
  readonly lastUsedAt: number
  readonly nextCheckAt: number
}

/**
 * The least time a policy is held, so that all lookups of one delivery get the same answer.
 *
 * Unclear: RFC 8461 §3.2 allows a max_age of 0; without a hold such a policy would never apply to anything.
 */
const LEAST_HOLD_MS = 60_000

export function expiryOf(document: MtaStsPolicyDocument): number {
  return document.fetchedAt + Math.max(document.value.maxAgeSeconds * 1000, LEAST_HOLD_MS)
}

export function toRow(policy: StoredPolicy): MtaStsPolicyTable {
  return {
    policy_domain: policy.policyDomain,
    policy_id: policy.policyId,
    policy_text: policy.document.text,
    fetched_at: policy.document.fetchedAt,
    expires_at: policy.expiresAt,
    last_used_at: policy.lastUsedAt,
    next_check_at: policy.nextCheckAt,
  }
}

/** Undefined where the stored text is no policy: the row was damaged, and a policy must not be guessed. */
export function fromRow(row: MtaStsPolicyTable): StoredPolicy | undefined {
  const parsed = parseMtaStsPolicy(row.policy_text)
  if (!parsed.ok) return undefined
  return {
    policyDomain: row.policy_domain as DomainName,
    policyId: row.policy_id,
    document: { text: row.policy_text, value: parsed.value, fetchedAt: Number(row.fetched_at) },
    expiresAt: Number(row.expires_at),
    lastUsedAt: Number(row.last_used_at),
    nextCheckAt: Number(row.next_check_at),
  }
}
