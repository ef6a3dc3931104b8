/** What tests of other rooms need to have reports. */
export { createReportWorld, type ReportWorld } from './report-world.ts'
