import type { Command } from 'commander'
import { type CommandIo, type GlobalOptions, outJson } from './command-io.ts'
import {
  addFilterOptions,
  askReports,
  type FilterOptions,
  filterOf,
  sayNothingThere,
} from './report-questions.ts'
import { formatSummary } from './report-summary-text.ts'

/** Long enough for a weekly pattern, short enough to be about now. */
const DEFAULT_DAYS = 30
const DAY_MS = 86_400_000

export function registerReportSummary(report: Command, io: CommandIo): void {
  addFilterOptions(
    report
      .command('summary')
      .description('say how mail arrived, what failed and what to do (default: 30 days)'),
    'counted',
  )
    .option('--csv', 'print the days as CSV')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<FilterOptions & GlobalOptions>()
      await askReports(io, options, async db => {
        const questions = await import('../reports-received/index.ts')
        const today = questions.dayOf(io.now())
        const to = options.to ?? today
        const from =
          options.from ?? questions.dayOf(Date.parse(`${to}T00:00:00Z`) - (DEFAULT_DAYS - 1) * DAY_MS)
        const filter = { ...filterOf(options), from, to }
        const summary = await questions.summarizeReports(db, filter)
        if (options.csv === true) {
          io.out(questions.formatCsvRow(['day', 'reports', 'successfulSessions', 'failedSessions']))
          for (const { day, reportCount, successfulSessionCount, failedSessionCount } of summary.days)
            io.out(questions.formatCsvRow([day, reportCount, successfulSessionCount, failedSessionCount]))
          return
        }
        const { domain } = filter
        const answer = {
          summary,
          failures: await questions.failureGroups(db, filter, { limit: 10 }),
          newFailures: await questions.newFailures(db, { ...filter, from: questions.addDays(to, -6) }),
          reporters: await questions.reporterCalendar(db, filter, today),
          families: await questions.addressFamilies(db, filter),
          ...(domain === undefined
            ? {}
            : { policies: await questions.policyDrift(db, { ...filter, domain }) }),
        }
        if (options.json === true) return outJson(io, answer)
        if (summary.reportCount === 0 && !(await questions.hasReports(db)))
          return sayNothingThere(io, 'there are no reports yet')
        io.out(
          formatSummary(answer, { invokedAs: io.invokedAs, ...(domain === undefined ? {} : { domain }) }),
        )
      })
    })
}
