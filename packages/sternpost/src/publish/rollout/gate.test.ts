import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type GateCriterionName, type GateSettings, gate, gateCriteria } from './gate.ts'
import type { GateEvidence } from './gate-evidence.ts'
import { DAY_MS, hosts } from './testing/policies.ts'

const now = Date.UTC(2026, 10, 25)
const [mx1, mx2] = hosts('mx1.example.com', 'mx2.example.com')

const settings: GateSettings = {
  minDays: 14,
  minSessions: 100,
  minReporters: 3,
  minCertificateDays: 21,
  minAvailability: 0.99,
  maxCheckAgeSeconds: 86_400,
}

const clean: GateEvidence = {
  now,
  testingSince: now - 20 * DAY_MS,
  reports: { sessionCount: 500, reporters: ['Alpha', 'Beta', 'Gamma'], failures: [] },
  check: {
    at: now - 3600_000,
    mxHosts: [
      { mxHost: mx1!, verdict: 'good', why: undefined },
      { mxHost: mx2!, verdict: 'good', why: undefined },
    ],
    certificates: [{ host: 'mx1.example.com', expiresAt: now + 60 * DAY_MS }],
  },
  policyHostCertificate: { host: 'mta-sts.example.com', expiresAt: now + 50 * DAY_MS },
  availability: { fetches: 100, failures: 0, lastFailure: undefined },
  mx: { live: [mx1!, mx2!], hosts: [mx1!, mx2!], uncovered: [] },
}

function criterion(evidence: GateEvidence, name: GateCriterionName) {
  const found = gate(evidence, settings).criteria.find(each => each.name === name)
  if (found === undefined) throw new Error(`no criterion ${name}`)
  return found
}

describe('gate', () => {
  it('is open where everything is known and good', () => {
    const verdict = gate(clean, settings)
    expect(verdict.isOpen).toBe(true)
    expect(verdict.criteria.map(({ name }) => name)).toEqual([...gateCriteria])
    expect(verdict.criteria.map(({ value }) => value)).toEqual([
      '20 days',
      '500 sessions',
      '3 reporters',
      '0 failed sessions',
      '2 of 2 hosts',
      '2 of 2 hosts good',
      '50 days left',
      '100 % of 100 fetches',
    ])
  })

  it('names the MX host, the reporters and the day of a failure', () => {
    const failure = {
      mxHost: 'mx2.example.com',
      resultType: 'certificate-expired',
      failedSessionCount: 4,
      reporters: ['Alpha'],
      lastDay: '2026-11-20',
      summary: 'The certificate of the MX host had expired.',
      explainedBy: undefined,
    }
    const reports = { sessionCount: 500, reporters: ['Alpha', 'Beta', 'Gamma'], failures: [failure] }
    expect(criterion({ ...clean, reports }, 'failures')).toMatchObject({
      state: 'unmet',
      value: '4 failed sessions',
      missing: 'certificate-expired at mx2.example.com, seen by Alpha, last on 2026-11-20',
    })
    const explained = { ...failure, explainedBy: 'a fault of the sender' }
    expect(criterion({ ...clean, reports: { ...reports, failures: [explained] } }, 'failures').state).toBe(
      'met',
    )
  })

  it.each<[GateCriterionName, Partial<GateEvidence>]>([
    ['days', { testingSince: undefined }],
    ['sessions', { reports: undefined }],
    ['reporters', { reports: undefined }],
    ['failures', { reports: undefined }],
    ['failures', { reports: { sessionCount: 0, reporters: [], failures: [] } }],
    ['mx-in-policy', { mx: undefined }],
    ['mx-hosts', { check: undefined }],
    ['mx-hosts', { check: { ...clean.check!, at: now - 2 * DAY_MS } }],
    [
      'mx-hosts',
      {
        check: {
          ...clean.check!,
          mxHosts: [{ mxHost: mx1!, verdict: 'unknown', why: 'port 25 is closed here' }],
        },
      },
    ],
    ['mx-hosts', { mx: { live: hosts('mx3.example.com'), hosts: hosts('mx3.example.com'), uncovered: [] } }],
    ['mx-hosts', { check: { ...clean.check!, mxHosts: [] }, mx: { live: [], hosts: [], uncovered: [] } }],
    ['certificates', { policyHostCertificate: undefined }],
    ['certificates', { policyHostCertificate: { host: 'mta-sts.example.com', expiresAt: undefined } }],
    ['certificates', { check: undefined }],
    ['policy-host', { availability: undefined }],
    ['policy-host', { availability: { fetches: 2, failures: 0, lastFailure: undefined } }],
  ])('says unknown of %s where it is not known, and stays shut', (name, missing) => {
    const evidence = { ...clean, ...missing }
    expect(criterion(evidence, name)).toMatchObject({ state: 'unknown', missing: expect.any(String) })
    expect(gate(evidence, settings).isOpen).toBe(false)
  })

  it('tells an expiring certificate, a bad MX host and one outside the policy', () => {
    const policyHostCertificate = { host: 'mta-sts.example.com', expiresAt: now + 21 * DAY_MS }
    expect(criterion({ ...clean, policyHostCertificate }, 'certificates')).toMatchObject({
      state: 'unmet',
      value: '21 days left',
      missing: 'that of mta-sts.example.com must be renewed',
    })
    const mxHosts = [{ mxHost: mx2!, verdict: 'bad' as const, why: 'STARTTLS is not offered' }]
    expect(criterion({ ...clean, check: { ...clean.check!, mxHosts } }, 'mx-hosts')).toMatchObject({
      state: 'unmet',
      missing: 'mx2.example.com: STARTTLS is not offered',
    })
    const mx = { live: [mx1!, mx2!], hosts: [mx1!, mx2!], uncovered: [mx2!] }
    expect(criterion({ ...clean, mx }, 'mx-in-policy')).toMatchObject({
      state: 'unmet',
      value: '1 of 2 hosts',
    })
  })

  it('is open exactly where every criterion is met, and unknown is never met', () => {
    const maybe = <T>(value: T) => fc.option(fc.constant(value), { nil: undefined })
    const evidence: fc.Arbitrary<GateEvidence> = fc.record({
      now: fc.constant(now),
      testingSince: fc.option(fc.integer({ min: now - 30 * DAY_MS, max: now }), { nil: undefined }),
      reports: maybe(clean.reports!),
      check: maybe(clean.check!),
      policyHostCertificate: maybe(clean.policyHostCertificate!),
      availability: maybe(clean.availability!),
      mx: maybe(clean.mx!),
    })
    fc.assert(
      fc.property(evidence, some => {
        const { isOpen, criteria } = gate(some, settings)
        expect(isOpen).toBe(criteria.every(({ state }) => state === 'met'))
        if (Object.values(some).includes(undefined)) expect(isOpen).toBe(false)
        for (const { state, missing } of criteria) expect(missing === undefined).toBe(state === 'met')
      }),
    )
  })
})
