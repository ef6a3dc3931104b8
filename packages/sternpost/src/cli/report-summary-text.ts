import type {
  AddressFamilies,
  FailureGroups,
  NewFailures,
  PolicyDrift,
  ReporterCalendar,
  ReportSummary,
} from '../reports-received/index.ts'
import { problemLines } from './report-problem-text.ts'
import { leftOutSentences } from './report-questions.ts'
import { formatCount, formatRate, formatTable, plural, wrapText } from './text-layout.ts'

/** Kinds of failure that are told. */
export const SUMMARY_FAILURES = 10

export interface SummaryAnswer {
  readonly summary: ReportSummary
  readonly failures: FailureGroups
  readonly newFailures: NewFailures
  readonly reporters: ReporterCalendar
  readonly families: AddressFamilies
  readonly policies?: PolicyDrift
}

/** Writes the figures of a time for people: what arrived, what failed and what to do. */
export function formatSummary(
  answer: SummaryAnswer,
  context: { readonly invokedAs: string; readonly domain?: string },
): string {
  const { summary, failures } = answer
  const lines = [
    ...headLines(summary, context.domain),
    ...section('Reporters', reporterLines(summary)),
    ...section('What fails', failureLines(answer, context.invokedAs)),
    ...section('Domains with failures', domainLines(summary)),
    ...section('Over IPv4 and IPv6 (reports name addresses for failures only)', familyLines(answer.families)),
    ...section('Policies that reporters apply', policyLines(answer.policies)),
    ...section('Silent reporters', silentLines(answer.reporters)),
  ]
  if (failures.isCut) lines.push('', 'More kinds of failure are not shown here; --domain narrows it down.')
  return `${lines.join('\n')}\n`
}

function headLines(summary: ReportSummary, domain: string | undefined): string[] {
  const { successfulSessionCount: good, failedSessionCount: failed } = summary
  const about = domain === undefined ? 'all domains' : domain
  return [
    ...wrapText(`${about}, ${summary.from} to ${summary.to}`),
    ...(summary.reportCount === 0
      ? ['No counted report is about this time.']
      : [
          `${plural(summary.reportCount, 'report')}, ${plural(good + failed, 'session')}: ${formatCount(good)} good, ${formatCount(failed)} failed (${formatRate(good, good + failed)} good).`,
        ]),
    ...leftOutSentences(summary.leftOut).flatMap(sentence => wrapText(sentence)),
  ]
}

function reporterLines({ organizations }: ReportSummary): string[] {
  if (organizations.length === 0) return []
  return formatTable(
    [
      { title: 'Reporter', align: 'left', flexible: true },
      { title: 'Reports', align: 'right' },
      { title: 'Good', align: 'right' },
      { title: 'Failed', align: 'right' },
      { title: 'Rate', align: 'right' },
    ],
    organizations
      .slice(0, MAX_LINES)
      .map(row => [
        row.organization === '' ? '(no name)' : row.organization,
        formatCount(row.reportCount),
        formatCount(row.successfulSessionCount),
        formatCount(row.failedSessionCount),
        formatRate(row.successfulSessionCount, row.successfulSessionCount + row.failedSessionCount),
      ]),
  )
}

const MAX_LINES = 10

function failureLines({ failures, newFailures }: SummaryAnswer, invokedAs: string): string[] {
  const fresh = new Set(newFailures.groups.map(keyOf))
  const lines = failures.groups.flatMap((group, index) => [
    ...(index === 0 ? [] : ['']),
    ...problemLines(group, {
      head: `${plural(group.failedSessionCount, 'session')}${fresh.has(keyOf(group)) ? `, new since ${newFailures.since}` : ''}`,
      seen:
        group.firstDay === group.lastDay
          ? `on ${group.firstDay} only`
          : `from ${group.firstDay} to ${group.lastDay}`,
    }),
  ])
  if (failures.unexplainedCount > 0)
    lines.push('', `${plural(failures.unexplainedCount, 'kind')} of failure without details left to explain.`)
  if (lines.length > 0)
    lines.push('', `One report in full: ${invokedAs} report list, then report show NUMBER`)
  return lines
}

function keyOf(group: { domain: string; policyType: string; resultType: string; mxHost: string }): string {
  return JSON.stringify([group.domain, group.policyType, group.resultType, group.mxHost])
}

function domainLines({ failingDomains }: ReportSummary): string[] {
  if (failingDomains.length < 2) return []
  return formatTable(
    [
      { title: 'Domain', align: 'left', flexible: true },
      { title: 'Failures', align: 'right' },
    ],
    failingDomains.slice(0, MAX_LINES).map(row => [row.domain, formatCount(row.failedSessionCount)]),
  )
}

function familyLines({ families }: AddressFamilies): string[] {
  if (families.length === 0) return []
  const words = { ipv4: 'IPv4', ipv6: 'IPv6' } as const
  return formatTable(
    [
      { title: 'To', align: 'left' },
      { title: 'Failures', align: 'right' },
      { title: 'Addresses', align: 'left', flexible: true },
    ],
    families.map(row => [
      row.family === undefined ? 'not told' : words[row.family],
      formatCount(row.failedSessionCount),
      row.addresses.map(({ address }) => address).join(' '),
    ]),
  )
}

function policyLines(drift: PolicyDrift | undefined): string[] {
  if (drift === undefined || drift.published === undefined) return []
  const older = drift.reporters.filter(({ state }) => state === 'held' || state === 'both')
  const current = drift.reporters.filter(({ state }) => state === 'current')
  return [
    ...wrapText(`Taken for yours: ${drift.publishedSource}: ${drift.published.lines.join(', ')}`, '  '),
    ...wrapText(
      `${plural(new Set(current.map(({ organization }) => organization)).size, 'reporter')} ${current.length === 1 ? 'applies' : 'apply'} it.`,
      '  ',
    ),
    ...older.flatMap(policy =>
      wrapText(
        `${policy.organization} applied an older one until ${policy.lastDay} (${policy.version.lines.join(', ')})${
          policy.mayHoldUntil === undefined
            ? '.'
            : `, and may hold it until ${new Date(policy.mayHoldUntil).toISOString().slice(0, 10)}.`
        }`,
        '  ',
      ),
    ),
  ]
}

function silentLines({ reporters }: ReporterCalendar): string[] {
  const silent = reporters.filter(({ silentSince }) => silentSince !== undefined)
  if (silent.length === 0) return []
  return [
    ...silent
      .slice(0, MAX_LINES)
      .flatMap(({ organization, silentSince, lastDay }) =>
        wrapText(`${organization}: last report about ${lastDay}, expected since ${silentSince}.`, '  '),
      ),
    ...wrapText('A reporter that sends you no mail sends no report, so silence alone is no fault.', '  '),
  ]
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines]
}
