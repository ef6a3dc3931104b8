import { createManualClock } from '@sternpost/lab'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { EventHub, type LiveEvent } from '../base/index.ts'
import { ReportNews } from './report-news.ts'

const clock = createManualClock(0)
let stop: AbortController
let seen: LiveEvent[]
let news: ReportNews
beforeEach(async () => {
  stop = new AbortController()
  seen = []
  const hub = new EventHub()
  news = new ReportNews(hub, clock)
  const watching = hub.watch(stop.signal)
  void (async () => {
    for await (const event of watching) seen.push(event)
  })()
  await new Promise(resolve => setImmediate(resolve))
})
afterEach(() => {
  stop.abort()
  news.stop()
})
const report = (domain: string, organization = 'A') => ({
  domains: [domain],
  organization,
  day: '2026-03-01',
})
const pass = async (ms: number) => {
  await clock.advance(ms)
  await new Promise(resolve => setImmediate(resolve))
}

test('reports of one second about one domain are one event, each for its domain', async () => {
  news.add(report('a.example'))
  news.add(report('a.example', 'B'))
  news.add({ domains: ['b.example', ''], organization: 'C', day: '2026-03-02' })
  expect(news.version).toBe(3)
  await pass(1_000)
  expect(seen).toEqual([
    {
      event: 'report-received',
      domain: 'a.example',
      data: { domain: 'a.example', organization: 'B', day: '2026-03-01', reportCount: 2 },
    },
    {
      event: 'report-received',
      domain: 'b.example',
      data: { domain: 'b.example', organization: 'C', day: '2026-03-02', reportCount: 1 },
    },
    {
      event: 'report-received',
      domain: undefined,
      data: { domain: '', organization: 'C', day: '2026-03-02', reportCount: 1 },
    },
  ])
  await pass(10_000)
  expect(seen).toHaveLength(3)
})

test('a hundred thousand reports do not flood anybody', async () => {
  for (let index = 0; index < 100_000; index += 1) news.add(report(`d${index}.example`))
  await pass(1_000)
  expect(seen).toHaveLength(26)
  expect(seen.at(-1)).toMatchObject({ domain: undefined, data: { domain: null, reportCount: 99_000 } })
  await pass(60_000)
  expect(seen).toHaveLength(1_001)
  expect(clock.pendingTimers()).toBe(0)
})
