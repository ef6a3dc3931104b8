import type { CertificateEvidence, GateEvidence, ReportEvidence } from './gate-evidence.ts'

/** What the gate asks for before a policy is enforced. */
export interface GateSettings {
  readonly minDays: number
  readonly minSessions: number
  readonly minReporters: number
  readonly minCertificateDays: number
  /** Share of our own fetches that must have succeeded, 0 to 1. */
  readonly minAvailability: number
  /** How old a check may be to count as fresh. */
  readonly maxCheckAgeSeconds: number
}

/** In the order in which they are shown. */
export const gateCriteria = [
  'days',
  'sessions',
  'reporters',
  'failures',
  'mx-in-policy',
  'mx-hosts',
  'certificates',
  'policy-host',
] as const
export type GateCriterionName = (typeof gateCriteria)[number]

export interface GateCriterion {
  readonly name: GateCriterionName
  /** `unknown` never counts as met. */
  readonly state: 'met' | 'unmet' | 'unknown'
  /** What there is, for people: `12 days`. */
  readonly value: string
  /** What is needed, for people: `at least 14 days`. */
  readonly wanted: string
  /** What is missing, and where it helps who or what it is about; undefined where it is met. */
  readonly missing: string | undefined
}

export interface GateVerdict {
  readonly at: number
  readonly isOpen: boolean
  readonly criteria: readonly GateCriterion[]
}

const DAY_MS = 86_400_000
/** Fewer fetches say nothing of availability. */
const MIN_FETCHES = 4
/** Causes and hosts told in one sentence. */
const MAX_TOLD = 3

/**
 * Judges whether the evidence allows to enforce a policy.
 *
 * Each criterion has its value beside what is wanted; the gate is open where every one is met. What is not known
 * is `unknown` and never met: no report is not the same as no failure.
 */
export function gate(evidence: GateEvidence, settings: GateSettings): GateVerdict {
  const criteria = [
    days(evidence, settings),
    sessions(evidence.reports, settings),
    reporters(evidence.reports, settings),
    failures(evidence.reports, settings),
    mxInPolicy(evidence),
    mxHosts(evidence, settings),
    certificates(evidence, settings),
    policyHost(evidence, settings),
  ]
  return { at: evidence.now, isOpen: criteria.every(({ state }) => state === 'met'), criteria }
}

const NO_REPORTS = 'the database of reports does not answer'

function days({ now, testingSince }: GateEvidence, { minDays }: GateSettings): GateCriterion {
  const wanted = `at least ${count(minDays, 'day')} in testing`
  if (testingSince === undefined)
    return unknown('days', wanted, 'no policy in testing mode has been announced')
  const passed = Math.max(0, Math.floor((now - testingSince) / DAY_MS))
  const until = new Date(testingSince + minDays * DAY_MS).toISOString().slice(0, 10)
  return judge('days', passed >= minDays, count(passed, 'day'), wanted, `the last day is over on ${until}`)
}

function sessions(reports: ReportEvidence | undefined, { minSessions }: GateSettings): GateCriterion {
  const wanted = `at least ${count(minSessions, 'session')} in trusted reports`
  if (reports === undefined) return unknown('sessions', wanted, NO_REPORTS)
  const { sessionCount } = reports
  const missing = `${count(minSessions - sessionCount, 'more session')} must be reported`
  return judge('sessions', sessionCount >= minSessions, count(sessionCount, 'session'), wanted, missing)
}

function reporters(reports: ReportEvidence | undefined, { minReporters }: GateSettings): GateCriterion {
  const wanted = `at least ${count(minReporters, 'reporter')}`
  if (reports === undefined) return unknown('reporters', wanted, NO_REPORTS)
  const seen = reports.reporters.length
  const from = seen === 0 ? 'nobody has reported yet' : `only ${listed(reports.reporters)} reported`
  return judge('reporters', seen >= minReporters, count(seen, 'reporter'), wanted, from)
}

function failures(reports: ReportEvidence | undefined, { minDays }: GateSettings): GateCriterion {
  const wanted = `no unexplained failure in the last ${count(minDays, 'day')}`
  if (reports === undefined) return unknown('failures', wanted, NO_REPORTS)
  if (reports.sessionCount === 0)
    return unknown('failures', wanted, 'without reports nobody knows whether sessions fail')
  const unexplained = reports.failures.filter(({ explainedBy }) => explainedBy === undefined)
  const failed = unexplained.reduce((sum, { failedSessionCount }) => sum + failedSessionCount, 0)
  const told = unexplained
    .slice(0, MAX_TOLD)
    .map(
      ({ mxHost, resultType, reporters: by, lastDay }) =>
        `${resultType} at ${mxHost ?? 'an MX host that reports do not name'}, seen by ${listed(by)}, last on ${lastDay}`,
    )
    .join('; ')
  return judge('failures', unexplained.length === 0, count(failed, 'failed session'), wanted, told)
}

