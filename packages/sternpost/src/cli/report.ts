import type { Command } from 'commander'
import type { CommandIo } from './command-io.ts'
import { registerReportImport } from './report-import.ts'

/** `sternpost report …`: each of its commands stands in a file `report-*.ts` and is registered here. */
export function registerReport(program: Command, io: CommandIo): void {
  const report = program.command('report').description('take in TLS reports and ask questions of them')
  registerReportImport(report, io)
}
