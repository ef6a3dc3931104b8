import {
  type Diagnosis,
  diagnoseFailure,
  explainMxMismatch,
  type FailureSighting,
  matchMxHost,
  type ReporterTotals,
  sendingNetworkOf,
} from '@sternpost/protocol'
import { type AppliedPolicy, policiesOfFailures, readMxHost } from './applied-policies.ts'
import {
  countLeftOut,
  type LeftOut,
  type ReportFilter,
  type ReportsDb,
  selectDaily,
  selectDailyFailures,
  selectFailures,
  selectFailuresBeside,
  total,
} from './report-filter.ts'

/** One thing that goes wrong: a result type at one MX host of a domain under one type of policy. */
export interface FailureKind {
  readonly domain: string
  readonly policyType: string
  readonly resultType: string
  /** In lower case; empty where reports name none. */
  readonly mxHost: string
}

export interface FailureGroup extends FailureKind {
  readonly failedSessionCount: number
  /** First and last day in the time asked about. */
  readonly firstDay: string
  readonly lastDay: string
  /** Who saw it, most sessions first. */
  readonly reporters: readonly { readonly organization: string; readonly failedSessionCount: number }[]
  /** Where it was sent from, most sessions first; undefined where reports name no address. */
  readonly networks: readonly {
    readonly network: string | undefined
    readonly organizations: readonly string[]
    readonly failedSessionCount: number
  }[]
  readonly receivingIps: readonly string[]
  readonly reasonCodes: readonly string[]
  /** Why the policy does not allow the MX host, where it does not. */
  readonly mxMismatch: string | undefined
  readonly diagnosis: Diagnosis
}

export interface FailureGroups {
  /** Most failed sessions first. */
  readonly groups: readonly FailureGroup[]
  /** There are more groups than the limit. */
  readonly isCut: boolean
  /** Kinds without a detail to explain them: a report with more kinds than are kept apart, or facts past their retention. */
  readonly unexplainedCount: number
  readonly leftOut: LeftOut
}

/** Most reports name few hosts; beyond this a domain's details are a flood, and its largest tell enough. */
const MAX_DETAILS_PER_DOMAIN = 5_000

/** Answers what fails where, who sees it from which network, and what it likely comes from. */
export async function failureGroups(
  db: ReportsDb,
  filter: ReportFilter,
  options: { readonly limit?: number } = {},
): Promise<FailureGroups> {
  const limit = options.limit ?? 20
  const rows = await selectDailyFailures(db, filter)
    .select(['policy_domain', 'policy_type', 'result_type', 'mx_host', total('failed').as('sessions')])
    .groupBy(['policy_domain', 'policy_type', 'result_type', 'mx_host'])
    .orderBy('sessions', 'desc')
    .orderBy('policy_domain')
    .orderBy('result_type')
    .orderBy('mx_host')
    .orderBy('policy_type')
    .limit(limit + 1)
    .execute()
  const kinds = rows.slice(0, limit).map(row => ({
    domain: row.policy_domain,
    policyType: row.policy_type,
    resultType: row.result_type,
    mxHost: row.mx_host,
  }))
  const [groups, leftOut] = await Promise.all([explainFailures(db, filter, kinds), countLeftOut(db, filter)])
  return { groups, unexplainedCount: kinds.length - groups.length, isCut: rows.length > limit, leftOut }
}

/** Adds to kinds of failure who saw them and what they come from; those without a sighting fall away. */
export async function explainFailures(
  db: ReportsDb,
  filter: ReportFilter,
  kinds: readonly FailureKind[],
  /** A report whose failures take part whatever its trust, and whose organization's alone make the figures. */
  reportRowId?: number,
): Promise<FailureGroup[]> {
  const surroundings = new Map<string, Surroundings>()
  for (const domain of new Set(kinds.map(kind => kind.domain)))
    surroundings.set(domain, await lookAround(db, filter, domain, reportRowId))
  return kinds.flatMap(kind => {
    const group = explain(kind, surroundings.get(kind.domain)!, filter.organization)
    return group === undefined ? [] : [group]
  })
}

/** What was seen of a domain; by every reporter, as one alone cannot be judged. */
interface Surroundings {
  readonly details: readonly Detail[]
  readonly daily: readonly {
    readonly day: string
    readonly organization: string
    readonly successes: number
    readonly failures: number
  }[]
  readonly applied: readonly AppliedPolicy[]
}

interface Detail extends FailureKind, FailureSighting {}

