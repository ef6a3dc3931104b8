import type { DomainName } from '../names/domain-name.ts'
import type { ReportedPolicy, TlsReport } from './report.ts'

/** How the numbers of the policies of one domain were put together. */
export type SumRule = 'single' | 'added' | 'repeated'

/** What each rule does, for whoever reads a number made by it. */
export const sumRules: Readonly<Record<SumRule, string>> = {
  single: 'One policy: its numbers as reported.',
  added:
    'Several policies, added: versions of a policy that changed during the day, one entry for successes and ' +
    'another for failures, or hosts under different policies.',
  repeated:
    'The same number of sessions under DANE (tlsa) and MTA-STS (sts): the same sessions seen under both, counted ' +
    'once, under the one with more failures (RFC 8460 §4 lets a session stand under every policy applied).',
}

/** What the sums do not say, to be shown beside failures by result type. */
export const resultTypeNote =
  'Failures by result type may add up to more than the failed sessions, as one session can fail in several ways, ' +
  'or to less, where a sender gives no reason (RFC 8460 §4).'

/** What one policy of a report adds to the sums; over all policies these give the totals. */
export interface CountedPolicy {
  readonly success: number
  readonly failure: number
}

export interface DomainSessions {
  readonly policyDomain: DomainName | undefined
  readonly success: number
  readonly failure: number
  readonly rule: SumRule
  /** Places in `report.policies`. */
  readonly policyIndexes: readonly number[]
  /** Sessions by result type, not additive: see `resultTypeNote`. */
  readonly failuresByResultType: ReadonlyMap<string, number>
}

export interface SessionSums {
  readonly success: number
  readonly failure: number
  readonly domains: readonly DomainSessions[]
  /** One for each policy of the report, in its order. */
  readonly policies: readonly CountedPolicy[]
}

/**
 * Counts the sessions of a report, each once.
 *
 * Shape: policies of one domain are added up, except where DANE and MTA-STS have the same number of sessions, not
 * zero: that is one set of sessions seen under both (Microsoft), and the side with more failures counts, DANE when
 * they are equal, as MTA-STS must not override it (RFC 8461 §2).
 * Unclear: whether sessions of different domains of one report, such as an MX host under `tlsa` and its recipient
 * domain under `sts`, are the same cannot be told from it; they are added.
 * Source: RFC 8460 §4, §4.2.
 */
export function sumSessions(report: TlsReport): SessionSums {
  const indexesByDomain = new Map<DomainName | undefined, number[]>()
  for (const [i, { policyDomain }] of report.policies.entries()) {
    const indexes = indexesByDomain.get(policyDomain)
    if (indexes === undefined) indexesByDomain.set(policyDomain, [i])
    else indexes.push(i)
  }
  const counted: CountedPolicy[] = report.policies.map(policy => ({
    success: policy.successfulSessionCount,
    failure: policy.failureSessionCount,
  }))
  const domains: DomainSessions[] = []
  for (const [policyDomain, policyIndexes] of indexesByDomain) {
    const policies = policyIndexes.map(i => report.policies[i]!)
    const repeatedType = findRepeatedType(policies)
    if (repeatedType !== undefined) {
      for (const i of policyIndexes)
        if (report.policies[i]!.policyType === repeatedType) counted[i] = { success: 0, failure: 0 }
    }
    const { success, failure } = add(policyIndexes.map(i => counted[i]!))
    const rule = repeatedType !== undefined ? 'repeated' : policies.length === 1 ? 'single' : 'added'
    const failuresByResultType = sumByResultType(policies, repeatedType !== undefined)
    domains.push({ policyDomain, success, failure, rule, policyIndexes, failuresByResultType })
  }
  return { ...add(domains), domains, policies: counted }
}

/** The policy type whose sessions another type has already. */
function findRepeatedType(policies: readonly ReportedPolicy[]): 'sts' | 'tlsa' | undefined {
  const of = (type: string) =>
    add(
      policies
        .filter(policy => policy.policyType === type)
        .map(policy => ({ success: policy.successfulSessionCount, failure: policy.failureSessionCount })),
    )
  const sts = of('sts')
  const tlsa = of('tlsa')
  const sessions = tlsa.success + tlsa.failure
  if (sessions === 0 || sts.success + sts.failure !== sessions) return undefined
  return sts.failure > tlsa.failure ? 'tlsa' : 'sts'
}

/** Where DANE and MTA-STS repeat each other, the larger number of either is taken for a result type. */
function sumByResultType(
  policies: readonly ReportedPolicy[],
  isRepeated: boolean,
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  const repeated = new Map<string, { sts: number; dane: number }>()
  for (const { policyType, failures } of policies) {
    for (const { resultType, failedSessionCount } of failures) {
      if (isRepeated && (policyType === 'sts' || policyType === 'tlsa')) {
        const both = repeated.get(resultType) ?? { sts: 0, dane: 0 }
        both[policyType === 'sts' ? 'sts' : 'dane'] += failedSessionCount
        repeated.set(resultType, both)
      } else {
        sums.set(resultType, (sums.get(resultType) ?? 0) + failedSessionCount)
      }
    }
  }
  for (const [resultType, { sts, dane }] of repeated)
    sums.set(resultType, (sums.get(resultType) ?? 0) + Math.max(sts, dane))
  return sums
}

function add(counts: readonly { readonly success: number; readonly failure: number }[]): CountedPolicy {
  let success = 0
  let failure = 0
  for (const count of counts) {
    success += count.success
    failure += count.failure
  }
  return { success, failure }
}
