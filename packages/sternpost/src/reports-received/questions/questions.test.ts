import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createReportWorld, type ReportWorld, samplePolicy } from '../testing/report-world.ts'
import { addressFamilies } from './address-families.ts'
import { addDays, daysFromTo } from './days.ts'
import { exportPage } from './export-rows.ts'
import { failureGroups } from './failure-groups.ts'
import { listReports } from './list-reports.ts'
import { newFailures } from './new-failures.ts'
import { policyDrift } from './policy-drift.ts'
import type { ReportFilter } from './report-filter.ts'
import { reporterCalendar } from './reporter-calendar.ts'
import { readReportText, showReport } from './show-report.ts'
import { hasReports, summarizeReports } from './summarize-reports.ts'

let world: ReportWorld
beforeEach(async () => {
  world = await createReportWorld()
})
afterEach(() => world[Symbol.asyncDispose]())

const noStarttls = { type: 'starttls-not-supported', count: 5, mx: 'mx.example.com', from: '192.0.2.7' }
const summary = (filter: ReportFilter) => world.ask(db => summarizeReports(db, filter))
const groups = async (filter: ReportFilter) => (await world.ask(db => failureGroups(db, filter))).groups

describe('figures', () => {
  test('count the trusted alone, and say how many others there are', async () => {
    await world.take({ success: 100 })
    await world.take({ success: 7, channel: 'https', organization: 'Stranger' })
    await world.take({ success: 9, domain: 'foreign.test' })
    expect(await summary({})).toMatchObject({
      successfulSessionCount: 100,
      reportCount: 1,
      leftOut: { trust: [{ level: 'unauthenticated', reportCount: 1 }], quarantinedReportCount: 1 },
    })
    expect(await summary({ trust: 'any' })).toMatchObject({
      successfulSessionCount: 107,
      leftOut: { trust: [], quarantinedReportCount: 1 },
    })
    expect(await summary({ trust: 'unauthenticated' })).toMatchObject({
      successfulSessionCount: 7,
      leftOut: { trust: [{ level: 'imported', reportCount: 1 }] },
    })
    expect((await summary({ domain: 'foreign.test' })).leftOut.quarantinedReportCount).toBe(1)
    expect((await summary({ domain: 'example.com' })).leftOut.quarantinedReportCount).toBe(0)
    expect((await summary({ organization: 'Nobody' })).leftOut.quarantinedReportCount).toBe(0)
  })

  test('have every day of the time, also empty ones and a leap day', async () => {
    await world.take({ day: '2028-02-28', success: 1 })
    await world.take({ day: '2028-03-01', success: 2, failure: 1 })
    const { days } = await summary({ from: '2028-02-28', to: '2028-03-01' })
    expect(
      days.map(({ day, successfulSessionCount, failedSessionCount }) => [
        day,
        successfulSessionCount,
        failedSessionCount,
      ]),
    ).toEqual([
      ['2028-02-28', 1, 0],
      ['2028-02-29', 0, 0],
      ['2028-03-01', 2, 1],
    ])
  })

  test('filter by domain, day, reporter and result type', async () => {
    await world.take({ success: 1, domain: 'a.example.com', failures: [noStarttls] })
    await world.take({ success: 10, domain: 'b.example.com', day: '2026-03-11' })
    await world.take({ success: 100, domain: 'b.example.com', organization: 'Sender Two' })
    expect(await summary({ domain: 'b.example.com' })).toMatchObject({ successfulSessionCount: 110 })
    expect(await summary({ to: '2026-03-10' })).toMatchObject({ successfulSessionCount: 101 })
    expect(await summary({ from: '2026-03-11' })).toMatchObject({ successfulSessionCount: 10 })
    expect(await summary({ organization: 'Sender Two' })).toMatchObject({ successfulSessionCount: 100 })
    const all = await summary({})
    expect(all.resultTypes).toEqual([{ resultType: 'starttls-not-supported', failedSessionCount: 5 }])
    expect(all.failingDomains).toEqual([{ domain: 'a.example.com', failedSessionCount: 5 }])
    expect((await summary({ resultType: 'tlsa-invalid' })).resultTypes).toEqual([])
  })

  test('of an empty database are empty', async () => {
    expect(await summary({})).toMatchObject({ reportCount: 0, days: [], from: undefined })
    expect(await world.ask(hasReports)).toBe(false)
    expect(await groups({})).toEqual([])
  })

  test('are the same however long the time asked about', async () => {
    await world.take({ failures: [noStarttls] })
    const short = await groups({ from: '2026-03-01', to: '2026-03-31' })
    const long = await groups({ from: '2025-01-01', to: '2026-12-31' })
    expect(long).toEqual(short)
    expect(long).toHaveLength(1)
    const narrow = await world.ask(db => addressFamilies(db, { from: '2026-03-01', to: '2026-03-31' }))
    expect(await world.ask(db => addressFamilies(db, {}))).toEqual(narrow)
  })
})

