import type { Command } from 'commander'
import type { ReportSummary, ReportsDb } from '../reports-received/index.ts'
import { type CommandIo, type GlobalOptions, outJson } from './command-io.ts'
import {
  addFilterOptions,
  askReports,
  type FilterOptions,
  filterOf,
  sayNothingThere,
} from './report-questions.ts'
import { formatSummary, SUMMARY_FAILURES, type SummaryAnswer } from './report-summary-text.ts'
import { serverOf, worksRemotely } from './server-option.ts'

/** Long enough for a weekly pattern, short enough to be about now. */
const DEFAULT_DAYS = 30
/** Days that count as new, the last one included. */
const NEW_DAYS = 7

/** What is asked: the options with both ends of the time. */
export interface SummaryOptions extends FilterOptions {
  readonly from: string
  readonly to: string
  /** First day of failures that count as new. */
  readonly newFrom: string
  readonly today: string
}

/** The figures of a time, wherever the reports are. */
export interface SummarySource {
  summary(): Promise<ReportSummary>
  /** All but the summary itself. */
  rest(): Promise<Omit<SummaryAnswer, 'summary'>>
  hasReports(): Promise<boolean>
}

export function registerReportSummary(report: Command, io: CommandIo): void {
  addFilterOptions(
    worksRemotely(report.command('summary')).description(
      'say how mail arrived, what failed and what to do (default: 30 days)',
    ),
    'counted',
  )
    .option('--csv', 'print the days as CSV')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<FilterOptions & GlobalOptions>()
      const server = serverOf(io, options)
      if (server === 'bad') return
      if (server === undefined) {
        return await askReports(io, options, async db => {
          await showSummary(io, options, summaryHere(db, await withDays(options, io.now())))
        })
      }
      const [{ summaryThere }, { withServer }] = await Promise.all([
        import('./report-summary-remote.ts'),
        import('./remote.ts'),
      ])
      await withServer(io, server, async api => {
        await showSummary(io, options, summaryThere(api, await withDays(options, io.now())))
      })
    })
}

async function withDays(options: FilterOptions, now: number): Promise<SummaryOptions> {
  const { addDays, dayOf } = await import('../reports-received/index.ts')
  const today = dayOf(now)
  const to = options.to ?? today
  const from = options.from ?? addDays(to, 1 - DEFAULT_DAYS)
  return { ...options, from, to, newFrom: addDays(to, 1 - NEW_DAYS), today }
}

async function showSummary(
  io: CommandIo,
  { csv, json, domain }: FilterOptions & GlobalOptions,
  source: SummarySource,
): Promise<void> {
  const summary = await source.summary()
  if (csv === true) {
    const { formatCsvRow } = await import('../reports-received/index.ts')
    io.out(formatCsvRow(['day', 'reports', 'successfulSessions', 'failedSessions']))
    for (const { day, reportCount, successfulSessionCount, failedSessionCount } of summary.days)
      io.out(formatCsvRow([day, reportCount, successfulSessionCount, failedSessionCount]))
    return
  }
  const answer = { summary, ...(await source.rest()) }
  if (json === true) return outJson(io, answer)
  if (summary.reportCount === 0 && !(await source.hasReports()))
    return sayNothingThere(io, 'there are no reports yet')
  io.out(formatSummary(answer, { invokedAs: io.invokedAs, ...(domain === undefined ? {} : { domain }) }))
}

function summaryHere(db: ReportsDb, options: SummaryOptions): SummarySource {
  const filter = { ...filterOf(options), from: options.from, to: options.to }
  const questions = import('../reports-received/index.ts')
  return {
    summary: async () => await (await questions).summarizeReports(db, filter),
    async rest() {
      const ask = await questions
      const { domain } = filter
      return {
        failures: await ask.failureGroups(db, filter, { limit: SUMMARY_FAILURES }),
        newFailures: await ask.newFailures(db, { ...filter, from: options.newFrom }),
        reporters: await ask.reporterCalendar(db, filter, options.today),
        families: await ask.addressFamilies(db, filter),
        ...(domain === undefined
          ? {}
          : {
              policies: await ask.policyDrift(db, { ...filter, domain }, await ask.servedPolicy(db, domain)),
            }),
      }
    },
    hasReports: async () => await (await questions).hasReports(db),
  }
}
