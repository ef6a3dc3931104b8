import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualClock } from '@sternpost/lab'
import { parseTlsReport } from '@sternpost/protocol'
import { type Kysely, sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLogger } from '../log/index.ts'
import { ALL_DOMAINS, type Schema, Store } from '../store/index.ts'
import type { IntakeChannel } from './document.ts'
import { ReportIntake, type ReportIntakeOptions } from './ingest.ts'
import { ownDomains } from './our-domains.ts'
import { ReportNotStoredError, ReportStore } from './report-store.ts'
import { toStorableReport } from './report-store-rows.ts'
import { unpackReportText } from './report-store-text.ts'
import { pruneReports } from './retention.ts'
import { type ReportTraits, reportJson } from './testing/report-json.ts'

const clock = createManualClock(Date.UTC(2026, 10, 1))
let dataDir: string
let store: Store
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sternpost-ingest-'))
  store = new Store({ dataDir, clock, onNotice: () => {} })
  await store.open()
})
afterEach(async () => {
  await store.close()
  rmSync(dataDir, { recursive: true, force: true })
})

function createIntake(options: Partial<ReportIntakeOptions> = {}): ReportIntake {
  return new ReportIntake({
    store,
    clock,
    dns: { lookup: () => Promise.reject(new Error('nothing here is signed')) },
    limits: { documentBytes: 1 << 20, unpackedBytes: 4 << 20, ratio: 200, members: 100, nesting: 3 },
    ourDomains: ownDomains([]),
    log: createLogger({ level: 'silent', format: 'json' }, { isTerminal: false, color: false }),
    ...options,
  })
}

function take(intake: ReportIntake, json: string, channel: IntakeChannel = 'import') {
  return intake.take({ channel, bytes: Buffer.from(json), receivedAt: clock.now() })
}

async function all<T>(query: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
  const answer = await store.read(query)
  if (answer === undefined) throw new Error('the database does not answer')
  return answer
}

const daily = (domain: string) =>
  all(db => db.selectFrom('report_daily').selectAll().where('policy_domain', '=', domain).execute())
const dailyFailures = (domain: string) =>
  all(db => db.selectFrom('report_daily_failures').selectAll().where('policy_domain', '=', domain).execute())
const reports = () => all(db => db.selectFrom('reports').selectAll().execute())

const withFailure: ReportTraits = { success: 10, failure: 3, mxHost: 'MX1.example.com' }

test('a report is stored with its text, its facts and its daily sums', async () => {
  const json = reportJson(withFailure)
  const verdict = await take(createIntake(), json)
  expect(verdict).toMatchObject({
    verdict: 'report',
    reports: [{ isDuplicate: false, isQuarantined: false }],
  })
  const [text] = await all(db => db.selectFrom('report_texts').selectAll().execute())
  expect(text === undefined ? '' : (await unpackReportText(text)).toString()).toBe(json)
  expect(await reports()).toMatchObject([
    { organization: 'Sender Inc.', day: '2026-10-31', trust: 'imported' },
  ])
  const sums = {
    day: '2026-10-31',
    reports: 1,
    success: 10,
    failure: 3,
    counted_success: 10,
    counted_failure: 3,
  }
  expect(await daily('example.com')).toMatchObject([sums])
  expect(await daily(ALL_DOMAINS)).toMatchObject([sums])
  expect(await dailyFailures('example.com')).toMatchObject([
    { result_type: 'certificate-expired', mx_host: 'mx1.example.com', failed: 3 },
  ])
  expect(await dailyFailures(ALL_DOMAINS)).toMatchObject([{ mx_host: '', failed: 3 }])
})

test('the same report counts once, over every channel and in one batch', async () => {
  const intake = createIntake()
  const json = reportJson(withFailure)
  const verdicts = await Promise.all([take(intake, json), take(intake, json), take(intake, json)])
  expect(verdicts.map(({ verdict }) => verdict).sort()).toEqual(['duplicate', 'duplicate', 'report'])
  expect(new Set(verdicts.map(({ reports: [one] }) => one?.reportRowId)).size).toBe(1)
  expect((await take(intake, json, 'https')).verdict).toBe('duplicate')
  expect(await reports()).toHaveLength(1)
  expect(await daily(ALL_DOMAINS)).toMatchObject([{ reports: 1, success: 10, failure: 3 }])
  const sightings = await all(db => db.selectFrom('report_sightings').selectAll().execute())
  expect(sightings.map(({ channel, times }) => [channel, times]).sort()).toEqual([
    ['https', 1],
    ['import', 2],
  ])
})

