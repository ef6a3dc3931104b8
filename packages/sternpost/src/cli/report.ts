import type { Command } from 'commander'
import type { CommandIo } from './command-io.ts'
import { registerReportExport } from './report-export.ts'
import { registerReportImport } from './report-import.ts'
import { registerReportList } from './report-list.ts'
import { registerReportShow } from './report-show.ts'
import { registerReportSummary } from './report-summary.ts'

/** `sternpost report …`: each of its commands stands in a file `report-*.ts` and is registered here. */
export function registerReport(program: Command, io: CommandIo): void {
  const report = program.command('report').description('take in TLS reports and ask questions of them')
  registerReportImport(report, io)
  registerReportList(report, io)
  registerReportShow(report, io)
  registerReportSummary(report, io)
  registerReportExport(report, io)
}
