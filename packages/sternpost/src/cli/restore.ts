import { resolve } from 'node:path'
import type { Command } from 'commander'
import { sayWhyNot } from './backup.ts'
import { type CommandIo, type GlobalOptions, globalOptions, needConfig, outJson } from './command-io.ts'

export function registerRestore(program: Command, io: CommandIo): void {
  program
    .command('restore')
    .description('put a backup in the place of the database, which is kept aside')
    .argument('<file>', 'a file written by `sternpost backup`')
    .action(async (file: string, _options: unknown, command: Command) => {
      await restore(io, globalOptions(command), resolve(io.cwd, file))
    })
}

async function restore(io: CommandIo, options: GlobalOptions, file: string): Promise<void> {
  const loaded = needConfig(io, options)
  if (loaded === undefined) return
  const { databaseFile, restoreDatabase } = await import('../store/index.ts')
  const database = databaseFile(loaded.config.dataDirectory)
  try {
    const { keptAs } = await restoreDatabase(file, database, io.now())
    if (options.json === true) outJson(io, { file, database, keptAs: keptAs ?? null })
    else {
      io.out(`${database} is what ${file} holds\n`)
      if (keptAs !== undefined) io.out(`the database that was there is kept as ${keptAs}\n`)
    }
  } catch (error) {
    sayWhyNot(io, error)
  }
}
