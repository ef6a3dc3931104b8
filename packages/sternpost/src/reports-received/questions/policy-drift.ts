import { type AppliedPolicy, appliedPolicies } from './applied-policies.ts'
import { startOfDay } from './days.ts'
import { type PolicyVersion, readPolicyVersion } from './policy-version.ts'
import { countLeftOut, type LeftOut, type ReportFilter, type ReportsDb } from './report-filter.ts'

/** What we publish, as somebody saw it. */
export interface PublishedPolicy {
  readonly policyStrings: readonly string[]
  /** Words for people: `a lookup just now`. */
  readonly source: string
}

export interface ReporterPolicy {
  readonly organization: string
  readonly version: PolicyVersion
  readonly firstDay: string
  readonly lastDay: string
  readonly sessionCount: number
  /**
   * - `current`: what we publish.
   * - `left`: an older one, and its reporter has applied the published one later.
   * - `both`: an older one, and the published one on the same last day: a sender with several caches.
   * - `held`: an older one, the last we heard.
   */
  readonly state: 'current' | 'left' | 'both' | 'held'
  /**
   * Milliseconds since 1970 until which a cache may still hold it: the end of the last day it was seen plus
   * max_age; undefined where the text tells none, or it is the published one.
   */
  readonly mayHoldUntil: number | undefined
}

export interface PolicyDrift {
  readonly published: PolicyVersion | undefined
  /** Where the published policy was taken from, in words. */
  readonly publishedSource: string
  readonly reporters: readonly ReporterPolicy[]
  readonly leftOut: LeftOut
}

const DAY_MS = 86_400_000

/**
 * Answers which MTA-STS policy each reporter applies, against what we publish.
 *
 * Without `published` the newest policy in the reports stands for it, which the answer says.
 * Unclear: a sender fetches again within max_age, but a report does not tell when it fetched last; the bound is
 * the latest possible.
 * Source: RFC 8461 §3.3, §5.1.
 */
export async function policyDrift(
  db: ReportsDb,
  filter: ReportFilter & { readonly domain: string },
  published?: PublishedPolicy,
): Promise<PolicyDrift> {
  const [applied, leftOut] = await Promise.all([appliedPolicies(db, filter), countLeftOut(db, filter)])
  const merged = mergeSameMeaning(applied)
  // The policy that appeared last, not the one seen last: an old one may be seen as long as it is cached.
  const newest = merged.toSorted(
    (a, b) => compare(b.firstDay, a.firstDay) || compare(b.lastDay, a.lastDay),
  )[0]
  const current = published === undefined ? newest?.version : readPolicyVersion(published.policyStrings)
  return {
    published: current,
    publishedSource:
      published?.source ??
      (newest === undefined
        ? 'nobody reported a policy'
        : `the newest policy in the reports, first seen on ${firstDayOf(newest.version, merged)}`),
    reporters: merged.map(policy => {
      const state = stateOf(policy, current, merged)
      return { ...policy, state, mayHoldUntil: state === 'current' ? undefined : holdUntil(policy) }
    }),
    leftOut,
  }
}

type Merged = Omit<ReporterPolicy, 'state' | 'mayHoldUntil'>

function mergeSameMeaning(applied: readonly AppliedPolicy[]): Merged[] {
  const groups = Map.groupBy(applied, ({ organization, version }) =>
    JSON.stringify([organization, version.fingerprint]),
  )
  return [...groups.values()].map(members => ({
    organization: members[0]!.organization,
    version: members[0]!.version,
    firstDay: members.map(({ firstDay }) => firstDay).sort()[0]!,
    lastDay: members
      .map(({ lastDay }) => lastDay)
      .sort()
      .at(-1)!,
    sessionCount: members.reduce((sum, { sessionCount }) => sum + sessionCount, 0),
  }))
}

function firstDayOf(version: PolicyVersion, merged: readonly Merged[]): string {
  return merged
    .filter(policy => policy.version.fingerprint === version.fingerprint)
    .map(({ firstDay }) => firstDay)
    .sort()[0]!
}

function stateOf(
  policy: Merged,
  current: PolicyVersion | undefined,
  all: readonly Merged[],
): ReporterPolicy['state'] {
  if (policy.version.fingerprint === current?.fingerprint) return 'current'
  const moved = all.find(
    other => other.organization === policy.organization && other.version.fingerprint === current?.fingerprint,
  )
  if (moved === undefined || moved.lastDay < policy.lastDay) return 'held'
  return moved.lastDay === policy.lastDay ? 'both' : 'left'
}

function holdUntil({ version, lastDay }: Merged): number | undefined {
  const { policy } = version
  return policy === undefined ? undefined : startOfDay(lastDay) + DAY_MS + policy.maxAgeSeconds * 1000
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
