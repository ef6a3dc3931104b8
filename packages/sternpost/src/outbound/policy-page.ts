import type { Store } from '../store/index.ts'
import { namesWith } from './names-with.ts'
import { fromRow, type StoredPolicy } from './stored-policy.ts'

/** What cached policies can be put in order by. */
export const policyOrders = ['domain', 'expires', 'used', 'fetched', 'checked'] as const
export type PolicyOrder = (typeof policyOrders)[number]

export interface PolicyQuestion {
  /** A part of the policy domain's name. */
  readonly text?: string | undefined
  readonly order: PolicyOrder
  readonly descending: boolean
  readonly limit: number
  /** Where the page before ended. */
  readonly after?: PolicyPosition | undefined
}

export interface PolicyPosition {
  /** The value of the column the order goes by. */
  readonly value: string | number
  readonly domain: string
}

const columns = {
  domain: 'policy_domain',
  expires: 'expires_at',
  used: 'last_used_at',
  fetched: 'fetched_at',
  checked: 'next_check_at',
} as const satisfies Record<PolicyOrder, string>

const values = {
  domain: policy => policy.policyDomain,
  expires: policy => policy.expiresAt,
  used: policy => policy.lastUsedAt,
  fetched: policy => policy.document.fetchedAt,
  checked: policy => policy.nextCheckAt,
} as const satisfies Record<PolicyOrder, (policy: StoredPolicy) => string | number>

/** Where a policy stands in an order. */
export function positionOf(policy: StoredPolicy, order: PolicyOrder): PolicyPosition {
  return { value: values[order](policy), domain: policy.policyDomain }
}

/** A page of the stored policies, those included that have expired and are not yet deleted. */
export async function readPolicyPage(store: Store, question: PolicyQuestion): Promise<StoredPolicy[]> {
  const { text, order, descending, limit, after } = question
  const column = columns[order]
  const direction = descending ? 'desc' : 'asc'
  const beyond = descending ? '<' : '>'
  const rows = await store.read(db => {
    let query = db
      .selectFrom('mta_sts_policies')
      .selectAll()
      .orderBy(column, direction)
      .orderBy('policy_domain', direction)
      .limit(limit)
    if (text !== undefined) query = query.where(namesWith('policy_domain', text))
    if (after !== undefined) {
      const { value, domain } = after
      query = query.where(where =>
        where.or([
          where(column, beyond, value as never),
          where.and([where(column, '=', value as never), where('policy_domain', beyond, domain)]),
        ]),
      )
    }
    return query.execute()
  })
  return (rows ?? []).map(fromRow).filter(policy => policy !== undefined)
}

/** Whether a policy that only memory has belongs on a page, and in which order policies stand. */
export function policyPageOrder(question: Omit<PolicyQuestion, 'limit'>) {
  const { text, order, descending, after } = question
  const compare = (one: PolicyPosition, other: PolicyPosition) => {
    const byValue = one.value < other.value ? -1 : one.value > other.value ? 1 : 0
    const byDomain = one.domain < other.domain ? -1 : one.domain > other.domain ? 1 : 0
    return (byValue === 0 ? byDomain : byValue) * (descending ? -1 : 1)
  }
  return {
    fits: (policy: StoredPolicy) =>
      (text === undefined || policy.policyDomain.includes(text.toLowerCase())) &&
      (after === undefined || compare(positionOf(policy, order), after) > 0),
    compare: (one: StoredPolicy, other: StoredPolicy) =>
      compare(positionOf(one, order), positionOf(other, order)),
  }
}
