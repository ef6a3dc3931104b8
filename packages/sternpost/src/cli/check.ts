import type { Command } from 'commander'
import {
  addCheckOptions,
  type CheckCommandOptions,
  checkCommandOptions,
  conflictIn,
} from './check-options.ts'
import { type CommandIo, errLine } from './command-io.ts'
import { exitCode } from './exit-code.ts'
import { serverOf, worksRemotely } from './server-option.ts'

const EXAMPLES = `
Examples:
  sternpost check example.com
  sternpost check example.com --save before.json     then, after a change:
  sternpost check example.com --diff before.json
  sternpost check example.com --format html --output example.com.html
  sternpost check example.com example.org --json --fail-on warning
  sternpost check --from-file domains.txt --output results.ndjson
  sternpost check --from-saved results.ndjson --format sarif

Exit status: 0 fine, 1 findings at or above --fail-on, 2 wrong command line, 3 something could not be told.`

export function registerCheck(program: Command, io: CommandIo): void {
  const command = worksRemotely(program.command('check'))
    .description('find everything that is wrong with a domain, why, and the line to change')
    .argument('[domain...]', 'domains; a mail address or a URL stands for its domain')
    .addHelpText('after', EXAMPLES)
  addCheckOptions(command).action(async (domains: string[], _options: unknown, command: Command) => {
    await check(io, checkCommandOptions(command), domains)
  })
}

async function check(io: CommandIo, options: CheckCommandOptions, domains: readonly string[]): Promise<void> {
  if (options.explain !== undefined) {
    const { explainCode } = await import('./check-explain.ts')
    return explainCode(io, options.explain)
  }
  if (options.schema === true) {
    const { printCheckSchema } = await import('./check-schema.ts')
    return printCheckSchema(io)
  }
  const conflict = conflictIn(options, domains)
  if (conflict !== undefined) {
    errLine(io, conflict)
    return io.end(exitCode.usage)
  }
  const server = options.fromSaved === undefined ? serverOf(io, options) : undefined
  if (server === 'bad') return
  if (server !== undefined) {
    const { checkRemotely } = await import('./check-remote.ts')
    return await checkRemotely(io, server, options, domains)
  }
  if (options.fromFile !== undefined) {
    const { checkList } = await import('./check-list.ts')
    return await checkList(io, options, options.fromFile)
  }
  if (options.fromSaved !== undefined) {
    const { judgeSaved } = await import('./check-saved.ts')
    return await judgeSaved(io, options, options.fromSaved, domains)
  }
  const { checkDomains } = await import('./check-domains.ts')
  await checkDomains(io, options, domains)
}
