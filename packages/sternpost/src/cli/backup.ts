import { resolve } from 'node:path'
import type { Command } from 'commander'
import {
  type CommandIo,
  errLine,
  type GlobalOptions,
  globalOptions,
  needConfig,
  outJson,
} from './command-io.ts'
import { exitCode } from './exit-code.ts'

export function registerBackup(program: Command, io: CommandIo): void {
  program
    .command('backup')
    .description('copy the database into a file, also while the daemon runs')
    .argument('<file>', 'the file to write')
    .option('--force', 'replace the file if it is there')
    .action(async (file: string, options: { force?: boolean }, command: Command) => {
      await backUp(io, globalOptions(command), resolve(io.cwd, file), options.force === true)
    })
}

async function backUp(io: CommandIo, options: GlobalOptions, file: string, force: boolean): Promise<void> {
  const loaded = needConfig(io, options)
  if (loaded === undefined) return
  const [{ copyDatabase, databaseFile }, { statSync }] = await Promise.all([
    import('../store/index.ts'),
    import('node:fs'),
  ])
  const from = databaseFile(loaded.config.dataDirectory)
  let shown = -1
  const onProgress = (done: number) => {
    const percent = Math.floor(done * 100)
    if (!io.stderrIsTerminal || percent === shown) return
    shown = percent
    io.err(`\r${percent} %${percent === 100 ? '\n' : ''}`)
  }
  try {
    await copyDatabase(from, file, { overwrite: force, onProgress })
  } catch (error) {
    sayWhyNot(io, error)
    return
  }
  const { size } = statSync(file)
  if (options.json === true) outJson(io, { database: from, file, bytes: size })
  else io.out(`${file}: ${(size / 2 ** 20).toFixed(1)} MiB, checked\n`)
}

/** Says why a copy was not made: our own reason is for the operator to act on, all else may pass. */
export function sayWhyNot(io: CommandIo, error: unknown): void {
  if (!(error instanceof Error)) throw error
  errLine(io, error.message)
  io.end(error.name === 'DatabaseCopyError' ? exitCode.findings : exitCode.temporary)
}
