/** TLS reports that others send about our domains: taken in, judged, kept, asked. */
export { ReportIntake, type ReportIntakeOptions } from './ingest.ts'
export { ownDomains } from './our-domains.ts'
export { ReportNotStoredError } from './report-store.ts'
