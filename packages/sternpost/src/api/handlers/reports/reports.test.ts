import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { reportBytes } from '../../../reports-received/testing/index.ts'
import { createReportApi, type ReportApi, somebody } from '../../testing/report-api.ts'

let api: ReportApi
beforeEach(async () => {
  api = await createReportApi()
})
afterEach(() => api[Symbol.asyncDispose]())

const noStarttls = { type: 'starttls-not-supported', count: 5, mx: 'mx.a.example.com', from: '192.0.2.7' }
const customer = (...domains: string[]) => somebody({ role: 'viewer', domains: new Set(domains) })

interface Listed {
  readonly items: { readonly id: number; readonly domains: string[]; readonly isPartial: boolean }[]
  readonly nextCursor: string | null
}
const list = async (query = ''): Promise<Listed> => (await api.get(`/reports${query}`)).json()

describe('the list', () => {
  test('goes on where the page before ended, without a double or a gap', async () => {
    for (const day of ['2026-03-08', '2026-03-09', '2026-03-10']) {
      await api.world.take({ day, success: 1 })
      await api.world.take({ day, success: 1, domain: 'b.example.com' })
    }
    const ids: number[] = []
    let cursor: string | null = null
    do {
      const page: Listed = await list(`?limit=4${cursor === null ? '' : `&cursor=${cursor}`}`)
      ids.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(ids).toEqual([6, 5, 4, 3, 2, 1])
    expect((await api.get('/reports?cursor=nonsense')).status).toBe(400)
  })

  test('filters by each of its filters', async () => {
    await api.world.take({ success: 1 })
    await api.world.take({ failures: [noStarttls], domain: 'a.example.com', organization: 'Other' })
    await api.world.take({ success: 1, channel: 'https', organization: 'Stranger' })
    await api.world.take({ success: 1, domain: 'foreign.test' })
    const idsOf = async (query: string) => (await list(query)).items.map(({ id }) => id)
    expect(await idsOf('')).toEqual([3, 2, 1])
    expect(await idsOf('?domain=A.example.com')).toEqual([2])
    expect(await idsOf('?organization=Stranger')).toEqual([3])
    expect(await idsOf('?resultType=starttls-not-supported')).toEqual([2])
    expect(await idsOf('?hasFailures=true')).toEqual([2])
    expect(await idsOf('?trust=unauthenticated')).toEqual([3])
    expect(await idsOf('?quarantined=true')).toEqual([4])
    expect(await idsOf('?from=2026-03-11')).toEqual([])
    expect((await api.get('/reports?domain=*')).status).toBe(400)
  })
})

describe('one report', () => {
  test('is explained in sentences, with who sent it', async () => {
    await api.world.take({ success: 95, failures: [noStarttls], domain: 'a.example.com' })
    const report: {
      sentences: { report: string[]; sender: string[] }
      problems: { diagnosis: { remedy: string } }[]
      hasText: boolean
    } = (await api.get('/reports/1')).json()
    expect(report.sentences.report.join(' ')).toContain(
      'Sender One reports on 100 connections its mail servers made to deliver mail to a.example.com on 2026-03-10 (UTC). 95 went well, 5 failed (5 %).',
    )
    expect(report.sentences.sender[0]).toContain('handed it over')
    expect(report.problems[0]?.diagnosis.remedy).not.toBe('')
    expect(report.hasText).toBe(true)
    const text = await api.get('/reports/1/text')
    expect(text.body).toBe(
      reportBytes({ success: 95, failures: [noStarttls], domain: 'a.example.com' }).toString(),
    )
    expect((await api.get('/reports/99')).status).toBe(404)
  })

  test('tells which policies were served in its time, and which of them its author went by', async () => {
    const version = (policyId: string, mode: string, from: number, until: number | null) => ({
      domain: 'a.example.com',
      policy_id: policyId,
      text: `version: STSv1\r\nmode: ${mode}\r\nmx: *.example.com\r\nmax_age: 604800\r\n`,
      created_at: from,
      first_served_at: from,
      last_served_at: until,
      announced_at: null,
      last_fetched_at: null,
    })
    const noon = Date.UTC(2026, 2, 10, 12)
    const day = 86_400_000
    await api.world.store.write(db =>
      db
        .insertInto('policy_versions')
        .values([
          version('1', 'none', noon - 9 * day, noon - 5 * day),
          version('2', 'testing', noon - 5 * day, noon),
          version('3', 'enforce', noon, null),
        ])
        .execute(),
    )
    await api.world.take({ success: 1, domain: 'a.example.com' })
    await api.world.take({ success: 1, domain: 'b.example.com' })
    const served = async (id: number) => {
      const report: { policies: { servedThen?: { policyId: string; isApplied: boolean }[] }[] } = (
        await api.get(`/reports/${id}`)
      ).json()
      return report.policies[0]?.servedThen?.map(({ policyId, isApplied }) => [policyId, isApplied])
    }
    expect(await served(1)).toEqual([
      ['3', true],
      ['2', false],
    ])
    expect(await served(2)).toBeUndefined()
  })
})

describe('two customers', () => {
  beforeEach(async () => {
    await api.world.take({ success: 10, domain: 'a.example.com' })
    await api.world.take({
      success: 20,
      domain: 'b.example.com',
      failures: [{ ...noStarttls, mx: 'mx.b.example.com' }],
    })
    await api.world.take({
      domain: 'a.example.com',
      alsoDomains: ['b.example.com'],
      reportId: 'about a.example.com and b.example.com',
      success: 7,
      failures: [noStarttls],
      organization: 'Both Inc.',
    })
  })

  test('each sees the reports about its domains, and of one about both its own part', async () => {
    api.principal = customer('a.example.com')
    const { items } = await list()
    expect(items).toMatchObject([
      {
        id: 3,
        domains: ['a.example.com'],
        isPartial: true,
        reportId: '',
        successfulSessionCount: 7,
        failedSessionCount: 5,
      },
      { id: 1, domains: ['a.example.com'], isPartial: false },
    ])
    expect((await list('?domain=b.example.com')).items).toEqual([])
    expect((await api.get('/reports/2')).status).toBe(404)
    expect((await api.get('/reports/2/text')).status).toBe(404)
    // Its text has the other's part in it.
    expect((await api.get('/reports/3/text')).status).toBe(404)
    expect((await api.get('/reports/1/text')).status).toBe(200)
    api.principal = customer('a.example.com', 'b.example.com')
    expect((await api.get('/reports/3/text')).status).toBe(200)
    expect((await list()).items.map(({ id }) => id)).toEqual([3, 2, 1])
  })

  test('no question tells one of the other', async () => {
    const questions = [
      '/reports',
      '/reports/1',
      '/reports/2',
      '/reports/3',
      '/reports/summary',
      '/reports/sessions',
      '/reports/failure-groups',
      '/reports/new-failures?from=2026-03-01',
      '/reports/heat-map',
      '/reports/reporters',
      '/reports/address-families',
      '/reports/left-out',
      '/reports/drift?domain=b.example.com',
      '/reports/drift?domain=a.example.com',
      '/reports/export',
      '/reports/export?kind=policies',
      '/reports/export?kind=failures',
      '/reports/export/lines',
      '/reports/export/lines?kind=policies',
      '/reports/export/lines?kind=failures',
      '/overview',
      '/overview/domains',
    ]
    for (const scope of [customer('a.example.com'), customer()]) {
      api.principal = scope
      for (const question of questions) {
        const { status, body } = await api.get(question)
        expect([question, status]).toEqual([question, [404, 200].find(known => known === status)])
        expect([question, body.replaceAll('?domain=b.example.com', '')]).not.toEqual([
          question,
          expect.stringContaining('b.example.com'),
        ])
      }
    }
    api.principal = customer()
    const { successfulSessionCount }: { successfulSessionCount: number } = (
      await api.get('/reports/summary')
    ).json()
    expect(successfulSessionCount).toBe(0)
  })

  test('sums over several domains are the sums of each', async () => {
    api.principal = customer('a.example.com', 'b.example.com', 'c.example.com')
    const summary = await api.get('/reports/summary')
    api.principal = somebody()
    const everything = await api.get('/reports/summary')
    const figures = ({ json }: typeof summary) => {
      const { successfulSessionCount, failedSessionCount, resultTypes } = json() as Record<string, unknown>
      return { successfulSessionCount, failedSessionCount, resultTypes }
    }
    expect(figures(summary)).toEqual(figures(everything))
    expect(figures(summary)).toMatchObject({ successfulSessionCount: 44, failedSessionCount: 15 })
  })
})

describe('an upload', () => {
  test('is stored once, audited, and believed like an imported file', async () => {
    const file = reportBytes({ success: 3 })
    const first: { verdict: string; reports: { id: number }[] } = (
      await api.post('/reports?fileName=a.json', file)
    ).json()
    expect(first).toMatchObject({
      verdict: 'report',
      reports: [
        {
          id: 1,
          domains: ['example.com'],
          isDuplicate: false,
          organization: 'Sender One',
          start: '2026-03-10T00:00:00Z',
          policies: [{ type: 'sts', domain: 'example.com', success: 3, failure: 0, details: [] }],
        },
      ],
    })
    expect((await api.post('/reports', file)).json()).toMatchObject({
      verdict: 'duplicate',
      reports: [{ id: 1, isDuplicate: true }],
    })
    expect((await list()).items).toMatchObject([{ trust: 'imported', channel: 'upload' }])
    expect(api.audited).toMatchObject([
      { action: 'report.upload', subject: 'a.json' },
      { action: 'report.upload', detail: { verdict: 'duplicate' } },
    ])
    expect((await api.post('/reports', Buffer.from('no report'))).json()).toMatchObject({
      verdict: 'no-report',
    })
    expect((await api.post('/reports', Buffer.alloc(0))).json()).toMatchObject({
      verdict: 'reject',
      code: 'report/empty',
    })
  })

  test('is for those who see all domains and may change things', async () => {
    for (const principal of [somebody({ role: 'viewer' }), somebody({ domains: new Set(['example.com']) })]) {
      api.principal = principal
      expect((await api.post('/reports', reportBytes({ success: 3 }))).status).toBe(403)
    }
  })
})

describe('questions', () => {
  test('have every day of the range, and the heat map every failure', async () => {
    await api.world.take({ day: '2026-03-10', success: 5, failures: [noStarttls], domain: 'a.example.com' })
    const sessions: { days: { day: string; policies: unknown[] }[] } = (
      await api.get('/reports/sessions?from=2026-03-09&to=2026-03-11')
    ).json()
    expect(sessions.days.map(({ day, policies }) => [day, policies.length])).toEqual([
      ['2026-03-09', 0],
      ['2026-03-10', 1],
      ['2026-03-11', 0],
    ])
    expect((await api.get('/reports/heat-map')).json()).toMatchObject({
      rows: [
        {
          domain: 'a.example.com',
          mxHost: 'mx.a.example.com',
          resultType: 'starttls-not-supported',
          days: [{ day: '2026-03-10', failedSessionCount: 5 }],
        },
      ],
    })
    expect((await api.get('/reports/summary?from=1990-01-01')).status).toBe(400)
  })

  test('export every row as CSV', async () => {
    await api.world.take({ success: 5, organization: '=cmd()' })
    const { body } = await api.get('/reports/export')
    expect(body.split('\r\n')).toHaveLength(3)
    expect(body).toContain("'=cmd()")
  })

  test('export every row as a JSON object a line, in text that can be printed anywhere', async () => {
    await api.world.take({ success: 5, organization: '=cmd()\u202e' })
    const { body } = await api.get('/reports/export/lines')
    expect(body).toContain('=cmd()\\u202e')
    expect(
      body
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line)),
    ).toMatchObject([{ report: 1, organization: '=cmd()\u202e', successfulSessions: 5, quarantined: false }])
    expect((await api.get('/reports/export/lines?domain=nobody.example')).body).toBe('')
  })

  test('tell how failures divide between IPv4 and IPv6, and what a filter leaves out', async () => {
    await api.world.take({ failures: [{ ...noStarttls, to: '2001:db8::25' }, noStarttls] })
    await api.world.take({ success: 1, channel: 'https', organization: 'Stranger' })
    expect((await api.get('/reports/address-families?from=2026-03-01&to=2026-03-31')).json()).toMatchObject({
      from: '2026-03-01',
      families: [
        { family: 'ipv6', failedSessionCount: 5, addresses: [{ address: '2001:db8::25' }] },
        { failedSessionCount: 5, addresses: [] },
      ],
    })
    expect((await api.get('/reports/left-out')).json()).toEqual({
      trust: [{ level: 'unauthenticated', reportCount: 1 }],
      quarantinedReportCount: 0,
    })
    expect((await api.get('/reports/left-out?trust=any')).json()).toMatchObject({ trust: [] })
  })
})
