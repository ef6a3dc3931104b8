import { type ReportFilter, type ReportsDb, selectDaily, total } from './report-filter.ts'
import type { SessionCounts } from './summarize-reports.ts'

/** The sessions of one day under one policy type. */
export interface SessionDay extends SessionCounts {
  readonly day: string
  readonly policyType: string
  /** Without sessions that another policy type has already, so that types can be added up. */
  readonly countedSuccessfulSessionCount: number
  readonly countedFailedSessionCount: number
}

/** Answers how sessions went on each day, by policy type; days without a report are left out. */
export async function sessionDays(db: ReportsDb, filter: ReportFilter): Promise<SessionDay[]> {
  const rows = await selectDaily(db, filter)
    .select(['day', 'policy_type'])
    .select([total('success').as('successes'), total('failure').as('failures')])
    .select([
      total('counted_success').as('counted_successes'),
      total('counted_failure').as('counted_failures'),
    ])
    .groupBy(['day', 'policy_type'])
    .orderBy('day')
    .orderBy('policy_type')
    .execute()
  return rows.map(row => ({
    day: row.day,
    policyType: row.policy_type,
    successfulSessionCount: Number(row.successes),
    failedSessionCount: Number(row.failures),
    countedSuccessfulSessionCount: Number(row.counted_successes),
    countedFailedSessionCount: Number(row.counted_failures),
  }))
}