function mxInPolicy({ mx }: GateEvidence): GateCriterion {
  const wanted = 'every MX host in the policy, also those that DNS caches may give out'
  if (mx === undefined) return unknown('mx-in-policy', wanted, 'the MX records could not be looked up')
  const { live, hosts, uncovered } = mx
  if (live.length === 0)
    return judge('mx-in-policy', false, 'no MX host', wanted, 'the domain has no MX host to protect')
  const value = `${hosts.length - uncovered.length} of ${count(hosts.length, 'host')}`
  const missing = `${listed(uncovered)} would be refused; add it to the policy, or take it out of the MX records and wait for its TTL`
  return judge('mx-in-policy', uncovered.length === 0, value, wanted, missing)
}

function mxHosts({ now, check, mx }: GateEvidence, { maxCheckAgeSeconds }: GateSettings): GateCriterion {
  const wanted = 'STARTTLS and a valid certificate at every MX host, in a fresh check'
  if (check === undefined) return unknown('mx-hosts', wanted, 'no check has been made yet')
  if (now - check.at > maxCheckAgeSeconds * 1000)
    return unknown('mx-hosts', wanted, `the last check is of ${new Date(check.at).toISOString()}`)
  const good = check.mxHosts.filter(({ verdict }) => verdict === 'good')
  const value = `${good.length} of ${count(check.mxHosts.length, 'host')} good`
  const bad = check.mxHosts.filter(({ verdict }) => verdict === 'bad')
  if (bad.length > 0) {
    const told = bad.slice(0, MAX_TOLD).map(({ mxHost, why }) => `${mxHost}: ${why ?? 'it is not good'}`)
    return judge('mx-hosts', false, value, wanted, told.join('; '))
  }
  const unseen = check.mxHosts.find(({ verdict }) => verdict === 'unknown')
  if (unseen !== undefined)
    return unknown('mx-hosts', wanted, `${unseen.mxHost}: ${unseen.why ?? 'it could not be measured'}`, value)
  const unchecked = mx?.live.find(host => !check.mxHosts.some(({ mxHost }) => mxHost === host))
  if (unchecked !== undefined)
    return unknown('mx-hosts', wanted, `${unchecked} is new since the last check`, value)
  return good.length === 0
    ? unknown('mx-hosts', wanted, 'the check saw no MX host', value)
    : judge('mx-hosts', true, value, wanted, '')
}

function certificates(evidence: GateEvidence, { minCertificateDays }: GateSettings): GateCriterion {
  const { now, check, policyHostCertificate } = evidence
  const wanted = `every certificate good for more than ${count(minCertificateDays, 'day')}`
  if (policyHostCertificate === undefined || check === undefined) {
    const whose = check === undefined ? 'the MX hosts' : 'the policy host'
    return unknown('certificates', wanted, `the certificates of ${whose} have not been seen`)
  }
  const seen: readonly CertificateEvidence[] = [policyHostCertificate, ...check.certificates]
  const daysLeft = ({ expiresAt = 0 }: CertificateEvidence) => Math.floor((expiresAt - now) / DAY_MS)
  const known = seen
    .filter(({ expiresAt }) => expiresAt !== undefined)
    .sort((a, b) => daysLeft(a) - daysLeft(b))
  const [first] = known
  const unseen = seen.find(({ expiresAt }) => expiresAt === undefined)
  if (first !== undefined && daysLeft(first) <= minCertificateDays) {
    const value = `${count(Math.max(0, daysLeft(first)), 'day')} left`
    return judge('certificates', false, value, wanted, `that of ${first.host} must be renewed`)
  }
  if (unseen !== undefined || first === undefined)
    return unknown('certificates', wanted, `that of ${unseen?.host ?? 'any host'} has not been seen`)
  return judge('certificates', true, `${count(daysLeft(first), 'day')} left`, wanted, '')
}

function policyHost({ availability }: GateEvidence, { minAvailability }: GateSettings): GateCriterion {
  const wanted = `at least ${percent(minAvailability)} of our fetches good`
  if (availability === undefined || availability.fetches < MIN_FETCHES) {
    const made = availability?.fetches ?? 0
    return unknown(
      'policy-host',
      wanted,
      `${count(made, 'fetch', 'fetches')} made, ${MIN_FETCHES} tell something`,
    )
  }
  const { fetches, failures: failed, lastFailure } = availability
  const share = (fetches - failed) / fetches
  const value = `${percent(share)} of ${count(fetches, 'fetch', 'fetches')}`
  return judge('policy-host', share >= minAvailability, value, wanted, lastFailure ?? 'fetches failed')
}

function judge(
  name: GateCriterionName,
  isMet: boolean,
  value: string,
  wanted: string,
  missing: string,
): GateCriterion {
  return { name, state: isMet ? 'met' : 'unmet', value, wanted, missing: isMet ? undefined : missing }
}

function unknown(
  name: GateCriterionName,
  wanted: string,
  missing: string,
  value = 'not known',
): GateCriterion {
  return { name, state: 'unknown', value, wanted, missing }
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`
}

/** Rounded down, so that what is not all never reads as all. */
function percent(share: number): string {
  return `${Math.floor(share * 1000) / 10} %`
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'nobody'
  const rest = names.length - MAX_TOLD
  return `${names.slice(0, MAX_TOLD).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}
