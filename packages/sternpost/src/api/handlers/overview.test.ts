import type { DomainName } from '@sternpost/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PublishStore } from '../../publish/index.ts'
import { plainDomain, policy } from '../../publish/testing/index.ts'
import { createReportApi, type ReportApi, somebody } from '../testing/report-api.ts'

let api: ReportApi
beforeEach(async () => {
  api = await createReportApi()
})
afterEach(() => api[Symbol.asyncDispose]())

interface Page {
  readonly total: number
  readonly items: readonly { readonly domain: string; readonly failedShare?: number }[]
}
const domains = async (query = ''): Promise<Page> => (await api.get(`/overview/domains${query}`)).json()

test('the sums are those of the reports that count', async () => {
  await api.world.take({ day: '2026-03-18', success: 90, domain: 'a.example.com' })
  await api.world.take({
    day: '2026-03-18',
    success: 5,
    policyType: 'no-policy-found',
    domain: 'b.example.com',
  })
  await api.world.take({
    day: '2026-03-19',
    failures: [{ type: 'certificate-expired', count: 5, mx: 'mx.a.example.com' }],
    domain: 'a.example.com',
  })
  await api.world.take({ day: '2026-03-19', success: 50, domain: 'c.example.com', channel: 'https' })
  expect((await api.get('/overview')).json()).toMatchObject({
    from: '2026-03-07',
    to: '2026-03-20',
    domainCount: 2,
    publishedDomainCount: 0,
    modes: { unpublished: 2 },
    successfulSessionCount: 95,
    failedSessionCount: 5,
    protectedShare: 0.9,
    failuresByCause: [{ failedSessionCount: 5, resultTypes: ['certificate-expired'] }],
    alertCount: 1,
    alerts: [{ kind: 'failures', domain: 'a.example.com' }],
    lastReportDay: '2026-03-19',
    leftOut: { trust: [{ level: 'unauthenticated', reportCount: 1 }] },
  })
})

test('the table is sorted, filtered and read from any place', async () => {
  for (let index = 0; index < 12; index += 1)
    await api.world.take({ success: 100 + index, failure: index, domain: `d${index}.example.com` })
  const names = ({ items }: Page) => items.map(({ domain }) => domain)
  expect(names(await domains('?sort=failedShare&order=desc&limit=3'))).toEqual([
    'd11.example.com',
    'd10.example.com',
    'd9.example.com',
  ])
  expect(names(await domains('?sort=sessions&order=asc&offset=10'))).toEqual([
    'd10.example.com',
    'd11.example.com',
  ])
  expect(names(await domains('?sort=domain&order=desc&limit=1'))).toEqual(['d9.example.com'])
  expect(await domains('?text=D1&sort=domain&order=asc')).toMatchObject({ total: 3 })
  expect(await domains('?mode=enforce')).toMatchObject({ total: 0, items: [] })
  expect(await domains('?mode=unpublished&offset=100')).toMatchObject({ total: 12, items: [] })
  api.principal = somebody({ domains: new Set(['d3.example.com']) })
  expect(await domains()).toMatchObject({ total: 1, items: [{ domain: 'd3.example.com' }] })
})

test('a new report shows once the board is no longer good', async () => {
  await api.world.take({ success: 1, domain: 'a.example.com' })
  expect(await domains()).toMatchObject({ total: 1 })
  await api.world.take({ success: 1, domain: 'b.example.com' })
  await api.world.clock.advance(60_000)
  await expect.poll(async () => (await domains()).total).toBe(2)
})

test('what was published a moment ago is on the board', async () => {
  await api.world.take({ success: 1, domain: 'a.example.com' })
  expect(await domains()).toMatchObject({ total: 1 })
  // As the roll-out of the daemon has it: another store on the same connection.
  const publish = new PublishStore(api.world.store, api.world.clock)
  await publish.addServed([plainDomain('new.example', policy('testing', ['mx.new.example']))])
  expect(await domains('?text=new')).toMatchObject({ total: 1 })
  expect((await api.get('/overview')).json()).toMatchObject({ publishedDomainCount: 1 })
  await publish.remove('new.example' as DomainName)
  expect(await domains('?text=new')).toMatchObject({ total: 0 })
})