test('reports that share an id are told apart by organization, day and domain', async () => {
  const intake = createIntake()
  const reportId = '1'
  for (const traits of [{}, { organization: 'Other' }, { day: '2026-10-30' }, { domain: 'example.net' }])
    expect((await take(intake, reportJson({ reportId, ...traits }))).verdict).toBe('report')
  expect(await reports()).toHaveLength(4)
})

test('a false report sent first does not keep the true one out', async () => {
  const intake = createIntake()
  const falseOne = reportJson({ success: 0, failure: 900, resultType: 'starttls-not-supported' })
  await take(intake, falseOne, 'https')
  await take(intake, reportJson({ day: '2026-10-31', domain: 'example.net', failure: 1 }), 'https')
  expect(await daily(ALL_DOMAINS)).toMatchObject([{ trust: 'unauthenticated', reports: 2, failure: 901 }])

  const verdict = await take(intake, reportJson(withFailure))
  expect(verdict).toMatchObject({ reports: [{ isDuplicate: true }] })
  expect(await daily('example.com')).toMatchObject([
    { trust: 'imported', reports: 1, success: 10, failure: 3 },
  ])
  expect(await dailyFailures('example.com')).toMatchObject([{ trust: 'imported', failed: 3 }])
  expect(await daily(ALL_DOMAINS)).toMatchObject([
    { trust: 'imported', failure: 3 },
    { trust: 'unauthenticated', reports: 1, failure: 1 },
  ])
  expect(await all(db => db.selectFrom('report_sightings').selectAll().execute())).toMatchObject([
    { channel: 'https', is_same_content: 0 },
  ])

  expect((await take(intake, falseOne, 'https')).verdict).toBe('duplicate')
  expect(await daily('example.com')).toMatchObject([{ trust: 'imported', reports: 1, failure: 3 }])
})

test('a report about a domain that is not ours is kept and counts nowhere until it is', async () => {
  const json = reportJson({ domain: 'example.net', failure: 2 })
  const verdict = await take(createIntake({ ourDomains: ownDomains(['example.com']) }), json)
  expect(verdict).toMatchObject({ verdict: 'report', reports: [{ isQuarantined: true }] })
  expect(await daily(ALL_DOMAINS)).toEqual([])
  expect(await dailyFailures(ALL_DOMAINS)).toEqual([])
  await take(createIntake({ ourDomains: ownDomains(['example.net']) }), json)
  expect(await reports()).toMatchObject([{ is_quarantined: 0 }])
  expect(await daily('example.net')).toMatchObject([{ reports: 1, failure: 2 }])
})

test('numbers and names chosen by a stranger stay within bounds', async () => {
  const details = Array.from({ length: 1_000 }, (_, index) => ({
    'result-type': `made-up-${index}\0\ud800`,
    'receiving-mx-hostname': `mx${index}.example.com`,
    'failed-session-count': 1,
  }))
  const report = JSON.parse(reportJson({ success: Number.MAX_SAFE_INTEGER }))
  report.policies[0]['failure-details'] = details
  await take(createIntake(), JSON.stringify(report))
  const kinds = await dailyFailures('example.com')
  expect(kinds.length).toBeLessThan(110)
  expect(kinds.reduce((sum, { failed }) => sum + failed, 0)).toBe(1_000)
  expect(await daily('example.com')).toMatchObject([{ success: 10_000_000_000 }])
})

test('a dry run stores nothing', async () => {
  const verdict = await take(createIntake({ dryRun: true }), reportJson())
  expect(verdict).toMatchObject({ verdict: 'report', reports: [{ reportRowId: undefined }] })
  expect(await reports()).toEqual([])
})

test('a report is not acknowledged while the database cannot be written, and is taken when it can', async () => {
  const blocked = join(dataDir, 'state')
  writeFileSync(blocked, 'a file where the folder should be')
  const broken = new Store({ dataDir: blocked, clock, onNotice: () => {} })
  await broken.open()
  const intake = createIntake({ store: broken })
  await expect(take(intake, reportJson())).rejects.toThrow(ReportNotStoredError)
  rmSync(blocked)
  await clock.advance(10_000)
  expect((await take(intake, reportJson())).verdict).toBe('report')
  await broken.close()
})