describe('failures', () => {
  test('of one network alone are told apart from those everybody sees', async () => {
    await world.take({ success: 50, organization: 'Sender Two' })
    await world.take({ success: 60, organization: 'Sender Three' })
    await world.take({ failures: [noStarttls, { ...noStarttls, from: '192.0.2.99', count: 2 }] })
    const [group] = await groups({ domain: 'example.com' })
    expect(group).toMatchObject({
      resultType: 'starttls-not-supported',
      mxHost: 'mx.example.com',
      failedSessionCount: 7,
      networks: [{ network: '192.0.2.0/24', failedSessionCount: 7, organizations: ['Sender One'] }],
      diagnosis: { likelyCause: 'possible-downgrade', findingCode: 'tls-rpt/possible-downgrade' },
    })
    const same = { ...noStarttls, from: '198.51.100.1' }
    await world.take({ failures: [same], organization: 'Sender Four' })
    expect((await groups({ domain: 'example.com' }))[0]?.diagnosis.likelyCause).toBe('our-misconfiguration')
  })

  test('are judged by what all reporters saw, also where one is asked about', async () => {
    await world.take({ success: 50, organization: 'Sender Two' })
    await world.take({ failures: [noStarttls] })
    const [group] = await groups({ organization: 'Sender One' })
    expect(group?.diagnosis.likelyCause).toBe('possible-downgrade')
  })

  test('at an MX host outside the policy explain the wildcard', async () => {
    await world.take({ failures: [{ type: 'validation-failure', count: 3, mx: 'A.mx.example.com' }] })
    const [group] = await groups({})
    expect(group?.mxMismatch).toContain('the * stands for exactly one label')
    expect(group?.diagnosis.findingCode).toBe('tls-rpt/mx-not-in-policy')
  })

  test('are not explained by the policy an untrusted report claims', async () => {
    await world.take({ failures: [noStarttls] })
    await world.take({
      day: '2026-03-11',
      channel: 'https',
      policyStrings: samplePolicy.map(line => line.replace('*.example.com', 'elsewhere.test')),
      failures: [noStarttls],
    })
    expect((await groups({}))[0]).toMatchObject({ failedSessionCount: 5, mxMismatch: undefined })
  })

  test('a policy of mode none is no policy to be outside of', async () => {
    await world.take({
      policyStrings: ['version: STSv1', 'mode: none', 'max_age: 86400'],
      failures: [{ type: 'certificate-expired', count: 3, mx: 'mx.other.test' }],
    })
    expect((await groups({}))[0]).toMatchObject({ mxMismatch: undefined })
  })

  test('are new where none of their kind was seen in the days before', async () => {
    await world.take({ day: '2026-03-01', failures: [noStarttls] })
    await world.take({ day: '2026-03-10', failures: [noStarttls, { ...noStarttls, type: 'tlsa-invalid' }] })
    const found = await world.ask(db => newFailures(db, { from: '2026-03-09', to: '2026-03-15' }))
    expect(found.groups.map(({ resultType }) => resultType)).toEqual(['tlsa-invalid'])
    const short = await world.ask(db => newFailures(db, { from: '2026-03-09' }, { quietDays: 3 }))
    expect(short.groups).toHaveLength(2)
  })

  test('divide between IPv4, IPv6 and neither', async () => {
    await world.take({
      failures: [
        { ...noStarttls, to: '198.51.100.1' },
        { ...noStarttls, to: '2001:db8::1', count: 7 },
        { ...noStarttls, count: 1 },
      ],
    })
    const { families } = await world.ask(db => addressFamilies(db, {}))
    expect(families.map(({ family, failedSessionCount }) => [family, failedSessionCount])).toEqual([
      ['ipv4', 5],
      ['ipv6', 7],
      [undefined, 1],
    ])
  })
})

