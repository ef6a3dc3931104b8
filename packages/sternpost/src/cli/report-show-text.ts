import type { ShownReport } from '../reports-received/index.ts'
import { field, problemLines } from './report-problem-text.ts'
import { leftOutSentences } from './report-questions.ts'
import { formatCount, formatRate, plural, wrapText } from './text-layout.ts'

const MAX_PROBLEMS = 20
const MAX_POLICIES = 20
const MAX_NOTES = 20

/** Writes one report for people. */
export function formatReport(report: ShownReport): string {
  const { successfulSessionCount: good, failedSessionCount: failed } = report
  const organization = report.organization === '' ? '(no name)' : report.organization
  const domains = report.domains.map(domain => (domain === '' ? '(no domain)' : domain)).join(', ')
  const lines = [
    ...wrapText(
      `Report ${report.reportRowId}: ${organization} about ${domains || '(no domain)'}, ${report.day}`,
    ),
    ...wrapText(
      `${plural(good + failed, 'session')}: ${formatCount(good)} good, ${formatCount(failed)} failed (${formatRate(good, good + failed)} good).`,
    ),
    '',
    ...problemSection(report),
    ...policySection(report),
    'About the report',
    ...field('Id', report.reportId === '' ? 'none' : report.reportId),
    ...field('Range', rangeText(report)),
    ...field('Contact', report.contactInfo ?? 'none'),
    ...field('Trust', `${report.trust}: ${report.authentication.reason}`),
    ...(report.isQuarantined
      ? field('', 'In quarantine: about domains that are not yours; in no figure.')
      : []),
    ...field('Came by', cameBy(report)),
    ...noteLines(report),
  ]
  return `${lines.join('\n')}\n`
}

function problemSection(report: ShownReport): string[] {
  const { problems, failedSessionCount } = report
  if (problems.length === 0)
    return [
      ...wrapText(
        failedSessionCount === 0
          ? 'Nothing failed.'
          : 'The reporter counts failures and does not say what failed; ask its contact.',
      ),
      '',
    ]
  const shown = problems.slice(0, MAX_PROBLEMS)
  return [
    'What failed',
    ...shown.flatMap(problem => [
      ...problemLines(problem, {
        head: plural(problem.reportedSessionCount, 'session'),
        seen:
          problem.everFirstDay === problem.everLastDay
            ? `on ${problem.everFirstDay} only`
            : `first on ${problem.everFirstDay}, last on ${problem.everLastDay}`,
        networks: problem.sendingNetworks,
      }),
      '',
    ]),
    ...(problems.length > shown.length
      ? [`  ${plural(problems.length - shown.length, 'more kind')} of failure: --json shows all.`, '']
      : []),
    ...leftOutSentences(report.leftOut).flatMap(sentence => wrapText(`Others' reports: ${sentence}`, '  ')),
    ...(report.leftOut.trust.length + report.leftOut.quarantinedReportCount > 0 ? [''] : []),
  ]
}

function policySection({ policies }: ShownReport): string[] {
  const lines = policies.slice(0, MAX_POLICIES).flatMap(policy => {
    const repeated =
      policy.countedSuccessfulSessionCount < policy.successfulSessionCount ||
      policy.countedFailedSessionCount < policy.failedSessionCount
    return [
      ...wrapText(
        `${policy.policyType} for ${policy.domain === '' ? '(no domain)' : policy.domain}: ${formatCount(policy.successfulSessionCount)} good, ${formatCount(policy.failedSessionCount)} failed${repeated ? ' (partly counted under another policy already)' : ''}`,
        '  ',
      ),
      ...policy.policyStrings.slice(0, MAX_POLICIES).flatMap(line => wrapText(line, '    | ')),
    ]
  })
  if (lines.length === 0) return []
  const more = policies.length - MAX_POLICIES
  return [
    'Policies the reporter applied',
    ...lines,
    ...(more > 0 ? [`  ${plural(more, 'more', 'more')}`] : []),
    '',
  ]
}

function noteLines({ notes }: ShownReport): string[] {
  if (notes.length === 0) return []
  const more = notes.length - MAX_NOTES
  return [
    ...notes.slice(0, MAX_NOTES).flatMap((note, index) => field(index === 0 ? 'Notes' : '', noteText(note))),
    ...(more > 0 ? field('', `${plural(more, 'more note')}: --json shows all.`) : []),
  ]
}

function noteText({ kind, path, message }: ShownReport['notes'][number]): string {
  return `${kind}${path === '' ? '' : ` ${path}`}: ${message}`
}

function rangeText({ startAt, endAt }: ShownReport): string {
  return startAt === undefined && endAt === undefined
    ? 'not told'
    : `${timeText(startAt)} to ${timeText(endAt)}`
}

function cameBy({ channel, receivedAt, fileName, seenAlso }: ShownReport): string {
  const first = `${channel}, ${timeText(receivedAt)}${fileName === undefined ? '' : ` (${fileName})`}`
  const again = seenAlso.map(({ channel, times }) => `${channel} (${plural(times, 'time')})`)
  return again.length === 0 ? first : `${first}; seen also via ${again.join(', ')}`
}

function timeText(at: number | undefined): string {
  if (at === undefined || !(Math.abs(at) <= 8.64e15)) return 'not told'
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
