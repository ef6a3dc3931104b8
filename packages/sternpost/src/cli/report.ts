import type { Command } from 'commander'
import type { CommandIo } from './command-io.ts'

/** `sternpost report …`: each of its commands stands in a file `report-*.ts` and is registered here. */
export function registerReport(program: Command, _io: CommandIo): void {
  program.command('report').description('take in TLS reports and ask questions of them')
}