describe('policy drift', () => {
  const newer = samplePolicy.map(line => line.replace('enforce', 'testing'))

  test('tells who still holds an old policy, until when, and what was taken for the published one', async () => {
    await world.take({ day: '2026-03-01', success: 1 })
    await world.take({ day: '2026-03-01', success: 1, organization: 'Slow' })
    await world.take({ day: '2026-03-05', success: 1, policyStrings: newer.toReversed() })
    await world.take({ day: '2026-03-06', success: 1, organization: 'Slow' })
    const drift = await world.ask(db => policyDrift(db, { domain: 'example.com' }))
    expect(drift.published?.policy?.mode).toBe('testing')
    expect(drift.publishedSource).toContain('2026-03-05')
    const states = drift.reporters.map(({ organization, version, state }) => [
      organization,
      version.policy?.mode,
      state,
    ])
    expect(states.sort()).toEqual([
      ['Sender One', 'enforce', 'left'],
      ['Sender One', 'testing', 'current'],
      ['Slow', 'enforce', 'held'],
    ])
    const slow = drift.reporters.find(({ state }) => state === 'held')
    expect(new Date(slow?.mayHoldUntil ?? 0).toISOString()).toBe('2026-03-14T00:00:00.000Z')
  })

  test('goes by what is published where that is known', async () => {
    await world.take({ success: 1, policyStrings: newer })
    const published = { policyStrings: samplePolicy, source: 'a lookup just now' }
    const drift = await world.ask(db => policyDrift(db, { domain: 'example.com' }, published))
    expect(drift).toMatchObject({ publishedSource: 'a lookup just now', reporters: [{ state: 'held' }] })
  })

  test('of a domain nobody reports on is empty', async () => {
    expect(await world.ask(db => policyDrift(db, { domain: 'example.com' }))).toMatchObject({
      published: undefined,
      reporters: [],
    })
  })
})

test('the calendar tells who fell silent', async () => {
  for (const day of daysFromTo('2026-01-01', '2026-02-20')) await world.take({ day, success: 1 })
  for (const day of daysFromTo('2026-01-01', '2026-03-15'))
    await world.take({ day, success: 1, organization: 'Steady' })
  const { reporters } = await world.ask(db =>
    reporterCalendar(db, { from: '2026-02-15', to: '2026-03-16' }, '2026-03-17'),
  )
  expect(reporters.map(({ organization, silentSince }) => [organization, silentSince])).toEqual([
    ['Sender One', '2026-02-21'],
    ['Steady', undefined],
  ])
})

