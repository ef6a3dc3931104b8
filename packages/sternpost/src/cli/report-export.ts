import { type Command, Option } from 'commander'
import { escapeJson } from '../log/index.ts'
import type { ExportKind } from '../reports-received/index.ts'
import { type CommandIo, type GlobalOptions, globalOptions } from './command-io.ts'
import {
  addFilterOptions,
  askReports,
  type FilterOptions,
  filterOf,
  leftOutSentences,
} from './report-questions.ts'

interface ExportOptions extends FilterOptions, GlobalOptions {
  readonly kind: ExportKind
}

export function registerReportExport(report: Command, io: CommandIo): void {
  addFilterOptions(
    report.command('export').description('write reports, their policies or their failures, a line each'),
    'counted',
  )
    .addOption(
      new Option('--kind <kind>', 'what a line is')
        .choices(['reports', 'policies', 'failures'])
        .default('reports'),
    )
    .option('--quarantined', 'only the reports about domains that are not yours')
    .option('--csv', 'write CSV (default: JSON, an object a line)')
    .action(async (_options: unknown, command: Command) => {
      const options = { ...command.opts<ExportOptions>(), ...globalOptions(command) }
      await askReports(io, options, async db => {
        const { countLeftOut, exportColumns, exportPage, formatCsvRow } = await import(
          '../reports-received/index.ts'
        )
        const { kind } = options
        const filter = filterOf(options)
        const columns = exportColumns[kind]
        if (options.csv === true) io.out(formatCsvRow(columns))
        let after: string | undefined
        do {
          const page = await exportPage(db, kind, filter, {
            after,
            quarantined: options.quarantined === true,
          })
          for (const row of page.rows) {
            io.out(
              options.csv === true
                ? formatCsvRow(columns.map(column => row[column]))
                : `${escapeJson(JSON.stringify(row))}\n`,
            )
          }
          after = page.next
        } while (after !== undefined)
        if (options.quarantined === true) return
        // Beside the data, so that nobody takes the file for everything.
        for (const sentence of leftOutSentences(await countLeftOut(db, filter)))
          io.err(`${sentence.replace('not counted', 'not exported')}\n`)
      })
    })
}
