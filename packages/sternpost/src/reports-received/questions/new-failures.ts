import { addDays } from './days.ts'
import { explainFailures, type FailureGroup } from './failure-groups.ts'
import {
  countLeftOut,
  type LeftOut,
  type ReportFilter,
  type ReportsDb,
  selectDailyFailures,
  total,
} from './report-filter.ts'

export interface NewFailures {
  /** Most failed sessions first, at most 20. */
  readonly groups: readonly FailureGroup[]
  readonly since: string
  /** Days before `since` in which none of them was seen. */
  readonly quietDays: number
  readonly leftOut: LeftOut
}

const MAX_NEW = 20

/** Answers which failures began on a day or after it: none of the same kind was reported in the days before. */
export async function newFailures(
  db: ReportsDb,
  filter: ReportFilter & { readonly from: string },
  options: { readonly quietDays?: number } = {},
): Promise<NewFailures> {
  const quietDays = options.quietDays ?? 30
  const { from: since } = filter
  const rows = await selectDailyFailures(db, { ...filter, from: addDays(since, -quietDays) })
    .select(['policy_domain', 'policy_type', 'result_type', 'mx_host', total('failed').as('sessions')])
    .groupBy(['policy_domain', 'policy_type', 'result_type', 'mx_host'])
    .having(({ fn }) => fn.min('day'), '>=', since)
    .orderBy('sessions', 'desc')
    .orderBy('policy_domain')
    .orderBy('result_type')
    .orderBy('mx_host')
    .limit(MAX_NEW)
    .execute()
  const kinds = rows.map(row => ({
    domain: row.policy_domain,
    policyType: row.policy_type,
    resultType: row.result_type,
    mxHost: row.mx_host,
  }))
  return {
    groups: await explainFailures(db, filter, kinds),
    since,
    quietDays,
    leftOut: await countLeftOut(db, filter),
  }
}
