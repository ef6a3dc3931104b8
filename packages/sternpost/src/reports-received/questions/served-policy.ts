import type { PublishedPolicy } from './policy-drift.ts'
import type { ReportsDb } from './report-filter.ts'

/** The policy of a domain that senders get here now; undefined where none is served. */
export async function servedPolicy(db: ReportsDb, domain: string): Promise<PublishedPolicy | undefined> {
  const row = await db
    .selectFrom('published_domains as d')
    .innerJoin('policy_versions as v', join =>
      join.onRef('v.domain', '=', 'd.domain').onRef('v.policy_id', '=', 'd.served_policy_id'),
    )
    .select(['v.text', 'v.policy_id'])
    .where('d.domain', '=', domain)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return { policyStrings: row.text.split(/\r?\n/), source: `policy ${row.policy_id}, which is served here` }
}