test('with a full disk nothing is acknowledged that is not stored, and all is taken when there is room', async () => {
  const intake = createIntake()
  const limit = (pages: number) => all(db => sql.raw(`PRAGMA max_page_count = ${pages}`).execute(db))
  const [{ page_count: pages = 0 } = {}] = (
    await all(db => sql<{ page_count: number }>`PRAGMA page_count`.execute(db))
  ).rows
  await limit(pages + 40)
  const jsons = Array.from({ length: 2_000 }, (_, index) => reportJson({ reportId: `${index}` }))
  const first = await Promise.allSettled(jsons.map(json => take(intake, json)))
  const failed = first.filter(result => result.status === 'rejected')
  expect(failed.length).toBeGreaterThan(0)
  expect(failed.every(({ reason }) => reason instanceof ReportNotStoredError)).toBe(true)
  expect(await reports()).toHaveLength(jsons.length - failed.length)
  expect(store.state.kind).toBe('not-writable')

  await limit(1_000_000)
  const second = await Promise.all(jsons.map(json => take(intake, json)))
  expect(second.filter(({ verdict }) => verdict === 'report')).toHaveLength(failed.length)
  expect(await daily('example.com')).toMatchObject([{ reports: jsons.length, success: 10 * jsons.length }])
  expect(store.state.kind).toBe('ok')
})

test('a report the database refuses keeps no other out of it', async () => {
  const reportStore = new ReportStore(store, clock, () => 3)
  const storable = (reportId: string) => {
    const json = reportJson({ reportId })
    const reading = parseTlsReport(json)
    if (reading.verdict !== 'report') throw new Error('the report of the test is none')
    return toStorableReport({
      document: { channel: 'import', bytes: Buffer.from(json), receivedAt: clock.now() },
      json: Buffer.from(json),
      report: reading.report,
      notes: [],
      authentication: { trust: 'imported', reason: '', signatures: [] },
      isQuarantined: false,
    })
  }
  const refused = storable('2')
  const withoutText = { ...refused, text: { ...refused.text, bytes: null as unknown as Uint8Array } }
  const saved = await Promise.allSettled(
    [storable('1'), withoutText, storable('3')].map(report => reportStore.save(report)),
  )
  expect(saved.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect((await reports()).map(row => row.report_id)).toEqual(['1', '3'])
  expect(await daily('example.com')).toMatchObject([{ reports: 2 }])
})

test('others get at the database while a flood of reports is stored', async () => {
  const intake = createIntake()
  let stored = 0
  const flood = Array.from({ length: 2_000 }, async (_, index) => {
    await take(intake, reportJson({ reportId: `${index}` }))
    stored += 1
  })
  await flood[0]
  await store.write(db =>
    db
      .insertInto('outbound_events')
      .values({ at: 1, policy_domain: 'a.test', kind: 'k', detail: '{}' })
      .execute(),
  )
  expect(stored).toBeLessThan(1_000)
  await Promise.all(flood)
})

test('each kind of data is deleted at its own age', async () => {
  const intake = createIntake()
  await take(intake, reportJson(withFailure))
  const day = 86_400
  const retention = { rawSeconds: 10 * day, factsSeconds: 20 * day, rollUpsSeconds: 30 * day }
  const left = async (table: 'report_texts' | 'reports' | 'report_policies' | 'reported_policy_texts') =>
    (await all(db => db.selectFrom(table).selectAll().execute())).length
  expect(await pruneReports(store, clock, retention)).toEqual({ texts: 0, reports: 0, dailySums: 0 })
  await clock.advance(11 * day * 1000)
  expect(await pruneReports(store, clock, retention)).toEqual({ texts: 1, reports: 0, dailySums: 0 })
  expect([await left('report_texts'), await left('reports')]).toEqual([0, 1])
  await clock.advance(10 * day * 1000)
  expect(await pruneReports(store, clock, retention)).toEqual({ texts: 0, reports: 1, dailySums: 0 })
  expect([await left('reports'), await left('report_policies'), await left('reported_policy_texts')]).toEqual(
    [0, 0, 0],
  )
  expect(await daily('example.com')).toHaveLength(1)
  await clock.advance(20 * day * 1000)
  expect(await pruneReports(store, clock, retention)).toEqual({ texts: 0, reports: 0, dailySums: 4 })
  expect(await daily(ALL_DOMAINS)).toEqual([])
})

test('a flood of large documents waits in line and is all taken', async () => {
  const intake = createIntake({
    limits: { documentBytes: 1 << 16, unpackedBytes: 1 << 16, ratio: 200, members: 10, nesting: 2 },
  })
  const verdicts = await Promise.all(
    Array.from({ length: 300 }, (_, index) => take(intake, reportJson({ reportId: `${index}` }))),
  )
  expect(verdicts.every(({ verdict }) => verdict === 'report')).toBe(true)
  expect(await daily('example.com')).toMatchObject([{ reports: 300 }])
})
