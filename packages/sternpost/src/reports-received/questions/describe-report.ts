import type { ShownReport } from './show-report.ts'

/** A report in sentences for somebody who never read one. */
export interface ReportSentences {
  /** What it says. */
  readonly report: readonly string[]
  /** Who sent it, and how far it is believed. */
  readonly sender: readonly string[]
}

const trustSentences = {
  authenticated: 'The mail is signed by the domain of its author, so nobody else wrote it. It counts.',
  imported: 'A person handed it over as a file; it is believed as far as that person is. It counts.',
  unauthenticated:
    'It came by HTTPS, where nobody proves who he is: anybody could have written it. It is kept and does not count.',
  untrusted: 'The mail bears no valid signature of its author. It is kept and does not count.',
} as const satisfies Record<ShownReport['trust'], string>

const policyWords: Readonly<Record<string, string>> = {
  sts: 'the MTA-STS policy',
  tlsa: 'the DANE records (TLSA)',
  'no-policy-found': 'no policy, as the sender found none',
}

/** Says in words what a report tells and who stands behind it. */
export function describeReport(report: ShownReport): ReportSentences {
  return { report: whatItSays(report), sender: whoSentIt(report) }
}

function whatItSays(report: ShownReport): string[] {
  const { successfulSessionCount: good, failedSessionCount: failed, problems, policies } = report
  const sessions = good + failed
  const who = report.organization === '' ? 'A mail system that does not name itself' : report.organization
  const sentences = [
    `${who} reports on ${plural(sessions, 'connection')} its mail servers made to deliver mail to ${domainWords(report)} on ${report.day} (UTC).`,
    failed === 0
      ? sessions === 0
        ? 'It counts no connection.'
        : 'All of them were encrypted as the policy asks.'
      : `${formatCount(good)} went well, ${formatCount(failed)} failed (${formatShare(failed / sessions)}).`,
  ]
  const types = [...new Set(policies.map(({ policyType }) => policyType))]
  if (types.length > 0)
    sentences.push(
      `It went by ${types.map(type => policyWords[type] ?? `a policy of type ${type}`).join(' and ')}.`,
    )
  for (const problem of problems.slice(0, 3)) {
    const at = problem.mxHost === '' ? '' : ` (${problem.mxHost})`
    sentences.push(
      `${problem.diagnosis.summary.replace(/\.$/, '')}${at}: ${plural(problem.reportedSessionCount, 'connection')}.`,
    )
  }
  if (problems.length > 3) sentences.push(`${plural(problems.length - 3, 'more kind')} of failure follow.`)
  if (failed > 0 && problems.length === 0)
    sentences.push('It does not say what failed; only its author can tell.')
  if (report.isPartial)
    sentences.push('It covers other domains too, which are not yours to see; only your part is shown.')
  return sentences
}

function whoSentIt(report: ShownReport): string[] {
  const { authentication, contactInfo, seenAlso } = report
  const sentences = [
    trustSentences[report.trust],
    `Why: ${authentication.reason.replace(/\.$/, '')}.`,
    `It came in by ${report.channel}.`,
  ]
  if (report.isQuarantined)
    sentences.push('It is about domains that are not yours, so it is kept apart and in no figure.')
  if (contactInfo !== undefined && contactInfo !== '')
    sentences.push(`Questions about it go to ${contactInfo}.`)
  const times = seenAlso.reduce((sum, sighting) => sum + sighting.times, 0)
  if (times > 0) sentences.push(`It came again ${plural(times, 'time')}; it is counted once.`)
  if (report.noteCount > 0)
    sentences.push(
      `It differs from the standard in ${plural(report.noteCount, 'place')}; it was read in spite of it.`,
    )
  return sentences
}

function domainWords({ domains }: ShownReport): string {
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
