import { describeReportFacts } from '@sternpost/protocol'
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

/** Says in words what a report tells and who stands behind it. */
export function describeReport(report: ShownReport): ReportSentences {
  return { report: whatItSays(report), sender: whoSentIt(report) }
}

function whatItSays(report: ShownReport): string[] {
  const sentences = describeReportFacts({
    ...report,
    policyTypes: report.policies.map(({ policyType }) => policyType),
    problems: report.problems.map(({ diagnosis, mxHost, reportedSessionCount }) => ({
      summary: diagnosis.summary,
      mxHost,
      sessionCount: reportedSessionCount,
    })),
  })
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

function plural(count: number, what: string): string {
  return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`
}
