import type { Command } from 'commander'
import { type ConfigIssue, configJsonSchema, formatConfigIssue, printConfig } from '../config/index.ts'
import { type CommandIo, globalOptions, needConfig, outJson, readConfig } from './command-io.ts'
import { exitCode } from './exit-code.ts'

export function registerConfig(program: Command, io: CommandIo): void {
  const config = program.command('config').description('check and print settings')
  config
    .command('check')
    .argument('[file]', 'the file to check (default: the one that would be used)')
    .description('tell what is wrong with the settings, with line and column')
    .action((file: string | undefined, _options: unknown, command: Command) => {
      const options = globalOptions(command)
      checkConfig(io, file === undefined ? options : { ...options, config: file })
    })
  config
    .command('print')
    .description('print the effective settings and where each comes from')
    .action((_options: unknown, command: Command) => {
      const options = globalOptions(command)
      const loaded = needConfig(io, options)
      if (loaded === undefined) return
      if (options.json === true) outJson(io, { source: loaded.source, config: loaded.config })
      else io.out(printConfig(loaded))
    })
  config
    .command('schema')
    .description('print the JSON Schema of the settings, for editors')
    .action(() => outJson(io, configJsonSchema()))
}

function checkConfig(io: CommandIo, options: ReturnType<typeof globalOptions>): void {
  const loaded = readConfig(io, options)
  const issues: readonly ConfigIssue[] = loaded.ok ? [] : loaded.issues
  const warnings = loaded.ok ? loaded.warnings : []
  if (!loaded.ok) io.end(exitCode.usage)
  if (options.json === true) {
    outJson(io, { ok: loaded.ok, source: loaded.source, issues, warnings })
    return
  }
  for (const issue of issues) io.err(`${formatConfigIssue(issue)}\n`)
  for (const warning of warnings) io.err(`warning: ${formatConfigIssue(warning)}\n`)
  if (loaded.ok) io.out(`${loaded.source}: fine\n`)
}
