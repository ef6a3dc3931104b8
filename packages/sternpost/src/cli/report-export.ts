import { type Command, Option } from 'commander'
import { escapeJson } from '../log/index.ts'
import type { ExportKind } from '../reports-received/index.ts'
import { type CommandIo, errLine, type GlobalOptions, globalOptions } from './command-io.ts'
import { exitCode } from './exit-code.ts'
import {
  addFilterOptions,
  askReports,
  type FilterOptions,
  filterOf,
  leftOutSentences,
} from './report-questions.ts'
import { type ServerAddress, serverOf, worksRemotely } from './server-option.ts'

interface ExportOptions extends FilterOptions, GlobalOptions {
  readonly kind: ExportKind
}

export function registerReportExport(report: Command, io: CommandIo): void {
  addFilterOptions(
    worksRemotely(report.command('export')).description(
      'write reports, their policies or their failures, a line each',
    ),
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
      const server = serverOf(io, options)
      if (server === 'bad') return
      if (server !== undefined) return await exportOfServer(io, server, options)
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

async function exportOfServer(io: CommandIo, server: ServerAddress, options: ExportOptions): Promise<void> {
  if (options.csv !== true) {
    errLine(io, 'a daemon elsewhere exports CSV: add --csv')
    return io.end(exitCode.usage)
  }
  const [{ queryOf }, { withServer }] = await Promise.all([
    import('./report-remote.ts'),
    import('./remote.ts'),
  ])
  await withServer(io, server, async api => {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
    const query = {
      ...queryOf(options),
      kind: options.kind,
      quarantined: options.quarantined === true ? ('true' as const) : ('false' as const),
    }
    for await (const chunk of api.bytes('GET /reports/export', { query })) {
      io.out(decoder.decode(chunk, { stream: true }))
      await io.drained?.()
    }
  })
}
