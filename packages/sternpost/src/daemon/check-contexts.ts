import type { DomainName } from '@sternpost/protocol'
import type { AssessmentContext, ReportEvidence } from '../check/index.ts'
import type { PolicyStore } from '../outbound/index.ts'
import type { ReportsDb } from '../reports-received/index.ts'
import type { Store } from '../store/index.ts'

/** How far back TLS reports are counted. */
const REPORT_DAYS = 90
const DAY_MS = 86_400_000

/** What the database adds to a check of a domain: policies fetched for outbound mail, and TLS reports. */
export async function checkContextOf(
  domain: DomainName,
  store: Store,
  policies: Pick<PolicyStore, 'load'>,
  now: number,
): Promise<AssessmentContext> {
  const from = new Date(now - REPORT_DAYS * DAY_MS).toISOString().slice(0, 10)
  const [policy, reports] = await Promise.all([
    policies.load(domain),
    // A database from before there were reports has no table of them: nothing is known then.
    store.read(db => reportsOf(db, domain, from)).catch(() => undefined),
  ])
  const known =
    policy === undefined
      ? []
      : [{ policyId: policy.policyId, text: policy.document.text, seenAt: policy.document.fetchedAt }]
  return {
    ...(known.length === 0 ? {} : { knownPolicies: known }),
    ...(reports === undefined ? {} : { reports }),
  }
}

async function reportsOf(
  db: ReportsDb,
  domain: DomainName,
  from: string,
): Promise<ReportEvidence | undefined> {
  const { hasReports, summarizeReports } = await import('../reports-received/index.ts')
  if (!(await hasReports(db))) return undefined
  const summary = await summarizeReports(db, { domain, from })
  const reported = summary.days.filter(({ reportCount }) => reportCount > 0)
  const [first, last] = [reported.at(0)?.day, reported.at(-1)?.day]
  if (first === undefined || last === undefined) return undefined
  return {
    days: Math.round((Date.parse(last) - Date.parse(first)) / DAY_MS) + 1,
    sessions: summary.successfulSessionCount + summary.failedSessionCount,
    failedSessions: summary.failedSessionCount,
    reporters: summary.organizations.length,
  }
}