describe('the list', () => {
  test('comes in pages that miss and repeat nothing', async () => {
    for (let index = 0; index < 7; index += 1)
      await world.take({ day: addDays('2026-03-10', index % 3), reportId: `r${index}`, success: index })
    const seen: number[] = []
    let after: string | undefined
    do {
      const page = await world.ask(db =>
        listReports(db, {}, { limit: 2, ...(after === undefined ? {} : { after }) }),
      )
      seen.push(...page.reports.map(({ successfulSessionCount }) => successfulSessionCount))
      after = page.next
    } while (after !== undefined)
    expect(seen).toEqual([5, 2, 4, 1, 6, 3, 0])
  })

  test('shows every trust, and the quarantined when asked', async () => {
    await world.take({ success: 1 })
    await world.take({ success: 2, channel: 'https', organization: 'Stranger' })
    await world.take({ success: 3, domain: 'foreign.test' })
    const list = async (filter: ReportFilter, quarantined = false) =>
      (await world.ask(db => listReports(db, filter, { quarantined }))).reports
        .map(({ successfulSessionCount }) => successfulSessionCount)
        .sort()
    expect(await list({})).toEqual([1, 2])
    expect(await list({ trust: 'counted' })).toEqual([1])
    expect(await list({}, true)).toEqual([3])
  })

  test.each([
    [{ resultType: 'starttls-not-supported' }, ['A']],
    [{ resultType: 'starttls-not-supported', domain: 'a.example.com' }, ['A']],
    [{ resultType: 'starttls-not-supported', domain: 'b.example.com' }, []],
    [{ resultType: 'Testing' }, ['B']],
    [{ domain: 'b.example.com' }, ['B']],
    [{ organization: 'B' }, ['B']],
    [{ from: '2026-03-11' }, ['B']],
    [{ to: '2026-03-10', resultType: 'Testing' }, []],
  ] as const)('filters by %j', async (filter, organizations) => {
    await world.take({ organization: 'A', domain: 'a.example.com', failures: [noStarttls, noStarttls] })
    await world.take({
      organization: 'B',
      domain: 'b.example.com',
      day: '2026-03-11',
      failures: [{ type: 'Testing', count: 1 }],
    })
    const { reports } = await world.ask(db => listReports(db, filter))
    expect(reports.map(({ organization }) => organization)).toEqual(organizations)
  })
})

describe('one report', () => {
  test('is shown with its problems, the text as it came, and when the failure was seen by anybody', async () => {
    await world.take({ day: '2026-02-01', organization: 'Sender Two', failures: [noStarttls] })
    await world.take({ success: 3, failures: [noStarttls] })
    const { reports } = await world.ask(db => listReports(db, { organization: 'Sender One' }))
    const id = reports[0]!.reportRowId
    const shown = await world.ask(db => showReport(db, id))
    expect(shown).toMatchObject({
      problems: [
        {
          reportedSessionCount: 5,
          sendingNetworks: ['192.0.2.0/24'],
          everFirstDay: '2026-02-01',
          everLastDay: '2026-03-10',
        },
      ],
      policies: [{ policyStrings: samplePolicy, failures: [{ failedSessionCount: 5 }] }],
    })
    const text = await world.ask(db => readReportText(db, id))
    expect(JSON.parse(Buffer.from(text ?? []).toString())).toHaveProperty('organization-name', 'Sender One')
  })

  test('that is not trusted is explained too, though it is in no figure', async () => {
    await world.take({ channel: 'https', failures: [noStarttls] })
    const { reports } = await world.ask(db => listReports(db, {}))
    const shown = await world.ask(db => showReport(db, reports[0]!.reportRowId))
    expect(shown?.problems).toMatchObject([{ reportedSessionCount: 5 }])
    expect(await groups({})).toEqual([])
  })

  test('that does not exist is undefined', async () => {
    expect(await world.ask(async db => [await showReport(db, 99)])).toEqual([undefined])
  })
})

test('an export pages through everything and keeps to the filter', async () => {
  for (let index = 0; index < 3; index += 1)
    await world.take({
      reportId: `r${index}`,
      failures: [noStarttls, { ...noStarttls, type: 'tlsa-invalid' }],
    })
  await world.take({ channel: 'https', success: 1 })
  const rows = async (kind: 'reports' | 'policies' | 'failures', filter: ReportFilter) =>
    (await world.ask(db => exportPage(db, kind, filter))).rows
  expect(await rows('reports', {})).toHaveLength(3)
  expect(await rows('reports', { trust: 'any' })).toHaveLength(4)
  expect(await rows('policies', {})).toHaveLength(3)
  expect(await rows('failures', {})).toHaveLength(6)
  expect(await rows('failures', { resultType: 'tlsa-invalid' })).toHaveLength(3)
})
