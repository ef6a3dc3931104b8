import { existsSync } from 'node:fs'
import type { DomainName } from '@sternpost/protocol'
import type { AssessmentContext, ReportEvidence } from '../check/index.ts'
import type { Config } from '../config/index.ts'
import type { ReportsDb } from '../reports-received/index.ts'

/** How far back TLS reports are counted. */
const REPORT_DAYS = 90
const DAY_MS = 86_400_000

/** What the database of the daemon adds to a check: policies fetched for outbound mail, and TLS reports. */
export interface CheckContexts {
  of(domain: DomainName): Promise<AssessmentContext>
  close(): Promise<void>
}

/** Opens the database to read, where there is one; without one every context is empty. */
export async function openCheckContexts(config: Config, now: number): Promise<CheckContexts> {
  const [{ createSteadyClock }, { PolicyStore }, received, { Store }] = await Promise.all([
    import('../base/index.ts'),
    import('../outbound/index.ts'),
    import('../reports-received/index.ts'),
    import('../store/index.ts'),
  ])
  const clock = createSteadyClock()
  const store = new Store({ dataDir: config.dataDirectory, clock, readOnly: true, onNotice: () => {} })
  if (!existsSync(store.file)) return { of: async () => ({}), close: async () => {} }
  await store.open()
  const policies = new PolicyStore(store, clock)
  const from = new Date(now - REPORT_DAYS * DAY_MS).toISOString().slice(0, 10)

  async function reportsOf(db: ReportsDb, domain: DomainName): Promise<ReportEvidence | undefined> {
    if (!(await received.hasReports(db))) return undefined
    const summary = await received.summarizeReports(db, { domain, from })
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

  return {
    async of(domain) {
      const [policy, reports] = await Promise.all([
        policies.load(domain),
        // A database from before there were reports has no table of them: nothing is known then.
        store.read(db => reportsOf(db, domain)).catch(() => undefined),
      ])
      return {
        ...(policy === undefined
          ? {}
          : {
              knownPolicies: [
                {
                  policyId: policy.policyId,
                  text: policy.document.text,
                  seenAt: policy.document.fetchedAt,
                },
              ],
            }),
        ...(reports === undefined ? {} : { reports }),
      }
    },
    close: () => store.close(),
  }
}
