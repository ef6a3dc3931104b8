/** What a report tells, as far as its sentences need it. */
export interface ReportFacts {
  /** Empty where it names none. */
  readonly organization: string
  /** An empty name where it tells none. */
  readonly domains: readonly string[]
  /** UTC day, `YYYY-MM-DD`; undefined where it tells none. */
  readonly day: string | undefined
  /** Each session once. */
  readonly successfulSessionCount: number
  readonly failedSessionCount: number
  readonly policyTypes: readonly string[]
  /** What failed, by kind. */
  readonly problems: readonly {
    readonly summary: string
    /** Empty where it names none. */
    readonly mxHost: string
    readonly sessionCount: number
  }[]
}

const policyWords: Readonly<Record<string, string>> = {
  sts: 'the MTA-STS policy',
  tlsa: 'the DANE records (TLSA)',
  'no-policy-found': 'no policy, as the sender found none',
}

const MAX_PROBLEMS = 3

/** Says in words what a report tells, for somebody who never read one. */
export function describeReportFacts(facts: ReportFacts): string[] {
  const { successfulSessionCount: good, failedSessionCount: failed, problems, day } = facts
  const sessions = good + failed
  const who = facts.organization === '' ? 'A mail system that does not name itself' : facts.organization
  const when = day === undefined ? 'on a day it does not tell' : `on ${day} (UTC)`
  const sentences = [
    `${who} reports on ${plural(sessions, 'connection')} its mail servers made to deliver mail to ${domainWords(facts.domains)} ${when}.`,
    failed > 0
      ? `${formatCount(good)} went well, ${formatCount(failed)} failed (${formatShare(failed / sessions)}).`
      : sessions === 0
        ? 'It counts no connection.'
        : facts.policyTypes.every(type => type === 'no-policy-found')
          ? 'All of them went well.'
          : 'All of them were encrypted as the policy asks.',
  ]
  const types = [...new Set(facts.policyTypes)]
  if (types.length > 0)
    sentences.push(
      `It went by ${types.map(type => policyWords[type] ?? `a policy of type ${type}`).join(' and ')}.`,
    )
  for (const { summary, mxHost, sessionCount } of problems.slice(0, MAX_PROBLEMS))
    sentences.push(
      `${summary.replace(/\.$/, '')}${mxHost === '' ? '' : ` (${mxHost})`}: ${plural(sessionCount, 'connection')}.`,
    )
  const more = problems.length - MAX_PROBLEMS
  if (more > 0)
    sentences.push(`${plural(more, 'more kind')} of failure ${more === 1 ? 'follows' : 'follow'}.`)
  if (failed > 0 && problems.length === 0)
    sentences.push('It does not say what failed; only its author can tell.')
  return sentences
}

function domainWords(domains: readonly string[]): string {
  const named = domains.filter(domain => domain !== '')
  if (named.length === 0) return 'a domain it does not name'
  if (named.length <= 3) return named.join(' and ')
  return `${named.slice(0, 2).join(', ')} and ${named.length - 2} other domains`
}

function plural(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`
}

function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US')
}

function formatShare(share: number): string {
  const percent = share * 100
  return percent > 0 && percent < 0.1 ? 'less than 0.1 %' : `${percent.toFixed(1).replace(/\.0$/, '')} %`
}
