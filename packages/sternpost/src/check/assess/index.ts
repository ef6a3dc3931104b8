export { assessObservation } from './assess-observation.ts'
export type { AssessmentContext, KnownPolicy, ReportEvidence } from './assessment-context.ts'
