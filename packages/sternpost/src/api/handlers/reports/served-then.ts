import type { Kysely } from 'kysely'
import { readPolicyVersion, type ShownReport } from '../../../reports-received/index.ts'
import type { Schema } from '../../../store/index.ts'
import { wireTime } from './wire.ts'

const DAY_MS = 86_400_000
/** A policy changes a few times a year. */
const MAX_VERSIONS = 10

/**
 * The MTA-STS policies that senders could fetch from here in the time of a report, for each policy in it.
 *
 * Shape: in the order of the report's policies; undefined where the policy is no MTA-STS policy, or none was
 * served here then.
 */
export async function policiesServedThen(db: Kysely<Schema>, { policies, day, startAt, endAt }: ShownReport) {
  const from = startAt ?? Date.parse(day)
  const to = endAt ?? Date.parse(day) + DAY_MS
  const versions = new Map<string, Awaited<ReturnType<typeof versionsOf>>>()
  for (const { domain, policyType } of policies) {
    if (policyType === 'sts' && !versions.has(domain))
      versions.set(domain, await versionsOf(db, domain, from, to))
  }
  return policies.map(({ domain, policyType, policyStrings }) => {
    const served = policyType === 'sts' ? (versions.get(domain) ?? []) : []
    if (served.length === 0) return undefined
    const applied = readPolicyVersion(policyStrings).fingerprint
    return served.map(({ version, ...rest }) => ({
      ...rest,
      lines: version.lines,
      isApplied: version.fingerprint === applied,
    }))
  })
}

async function versionsOf(db: Kysely<Schema>, domain: string, from: number, to: number) {
  const rows = await db
    .selectFrom('policy_versions')
    .select(['policy_id', 'text', 'first_served_at', 'last_served_at'])
    .where('domain', '=', domain)
    .where('first_served_at', '<=', to)
    .where(eb => eb.or([eb('last_served_at', 'is', null), eb('last_served_at', '>=', from)]))
    .orderBy('first_served_at', 'desc')
    .limit(MAX_VERSIONS)
    .execute()
  return rows.map(row => ({
    policyId: row.policy_id,
    servedFrom: wireTime(Number(row.first_served_at)),
    servedUntil: row.last_served_at === null ? undefined : wireTime(Number(row.last_served_at)),
    version: readPolicyVersion([row.text]),
  }))
}
