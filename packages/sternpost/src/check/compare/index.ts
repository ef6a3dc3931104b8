export { compareResults } from './compare-results.ts'
export type { FactChange, ResultComparison } from './result-comparison.ts'
