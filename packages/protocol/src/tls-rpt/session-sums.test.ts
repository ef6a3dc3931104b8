import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import vectors from '../../../../vectors/tls-rpt/session-sums.json' with { type: 'json' }
import type { DomainName } from '../names/domain-name.ts'
import type { ReportedPolicy, TlsReport } from './report.ts'
import { sumRules, sumSessions } from './session-sums.ts'

interface PolicyVector {
  readonly type: string
  readonly domain?: string
  readonly success: number
  readonly failure: number
  readonly failures?: Readonly<Record<string, number>>
}

function reportOf(policies: readonly PolicyVector[]): TlsReport {
  return {
    organizationName: undefined,
    contactInfo: undefined,
    reportId: undefined,
    startAt: undefined,
    endAt: undefined,
    day: undefined,
    policies: policies.map(
      ({ type, domain = 'example.com', success, failure, failures = {} }): ReportedPolicy => ({
        policyType: type,
        policyDomain: domain as DomainName,
        policyStrings: [],
        mxHostPatterns: [],
        successfulSessionCount: success,
        failureSessionCount: failure,
        failures: Object.entries(failures).map(([resultType, failedSessionCount]) => ({
          resultType,
          failedSessionCount,
          sendingMtaIp: undefined,
          receivingMxHostname: undefined,
          receivingMxHelo: undefined,
          receivingIp: undefined,
          additionalInformation: undefined,
          failureReasonCode: undefined,
        })),
      }),
    ),
  }
}

const policy = fc.record({
  type: fc.constantFrom('sts', 'tlsa', 'no-policy-found', 'other'),
  domain: fc.constantFrom('example.com', 'example.net'),
  success: fc.nat(3),
  failure: fc.nat(3),
})

describe('sumSessions', () => {
  it.each(vectors as readonly { id: string; input: readonly PolicyVector[]; expect: object }[])(
    '$id',
    ({ input, expect: expected }) => {
      const sums = sumSessions(reportOf(input))
      expect({
        success: sums.success,
        failure: sums.failure,
        counted: sums.policies.map(({ success, failure }) => [success, failure]),
        domains: sums.domains.map(({ policyDomain, success, failure, rule, failuresByResultType }) => ({
          policyDomain,
          success,
          failure,
          rule,
          failuresByResultType: Object.fromEntries(failuresByResultType),
        })),
      }).toEqual(expected)
    },
  )

  it('gives totals that are the sum of the domains and of the policies counted, none larger than reported', () => {
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 8 }), policies => {
        const sums = sumSessions(reportOf(policies))
        for (const outcome of ['success', 'failure'] as const) {
          const add = (list: readonly { success: number; failure: number }[]) =>
            list.reduce((sum, counts) => sum + counts[outcome], 0)
          expect(add(sums.policies)).toBe(sums[outcome])
          expect(add(sums.domains)).toBe(sums[outcome])
          expect(sums[outcome]).toBeLessThanOrEqual(add(policies))
        }
        expect(sums.domains.flatMap(({ policyIndexes }) => policyIndexes).sort()).toEqual(
          policies.map((_, i) => i).sort(),
        )
        for (const { rule } of sums.domains) expect(sumRules[rule]).not.toBe('')
      }),
    )
  })

  it('counts a domain no lower than any single policy type of it', () => {
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 8 }), policies => {
        for (const domain of sumSessions(reportOf(policies)).domains) {
          for (const type of ['sts', 'tlsa']) {
            const own = policies.filter(p => p.type === type && p.domain === domain.policyDomain)
            const sessions = own.reduce((sum, { success, failure }) => sum + success + failure, 0)
            const failures = own.reduce((sum, { failure }) => sum + failure, 0)
            expect(domain.success + domain.failure).toBeGreaterThanOrEqual(sessions)
            expect(domain.failure).toBeGreaterThanOrEqual(failures)
          }
        }
      }),
    )
  })
})
