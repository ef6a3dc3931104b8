import type { CheckResult } from '../check-result.ts'
import type { ResultComparison } from './result-comparison.ts'

/** Tells what is otherwise in a later check of the same domain. */
export function compareResults(before: CheckResult, after: CheckResult): ResultComparison {
  return {
    domain: after.domain,
    before: before.startedAt,
    after: after.startedAt,
    appeared: [],
    gone: [],
    changed: [],
    facts: [],
  }
}
