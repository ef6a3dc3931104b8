import { Command, CommanderError } from 'commander'
import { escapeForLine } from '../log/index.ts'
import { VERSION } from '../version.ts'
import { registerBackup } from './backup.ts'
import { registerCertificate } from './certificate.ts'
import { registerCheck } from './check.ts'
import { type CommandIo, errLine } from './command-io.ts'
import { registerConfig } from './config.ts'
import { registerDomain } from './domain.ts'
import { exitCode } from './exit-code.ts'
import { registerLint } from './lint.ts'
import { registerLookup } from './lookup.ts'
import { registerRecords } from './records.ts'
import { registerReport } from './report.ts'
import { registerRestore } from './restore.ts'
import { registerRollout } from './rollout.ts'
import { registerServe } from './serve.ts'
import { addServerOptions, refuseWhereNotRemote } from './server-option.ts'
import { registerSetup } from './setup.ts'
import { registerUser } from './user.ts'
import { registerVersion } from './version.ts'

/**
 * Runs one command line.
 *
 * Errors: what a command did not expect is thrown; a wrong command line ends with `usage`.
 */
export async function runProgram(argv: readonly string[], io: CommandIo): Promise<void> {
  try {
    await createProgram(io).parseAsync([...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Help and --version come as errors too, with code 0.
    if (error.exitCode !== 0) io.end(exitCode.usage)
    if (error.code === 'sternpost.notRemote') errLine(io, error.message)
    const [first = ''] = argv
    if (error.code === 'commander.unknownCommand' && /^[^\s.-][^\s]*\.[^\s.]+$/.test(first)) {
      io.err(`(a domain? Then: ${io.invokedAs} check ${escapeForLine(first)})\n`)
    }
  }
}

export function createProgram(io: CommandIo): Command {
  const program = new Command('sternpost')
    .description('Mail transport security: MTA-STS, TLS-RPT and DANE, enforced, published and checked.')
    .version(VERSION, '-V, --version', 'print the version')
    .option(
      '--config <file>',
      'settings (default: $STERNPOST_CONFIG, ./sternpost.yaml, /etc/sternpost/sternpost.yaml)',
    )
    .option('--data <dir>', 'folder of the state')
    .option('--json', 'print JSON for machines')
    .option('--no-color', 'print without colors')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .showSuggestionAfterError(true)
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride()
    .configureOutput({ writeOut: text => io.out(text), writeErr: text => io.err(text) })
    .addHelpText(
      'after',
      '\nExit status: 0 fine, 1 findings, 2 wrong command line or configuration, 3 could not tell for now.',
    )
  addServerOptions(program).hook('preAction', (_program, command) => refuseWhereNotRemote(io, command))
  registerServe(program, io)
  registerCheck(program, io)
  registerLint(program, io)
  registerLookup(program, io)
  registerReport(program, io)
  registerDomain(program, io)
  registerRecords(program, io)
  registerCertificate(program, io)
  registerRollout(program, io)
  registerSetup(program, io)
  registerUser(program, io)
  registerConfig(program, io)
  registerBackup(program, io)
  registerRestore(program, io)
  registerVersion(program, io)
  return program
}
