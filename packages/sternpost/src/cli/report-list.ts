import { type Command, InvalidArgumentError } from 'commander'
import type { ListedReport } from '../reports-received/index.ts'
import { type CommandIo, errLine, type GlobalOptions, outJson } from './command-io.ts'
import { exitCode } from './exit-code.ts'
import {
  addFilterOptions,
  askReports,
  type FilterOptions,
  filterOf,
  sayNothingThere,
} from './report-questions.ts'
import { serverOf, worksRemotely } from './server-option.ts'
import { formatCount, formatTable } from './text-layout.ts'

interface ListOptions extends FilterOptions, GlobalOptions {
  readonly limit?: number
  readonly after?: string
}

export function registerReportList(report: Command, io: CommandIo): void {
  addFilterOptions(worksRemotely(report.command('list')).description('list reports, newest day first'), 'any')
    .option('--quarantined', 'only the reports about domains that are not yours')
    .option('--limit <count>', 'how many (default: 50, at most 1000)', readLimit)
    .option('--after <cursor>', 'go on after a page; its last line says how')
    .option('--csv', 'print CSV')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ListOptions>()
      const server = serverOf(io, options)
      if (server === 'bad') return
      if (server !== undefined) {
        const [{ hasReportsThere, listRemotely }, { withServer }] = await Promise.all([
          import('./report-remote.ts'),
          import('./remote.ts'),
        ])
        return await withServer(io, server, async api => {
          await showPage(io, options, await listRemotely(api, options), () => hasReportsThere(api))
        })
      }
      await askReports(io, options, async db => {
        const { hasReports, listReports, readCursor } = await import('../reports-received/index.ts')
        if (options.after !== undefined && readCursor(options.after) === undefined) {
          errLine(io, '--after takes what the page before gave, such as 2026-03-01.42')
          return io.end(exitCode.usage)
        }
        const page = await listReports(db, filterOf(options), {
          quarantined: options.quarantined === true,
          ...(options.limit === undefined ? {} : { limit: options.limit }),
          ...(options.after === undefined ? {} : { after: options.after }),
        })
        await showPage(io, options, page, () => hasReports(db))
      })
    })
}

/** Shows a page of the list in the form that is wanted. */
async function showPage(
  io: CommandIo,
  options: ListOptions,
  page: { readonly reports: readonly ListedReport[]; readonly next?: string | undefined },
  hasAny: () => Promise<boolean>,
): Promise<void> {
  if (options.json === true) return outJson(io, page)
  if (options.csv === true) {
    const { exportColumns, formatCsvRow, toExportRow } = await import('../reports-received/index.ts')
    io.out(formatCsvRow(exportColumns.reports))
    for (const one of page.reports) {
      const row = toExportRow(one)
      io.out(formatCsvRow(exportColumns.reports.map(column => row[column])))
    }
    return
  }
  if (page.reports.length === 0) {
    if (await hasAny()) io.out('No report fits.\n')
    else sayNothingThere(io, 'there are no reports yet')
    return
  }
  io.out(`${formatList(page.reports).join('\n')}\n`)
  if (page.next !== undefined) io.out(`\nMore: add --after ${page.next}\n`)
}

/** Writes reports as a table of 80 columns. */
export function formatList(reports: readonly ListedReport[]): string[] {
  return formatTable(
    [
      { title: 'Report', align: 'right' },
      { title: 'Day', align: 'left' },
      { title: 'Reporter and domain', align: 'left', flexible: true },
      { title: 'Good', align: 'right' },
      { title: 'Failed', align: 'right' },
      { title: 'Trust', align: 'left' },
    ],
    reports.map(report => [
      String(report.reportRowId),
      report.day,
      `${report.organization === '' ? '(no name)' : report.organization}: ${domainsOf(report)}`,
      formatCount(report.successfulSessionCount),
      formatCount(report.failedSessionCount),
      report.trust,
    ]),
  )
}

function domainsOf({ domains }: ListedReport): string {
  const [first = '(no domain)', ...others] = domains.map(domain => (domain === '' ? '(no domain)' : domain))
  return others.length === 0 ? first : `${first} +${others.length}`
}

function readLimit(text: string): number {
  const limit = /^[0-9]{1,4}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > 1000) throw new InvalidArgumentError('a number from 1 to 1000.')
  return limit
}
