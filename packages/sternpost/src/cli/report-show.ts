import type { Command } from 'commander'
import { escapeForLine } from '../log/index.ts'
import { type CommandIo, errLine, type GlobalOptions, outJson } from './command-io.ts'
import { exitCode } from './exit-code.ts'
import { askReports } from './report-questions.ts'
import { formatReport } from './report-show-text.ts'
import { type ServerAddress, serverOf, worksRemotely } from './server-option.ts'

export function registerReportShow(report: Command, io: CommandIo): void {
  worksRemotely(report.command('show'))
    .description('explain one report: what failed where, who saw it, what to do')
    .argument('<report>', 'its number in the list, or its report id')
    .option('--raw', 'print the text as it came; on a terminal with controls escaped')
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { readonly raw?: boolean }>()
      const server = serverOf(io, options)
      if (server === 'bad') return
      if (server !== undefined) return await showOfServer(io, server, options, name)
      await askReports(io, options, async db => {
        const { findByReportId, readReportText, showReport } = await import('../reports-received/index.ts')
        // Numbers are what the list shows; a report id of digits alone can still be given, if no number is meant.
        const byNumber = /^[0-9]{1,15}$/.test(name) ? await showReport(db, Number(name)) : undefined
        const numbers = byNumber === undefined ? await findByReportId(db, name) : [byNumber.reportRowId]
        const [number] = numbers
        if (number === undefined) {
          errLine(io, `there is no report ${name}; \`${io.invokedAs} report list\` shows what there is`)
          return io.end(exitCode.usage)
        }
        if (numbers.length > 1) {
          errLine(io, `several reports have this id, name one by its number: ${numbers.join(', ')}`)
          return io.end(exitCode.usage)
        }
        if (options.raw === true) {
          const text = await readReportText(db, number)
          if (text === undefined) {
            errLine(
              io,
              `the text of report ${number} is past its retention; what it says is still in report show`,
            )
            return io.end(exitCode.temporary)
          }
          return io.out(rawText(text, io.stdoutIsTerminal))
        }
        const shown = byNumber ?? (await showReport(db, number))
        if (shown === undefined) return
        if (options.json === true) outJson(io, shown)
        else io.out(formatReport(shown))
      })
    })
}

async function showOfServer(
  io: CommandIo,
  server: ServerAddress,
  options: GlobalOptions & { readonly raw?: boolean },
  name: string,
): Promise<void> {
  const [{ showRemotely, textRemotely }, { withServer }] = await Promise.all([
    import('./report-remote.ts'),
    import('./remote.ts'),
  ])
  await withServer(io, server, async api => {
    if (options.raw === true) return io.out(rawText(await textRemotely(api, name), io.stdoutIsTerminal))
    const shown = await showRemotely(api, name)
    if (options.json === true) outJson(io, shown)
    else io.out(formatReport(shown))
  })
}

/** A terminal must not be steered by a stranger's report; a pipe gets what came. */
function rawText(bytes: Uint8Array, forTerminal: boolean): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  return forTerminal ? `${text.split(/\r?\n/).map(escapeForLine).join('\n')}\n` : text
}
