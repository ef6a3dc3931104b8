import type { Command } from 'commander'
import type { CommandIo } from './command-io.ts'
import { registerLintPolicy } from './lint-policy.ts'
import { registerLintRecord } from './lint-record.ts'
import { registerLintReport } from './lint-report.ts'

/** `sternpost lint …`: each of its commands stands in a file `lint-*.ts` and is registered here. */
export function registerLint(program: Command, io: CommandIo): void {
  const lint = program.command('lint').description('judge a policy, records or reports without a network')
  registerLintPolicy(lint, io)
  registerLintRecord(lint, io)
  registerLintReport(lint, io)
}
