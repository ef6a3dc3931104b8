/** Sessions of one day by kind of policy, as the API gives them. */
export interface SessionStackDay {
  readonly day: string
  readonly policies: readonly {
    readonly policyType: string
    readonly countedSuccessfulSessionCount: number
    readonly countedFailedSessionCount: number
  }[]
}

/** The kinds a session is stacked by. */
export const stackKinds = ['mta-sts', 'dane', 'unprotected', 'failed'] as const
export type StackKind = (typeof stackKinds)[number]

export const stackNames: Readonly<Record<StackKind, string>> = {
  'mta-sts': 'Good, checked by MTA-STS',
  dane: 'Good, checked by DANE',
  unprotected: 'Good, no policy found',
  failed: 'Failed',
}

export type StackRow = { readonly day: string } & Readonly<Record<StackKind, number>>

/** Stacks each day's sessions by what protected them; every session stands in one kind only. */
export function stackDays(days: readonly SessionStackDay[]): StackRow[] {
  return days.map(({ day, policies }) => {
    const row = { day, 'mta-sts': 0, dane: 0, unprotected: 0, failed: 0 }
    for (const policy of policies) {
      row[kindOf(policy.policyType)] += policy.countedSuccessfulSessionCount
      row.failed += policy.countedFailedSessionCount
    }
    return row
  })
}

function kindOf(policyType: string): 'mta-sts' | 'dane' | 'unprotected' {
  if (policyType === 'sts') return 'mta-sts'
  return policyType === 'tlsa' ? 'dane' : 'unprotected'
}
