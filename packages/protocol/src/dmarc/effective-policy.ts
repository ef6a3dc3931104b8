import { type DmarcPolicy, type DmarcRecord, dmarcPolicies } from './record.ts'

/** Where the records that may hold for an author domain were found. */
export interface DmarcRecords {
  /** At the author domain itself. */
  readonly author: DmarcRecord | undefined
  /** At its organizational domain; the same record where that is the author domain. */
  readonly organizational: DmarcRecord | undefined
  /** Whether the author domain is its own organizational domain. */
  readonly isOrganizational: boolean
  /** Whether the author domain exists in DNS. */
  readonly exists: boolean
}

export interface EffectiveDmarcPolicy {
  /** As published. */
  readonly policy: DmarcPolicy
  /** As receivers after RFC 9989 apply it: with `t=y` one step less. */
  readonly applied: DmarcPolicy
  readonly from: 'author' | 'organizational'
  readonly tag: 'p' | 'sp' | 'np'
}

/**
 * The policy that holds for mail of an author domain; undefined where no record holds.
 *
 * Source: RFC 9989 §4.10.1, §4.7 (`t`).
 */
export function effectiveDmarcPolicy(records: DmarcRecords): EffectiveDmarcPolicy | undefined {
  const { author, organizational, isOrganizational, exists } = records
  if (author !== undefined) return effective(author, author.policy, 'author', 'p')
  if (organizational === undefined || isOrganizational) return undefined
  const { policy, subdomainPolicy, nonexistentPolicy } = organizational
  if (!exists && nonexistentPolicy !== undefined)
    return effective(organizational, nonexistentPolicy, 'organizational', 'np')
  if (subdomainPolicy !== undefined) return effective(organizational, subdomainPolicy, 'organizational', 'sp')
  return effective(organizational, policy, 'organizational', 'p')
}

function effective(
  record: DmarcRecord,
  policy: DmarcPolicy,
  from: EffectiveDmarcPolicy['from'],
  tag: EffectiveDmarcPolicy['tag'],
): EffectiveDmarcPolicy {
  const step = dmarcPolicies.indexOf(policy)
  const applied = record.testing ? dmarcPolicies[Math.max(0, step - 1)]! : policy
  return { policy, applied, from, tag }
}
