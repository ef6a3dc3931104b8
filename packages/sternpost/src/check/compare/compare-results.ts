import { subjectKey } from '../assess/index.ts'
import type { CheckResult } from '../check-result.ts'
import type { Finding } from '../finding.ts'
import { compareFacts } from './compare-facts.ts'
import type { ResultComparison } from './result-comparison.ts'

/**
 * Tells what is otherwise in a later check of the same domain.
 *
 * Shape: a finding is the same as long as its code and its subject are; what is good is left out. An address is
 * no part of that: the same fault on another address of a host is not news.
 */
export function compareResults(before: CheckResult, after: CheckResult): ResultComparison {
  const old = byKey(before.findings)
  const fresh = byKey(after.findings)
  return {
    domain: after.domain,
    before: before.startedAt,
    after: after.startedAt,
    appeared: [...fresh].flatMap(([key, finding]) => (old.has(key) ? [] : [finding])),
    gone: [...old].flatMap(([key, finding]) => (fresh.has(key) ? [] : [finding])),
    changed: [...fresh].flatMap(([key, finding]) => {
      const was = old.get(key)
      return was === undefined || was.severity === finding.severity ? [] : [{ before: was, after: finding }]
    }),
    facts: compareFacts(before.observation, after.observation),
  }
}

/** The first of several with one key stands for all: findings come in the order of urgency. */
function byKey(findings: readonly Finding[]): ReadonlyMap<string, Finding> {
  const map = new Map<string, Finding>()
  for (const finding of findings) {
    if (finding.severity === 'ok') continue
    const key = `${finding.code} ${keyOf(finding)}`
    if (!map.has(key)) map.set(key, finding)
  }
  return map
}

function keyOf({ subject }: Finding): string {
  return 'host' in subject ? subject.host : subjectKey(subject)
}
