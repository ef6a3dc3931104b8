import type { DomainName } from '@sternpost/protocol'
import { expect, test } from 'vitest'
import { type GateEvidence, type GateSettings, gate } from '../publish/index.ts'
import { createReportWorld, type ReportWorld } from '../reports-received/testing/index.ts'
import { reportEvidence } from './report-evidence.ts'

const domain = 'example.com' as DomainName
const testingSince = Date.UTC(2026, 2, 1)
const now = Date.UTC(2026, 2, 20)

const settings: GateSettings = {
  minDays: 14,
  minSessions: 100,
  minReporters: 3,
  minCertificateDays: 21,
  minAvailability: 0.99,
  maxCheckAgeSeconds: 86_400,
}

/** Reports of three organizations for every day from the first to the twentieth of March. */
async function sendReports(world: ReportWorld, except: Readonly<Record<string, object>> = {}): Promise<void> {
  for (let day = 1; day <= 20; day += 1) {
    const date = `2026-03-${String(day).padStart(2, '0')}`
    for (const organization of ['Alpha', 'Beta', 'Gamma'])
      await world.take({ organization, day: date, success: 10, ...except[`${date} ${organization}`] })
  }
}

async function judge(world: ReportWorld) {
  const reports = await reportEvidence(world.store, domain, testingSince, now - 14 * 86_400_000)
  const evidence: GateEvidence = {
    now,
    testingSince,
    reports,
    check: undefined,
    policyHostCertificate: undefined,
    availability: undefined,
    mx: undefined,
  }
  const { criteria } = gate(evidence, settings)
  return Object.fromEntries(
    criteria.map(({ name, state, value, missing }) => [name, { state, value, missing }]),
  )
}

test('reports taken in by the real intake open their criteria of the gate', async () => {
  await using world = await createReportWorld()
  await sendReports(world)
  expect(await judge(world)).toMatchObject({
    days: { state: 'met', value: '19 days' },
    sessions: { state: 'met', value: '600 sessions' },
    reporters: { state: 'met', value: '3 reporters' },
    failures: { state: 'met' },
  })
})

test('a failure in week two shuts the gate and names the MX host, the reporter and the day', async () => {
  await using world = await createReportWorld()
  const failures = [{ type: 'certificate-expired', count: 4, mx: 'mx2.example.com', from: '192.0.2.1' }]
  const failed = { success: 0, failures }
  await sendReports(world, {
    '2026-03-09 Alpha': failed,
    '2026-03-09 Beta': failed,
    '2026-03-09 Gamma': failed,
  })
  expect((await judge(world)).failures).toEqual({
    state: 'unmet',
    value: '12 failed sessions',
    missing: 'certificate-expired at mx2.example.com, seen by Alpha, Beta, Gamma, last on 2026-03-09',
  })
})

test('a failure older than the days that must be clean is over', async () => {
  await using world = await createReportWorld()
  await sendReports(world, {
    '2026-03-02 Alpha': { failures: [{ type: 'starttls-not-supported', count: 4, mx: 'mx2.example.com' }] },
  })
  expect((await judge(world)).failures).toMatchObject({ state: 'met' })
})

test('sessions that failed without a word about why count against the policy', async () => {
  await using world = await createReportWorld()
  await sendReports(world, { '2026-03-15 Beta': { failure: 3 } })
  expect((await judge(world)).failures).toMatchObject({
    state: 'unmet',
    missing: expect.stringContaining('a failure without detail'),
  })
})

test('reports that nobody vouches for, and a database that is gone, prove nothing', async () => {
  await using world = await createReportWorld()
  for (const organization of ['Alpha', 'Beta', 'Gamma'])
    await world.take({ organization, day: '2026-03-10', success: 1000, channel: 'https' })
  expect(await judge(world)).toMatchObject({
    sessions: { state: 'unmet', value: '0 sessions' },
    reporters: { state: 'unmet', value: '0 reporters' },
    failures: { state: 'unknown' },
  })
  await world.store.close()
  expect(await reportEvidence(world.store, domain, testingSince, now)).toBeUndefined()
})
