/** The program seen from outside: what the pages about it are made from. To run it, see main.ts. */
export { apiIssues, formatApiDescription } from './api/index.ts'
export { checkIssues, formatFindingPages } from './check/index.ts'
export { configIssues, formatConfigReference, formatExampleConfig } from './config/index.ts'
export { certificateIssues, dnsWriteIssues } from './publish/index.ts'
export { intakeIssues } from './reports-received/index.ts'
