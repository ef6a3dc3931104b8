/** What tests of other rooms and measurements need to have reports, and the steps of the intake one by one. */
export type { IncomingDocument } from '../document.ts'
export { readReports } from '../ingest-read.ts'
export { unpackDocument } from '../unpack/index.ts'
export { type FillPlan, fillReports } from './fill-reports.ts'
export { createReportWorld, type ReportSketch, type ReportWorld, reportBytes } from './report-world.ts'