async function lookAround(
  db: ReportsDb,
  filter: ReportFilter,
  domain: string,
  reportRowId: number | undefined,
): Promise<Surroundings> {
  const around: ReportFilter & { domain: string } = {
    domain,
    from: filter.from,
    to: filter.to,
    trust: filter.trust,
  }
  const chosen =
    reportRowId === undefined ? selectFailures(db, around) : selectFailuresBeside(db, around, reportRowId)
  const [details, daily, applied] = await Promise.all([
    chosen
      .select(['policy_type', 'result_type', 'receiving_mx_hostname', 'organization', 'sending_mta_ip'])
      .select(['receiving_ip', 'reason_code', total('failed').as('sessions')])
      .select(({ fn }) => [fn.min('day').as('first_day'), fn.max('day').as('last_day')])
      .groupBy(['policy_type', 'result_type', 'receiving_mx_hostname', 'organization', 'sending_mta_ip'])
      .groupBy(['receiving_ip', 'reason_code'])
      .orderBy('sessions', 'desc')
      .limit(MAX_DETAILS_PER_DOMAIN)
      .execute(),
    selectDaily(db, around)
      .select(['day', 'organization'])
      .select([total('counted_success').as('successes'), total('counted_failure').as('failures')])
      .groupBy(['day', 'organization'])
      .execute(),
    policiesOfFailures(db, around, reportRowId),
  ])
  return {
    daily,
    applied,
    details: details.map(row => ({
      domain,
      policyType: row.policy_type,
      resultType: row.result_type,
      mxHost: (row.receiving_mx_hostname ?? '').toLowerCase(),
      organization: row.organization,
      sendingNetwork: sendingNetworkOf(row.sending_mta_ip),
      receivingIp: row.receiving_ip ?? undefined,
      failedSessionCount: Number(row.sessions),
      firstDay: row.first_day,
      lastDay: row.last_day,
      reasonCodes: row.reason_code === null ? [] : [row.reason_code],
    })),
  }
}

function explain(
  kind: FailureKind,
  { details, daily, applied }: Surroundings,
  organization: string | undefined,
): FailureGroup | undefined {
  const sightings = details.filter(
    detail =>
      detail.resultType === kind.resultType &&
      detail.mxHost === kind.mxHost &&
      detail.policyType === kind.policyType,
  )
  const shown = sightings.filter(detail => organization === undefined || detail.organization === organization)
  if (shown.length === 0) return undefined
  const firstDay = shown.reduce(
    (day, sighting) => (sighting.firstDay < day ? sighting.firstDay : day),
    '9999',
  )
  const lastDay = shown.reduce((day, sighting) => (sighting.lastDay > day ? sighting.lastDay : day), '')
  const mx = kind.policyType === 'sts' ? judgeMxHost(kind.mxHost, sightings, applied) : undefined
  return {
    ...kind,
    failedSessionCount: sumOf(shown),
    firstDay,
    lastDay,
    reporters: grouped(shown, sighting => sighting.organization).map(({ key, sessions }) => ({
      organization: key,
      failedSessionCount: sessions,
    })),
    networks: grouped(shown, sighting => sighting.sendingNetwork ?? '').map(({ key, sessions, members }) => ({
      network: key === '' ? undefined : key,
      organizations: [...new Set(members.map(member => member.organization))].sort(),
      failedSessionCount: sessions,
    })),
    receivingIps: distinct(shown.map(({ receivingIp }) => receivingIp)),
    reasonCodes: distinct(shown.flatMap(({ reasonCodes }) => reasonCodes)),
    mxMismatch: mx?.mismatch,
    diagnosis: diagnoseFailure({
      resultType: kind.resultType,
      mxHost: kind.mxHost === '' ? undefined : kind.mxHost,
      sightings,
      reporters: reportersIn(daily, firstDay, lastDay),
      mxHostIsInPolicy: mx?.isAllowed,
    }),
  }
}

/** Compares an MX host with the newest policy of each reporter that saw it fail. */
function judgeMxHost(
  mxHost: string,
  sightings: readonly FailureSighting[],
  applied: readonly AppliedPolicy[],
): { readonly isAllowed: boolean; readonly mismatch: string | undefined } | undefined {
  const name = readMxHost(mxHost)
  if (name === undefined) return undefined
  const failing = new Set(sightings.map(({ organization }) => organization))
  const newest = [...failing].flatMap(
    organization => applied.find(policy => policy.organization === organization) ?? [],
  )
  const comparable = newest.filter(({ mxHostPatterns }) => mxHostPatterns.length > 0)
  if (comparable.length === 0) return undefined
  const isAllowed = comparable.some(({ mxHostPatterns }) => matchMxHost(name, mxHostPatterns))
  return {
    isAllowed,
    mismatch: isAllowed ? undefined : explainMxMismatch(name, comparable[0]!.mxHostPatterns),
  }
}

function reportersIn(daily: Surroundings['daily'], firstDay: string, lastDay: string): ReporterTotals[] {
  const totals = new Map<string, { successes: number; failures: number }>()
  for (const row of daily) {
    if (row.day < firstDay || row.day > lastDay) continue
    const known = totals.get(row.organization) ?? { successes: 0, failures: 0 }
    known.successes += Number(row.successes)
    known.failures += Number(row.failures)
    totals.set(row.organization, known)
  }
  return [...totals].map(([organization, { successes, failures }]) => ({
    organization,
    successfulSessionCount: successes,
    failedSessionCount: failures,
  }))
}

function grouped(sightings: readonly FailureSighting[], keyOf: (sighting: FailureSighting) => string) {
  return [...Map.groupBy(sightings, keyOf)]
    .map(([key, members]) => ({ key, members, sessions: sumOf(members) }))
    .sort((a, b) => b.sessions - a.sessions || (a.key < b.key ? -1 : 1))
}

function sumOf(sightings: readonly FailureSighting[]): number {
  return sightings.reduce((sum, { failedSessionCount }) => sum + failedSessionCount, 0)
}

function distinct(texts: readonly (string | undefined)[]): string[] {
  return [...new Set(texts.filter(text => text !== undefined && text !== ''))].sort() as string[]
}
