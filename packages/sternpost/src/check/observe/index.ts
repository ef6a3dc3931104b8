export { type ObserveOptions, observeDomain } from './observe-domain.ts'
export { reportTarget } from './observe-report-destinations.ts'
export { caaNames, dmarcNames, misplacedMtaStsNames, misplacedTlsRptNames } from './questions.ts'
export { type CheckInput, readCheckInput } from './read-check-input.ts'
