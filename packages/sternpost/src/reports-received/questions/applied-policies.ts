import { type MxHostPattern, parseDomainName, parseMxHostPattern } from '@sternpost/protocol'
import { type PolicyVersion, readPolicyVersion } from './policy-version.ts'
import { type ReportFilter, type ReportsDb, total, trustLevelsOf } from './report-filter.ts'

/** A policy text that one reporter applied to a domain. */
export interface AppliedPolicy {
  readonly organization: string
  readonly version: PolicyVersion
  /** What allows MX hosts: those of the policy, or of `mx-host` where the policy was not quoted. */
  readonly mxHostPatterns: readonly MxHostPattern[]
  readonly firstDay: string
  readonly lastDay: string
  readonly sessionCount: number
}

/** A domain changes its policy a few times a year; a flood of made-up ones is cut. */
const MAX_APPLIED = 2_000

/** Which MTA-STS policies reporters applied to a domain, newest first. */
export async function appliedPolicies(
  db: ReportsDb,
  filter: ReportFilter & { readonly domain: string },
): Promise<AppliedPolicy[]> {
  let query = db
    .selectFrom('report_policies')
    .where('policy_domain', '=', filter.domain)
    .where('policy_type', '=', 'sts')
    .where('is_quarantined', '=', 0)
    .where('trust', 'in', trustLevelsOf(filter.trust))
  if (filter.from !== undefined) query = query.where('day', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('day', '<=', filter.to)
  if (filter.organization !== undefined) query = query.where('organization', '=', filter.organization)
  const rows = await query
    .select(['organization', 'policy_text_hash'])
    .select(({ fn }) => [fn.min('day').as('first_day'), fn.max('day').as('last_day')])
    .select([total('success').as('successes'), total('failure').as('failures')])
    .groupBy(['organization', 'policy_text_hash'])
    .orderBy('last_day', 'desc')
    .orderBy('first_day', 'desc')
    .orderBy('organization')
    .limit(MAX_APPLIED)
    .execute()
  return withTexts(db, rows)
}

/**
 * Which MTA-STS policies reporters applied to a domain in reports with failures, newest first; far fewer rows
 * than all of them. Sessions count once for each failure detail here.
 */
export async function policiesOfFailures(
  db: ReportsDb,
  filter: ReportFilter & { readonly domain: string },
  /** A report that takes part whatever its trust. */
  reportRowId?: number,
): Promise<AppliedPolicy[]> {
  let query = db
    .selectFrom('report_failures as failed')
    .innerJoin('report_policies as applied', join =>
      join
        .onRef('applied.report_row_id', '=', 'failed.report_row_id')
        .onRef('applied.policy_index', '=', 'failed.policy_index'),
    )
    .where('failed.policy_domain', '=', filter.domain)
    .where('failed.policy_type', '=', 'sts')
    .where(eb =>
      eb.or([
        eb('failed.report_row_id', '=', reportRowId ?? 0),
        eb.and([eb('failed.trust', 'in', trustLevelsOf(filter.trust)), eb('failed.is_quarantined', '=', 0)]),
      ]),
    )
  if (filter.from !== undefined) query = query.where('failed.day', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('failed.day', '<=', filter.to)
  const rows = await query
    .select(['applied.organization', 'applied.policy_text_hash'])
    .select(({ fn }) => [fn.min('applied.day').as('first_day'), fn.max('applied.day').as('last_day')])
    .select([total('applied.success').as('successes'), total('applied.failure').as('failures')])
    .groupBy(['applied.organization', 'applied.policy_text_hash'])
    .orderBy('last_day', 'desc')
    .orderBy('first_day', 'desc')
    .orderBy('applied.organization')
    .limit(MAX_APPLIED)
    .execute()
  return withTexts(db, rows)
}

interface AppliedRow {
  readonly organization: string
  readonly policy_text_hash: Uint8Array
  readonly first_day: string
  readonly last_day: string
  readonly successes: number
  readonly failures: number
}

async function withTexts(db: ReportsDb, rows: readonly AppliedRow[]): Promise<AppliedPolicy[]> {
  const texts = await textsOf(
    db,
    rows.map(row => row.policy_text_hash),
  )
  return rows.flatMap(row => {
    const text = texts.get(keyOf(row.policy_text_hash))
    if (text === undefined) return []
    return {
      ...text,
      organization: row.organization,
      firstDay: row.first_day,
      lastDay: row.last_day,
      sessionCount: Number(row.successes) + Number(row.failures),
    }
  })
}

type PolicyText = Pick<AppliedPolicy, 'version' | 'mxHostPatterns'>

async function textsOf(db: ReportsDb, hashes: readonly Uint8Array[]): Promise<Map<string, PolicyText>> {
  const wanted = [...new Map(hashes.map(hash => [keyOf(hash), hash])).values()]
  if (wanted.length === 0) return new Map()
  const rows = await db
    .selectFrom('reported_policy_texts')
    .selectAll()
    .where('policy_text_hash', 'in', wanted)
    .execute()
  return new Map(
    rows.map(row => {
      const version = readPolicyVersion(JSON.parse(row.policy_strings) as string[])
      const mxHostPatterns =
        version.policy?.mxHostPatterns ?? readPatterns(JSON.parse(row.mx_patterns) as string[])
      return [keyOf(row.policy_text_hash), { version, mxHostPatterns }]
    }),
  )
}

function keyOf(hash: Uint8Array): string {
  return Buffer.from(hash).toString('hex')
}

/** The domain name of an MX host as a reporter wrote it; undefined where it is none. */
export function readMxHost(text: string) {
  const parsed = parseDomainName(text, { underscore: true })
  return parsed.ok ? parsed.value : undefined
}

function readPatterns(texts: readonly string[]): MxHostPattern[] {
  return texts.flatMap(text => {
    const parsed = parseMxHostPattern(text)
    return parsed.ok ? [parsed.value] : []
  })
}
