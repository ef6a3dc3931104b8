import { type Command, Option } from 'commander'
import type { ExportKind, LeftOut, ReportsDb } from '../reports-received/index.ts'
import { type CommandIo, type GlobalOptions, globalOptions } from './command-io.ts'
import {
  addFilterOptions,
  askReports,
  type FilterOptions,
  filterOf,
  formOf,
  leftOutSentences,
} from './report-questions.ts'
import { serverOf, worksRemotely } from './server-option.ts'

export interface ExportOptions extends FilterOptions, GlobalOptions {
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
      if (server === undefined)
        return await askReports(
          io,
          options,
          async db => await writeExport(io, options, exportHere(db, options)),
        )
      const [{ exportThere }, { withServer }] = await Promise.all([
        import('./report-remote.ts'),
        import('./remote.ts'),
      ])
      await withServer(io, server, async api => await writeExport(io, options, exportThere(api, options)))
    })
}

/** An export, wherever the reports are. */
export interface ReportExport {
  texts(): AsyncIterable<string>
  leftOut(): Promise<LeftOut>
}

async function writeExport(io: CommandIo, options: ExportOptions, source: ReportExport): Promise<void> {
  for await (const text of source.texts()) {
    io.out(text)
    await io.drained?.()
  }
  if (options.quarantined === true) return
  // Beside the data, so that nobody takes the file for everything.
  for (const sentence of leftOutSentences(await source.leftOut()))
    io.err(`${sentence.replace('not counted', 'not exported')}\n`)
}

function exportHere(db: ReportsDb, options: ExportOptions): ReportExport {
  const { kind } = options
  const form = formOf(options)
  const filter = filterOf(options)
  const quarantined = options.quarantined === true
  return {
    async *texts() {
      const { exportHead, exportPage, exportText } = await import('../reports-received/index.ts')
      yield exportHead(kind, form)
      let after: string | undefined
      do {
        const page = await exportPage(db, kind, filter, { after, quarantined })
        yield exportText(kind, form, page.rows)
        after = page.next
      } while (after !== undefined)
    },
    async leftOut() {
      const { countLeftOut } = await import('../reports-received/index.ts')
      return await countLeftOut(db, filter)
    },
  }
}
