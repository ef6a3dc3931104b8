import type { ReportedPolicy } from '@sternpost/protocol'
import { expect, test } from 'vitest'
import { countSessions } from './count-sessions.ts'

function policy(policyType: string, success: number, failure = 0, domain = 'example.com'): ReportedPolicy {
  return {
    policyType,
    policyDomain: domain as ReportedPolicy['policyDomain'],
    policyStrings: [],
    mxHostPatterns: [],
    successfulSessionCount: success,
    failureSessionCount: failure,
    failures: [],
  }
}

const total = (...policies: ReportedPolicy[]) =>
  countSessions(policies).reduce((sum, { success, failure }) => sum + success + failure, 0)

test('equal numbers under sts and tlsa of one domain are the same sessions', () => {
  expect(total(policy('sts', 10, 2), policy('tlsa', 10, 2))).toBe(12)
})

test('other numbers, other domains and the same type twice are different sessions', () => {
  expect(total(policy('sts', 10), policy('tlsa', 9))).toBe(19)
  expect(total(policy('sts', 10), policy('tlsa', 10, 0, 'example.net'))).toBe(20)
  expect(total(policy('sts', 10), policy('sts', 10))).toBe(20)
  expect(total(policy('sts', 10), policy('sts', 10), policy('tlsa', 10), policy('tlsa', 10))).toBe(20)
})
