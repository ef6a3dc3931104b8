import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askSocketmap } from '../outbound/index.ts'
import { type LabDaemon, startLabDaemon } from './testing/lab-daemon.ts'

let world: LabDaemon

beforeAll(async () => {
  world = await startLabDaemon({
    domains: {
      'bogus.example': { dnssec: 'bogus', mx: 'null-mx' },
      'good.example': { dnssec: 'secure', policy: {}, mx: { 'mx.good.example': { tlsa: ['3 1 1'] } } },
      'plain.example': {},
      'sts.example': { policy: {} },
      'testing.example': { policy: { mode: 'testing' } },
    },
  })
  for (const domain of ['sts.example', 'testing.example', 'plain.example']) await ask(domain)
  await ask('sts.example')
  await ask('sts.example')
})
afterAll(() => world.close())

async function ask(domain: string) {
  const [host = '', port = ''] = (world.daemon.socketmapAddresses[0] ?? '').split(':')
  return await askSocketmap({ kind: 'tcp', host, port: Number(port) }, 'postfix', domain, 10_000)
}

// biome-ignore lint/suspicious/noExplicitAny: what comes back is compared, not computed with.
async function get(path: string): Promise<any> {
  return await (await fetch(`${world.url}/api/v1${path}`)).json()
}

describe('what is told of the outbound room', () => {
  test('numbers since the start count ready and computed answers alike', async () => {
    const { answers, policies, listening, connections } = await get('/outbound')
    expect(answers).toMatchObject({ total: 5, found: 3, notFound: 2, temporary: 0, ready: 1 })
    expect(policies).toEqual({ count: 2, unsavedCount: 0 })
    expect(listening).toEqual(world.daemon.socketmapAddresses)
    expect(connections).toMatchObject({ refused: 0, broken: 0 })
  })

  test('a cached policy has its text, its ids and its events', async () => {
    const { policy, ids, events, told } = await get('/outbound/policies/STS.example')
    expect(policy).toMatchObject({ domain: 'sts.example', mode: 'enforce', isExpired: false })
    expect(policy.text).toContain('version: STSv1')
    expect(ids).toMatchObject([{ policyId: policy.policyId, mode: 'enforce', until: null }])
    expect(events).toMatchObject([{ kind: 'policy-found', isSignal: false, to: { mode: 'enforce' } }])
    expect(told).toMatchObject([{ nextHop: 'sts.example', rule: 'mta-sts-enforce', count: 3 }])
    expect(await get('/outbound/policies/nobody.example')).toMatchObject({ code: 'api/not-found' })
  })

  test.each([
    ['sort=domain', ['sts.example', 'testing.example']],
    ['sort=domain&direction=desc', ['testing.example', 'sts.example']],
    ['sort=used&direction=desc', ['testing.example', 'sts.example']],
    ['text=STS.', ['sts.example']],
    ['text=%25', []],
    ['text=_', []],
  ])('policies by %s, page by page', async (query, domains) => {
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page = await get(`/outbound/policies?limit=1&${query}${cursor && `&cursor=${cursor}`}`)
      expect(page.items.length).toBeLessThanOrEqual(1)
      seen.push(...page.items.map(({ domain }: { domain: string }) => domain))
      cursor = page.nextCursor
    }
    expect(seen).toEqual(domains)
  })

  test('answers by next hop, the one asked for last first', async () => {
    const { items } = await get('/outbound/answers')
    expect(items.map(({ nextHop }: { nextHop: string }) => nextHop)[0]).toBe('sts.example')
    expect(items[0]).toMatchObject({
      count: 3,
      reply: { kind: 'found', data: expect.stringMatching(/^secure/) },
    })
    const byRule = await get('/outbound/answers?rule=mta-sts-testing')
    expect(byRule.items).toMatchObject([{ nextHop: 'testing.example', reply: { kind: 'not-found' } }])
    const first = await get('/outbound/answers?sort=count&limit=2')
    const second = await get(`/outbound/answers?sort=count&limit=2&cursor=${first.nextCursor}`)
    expect([...first.items, ...second.items].map(({ count }: { count: number }) => count)).toEqual([3, 1, 1])
    expect(second.nextCursor).toBeNull()
  })

  test('events are found by kind, domain and time, page by page', async () => {
    const { items, nextCursor } = await get('/outbound/events?limit=1')
    expect(items).toMatchObject([{ kind: 'policy-found', domain: 'testing.example' }])
    const rest = await get(`/outbound/events?limit=1&cursor=${nextCursor}`)
    expect(rest).toMatchObject({ items: [{ domain: 'sts.example' }], nextCursor: null })
    expect((await get('/outbound/events?only=signals')).items).toEqual([])
    expect((await get('/outbound/events?domain=sts.example&only=changes')).items).toHaveLength(1)
    expect((await get(`/outbound/events?to=${items[0].at}`)).items).not.toContainEqual(items[0])
  })

  test('a cursor of another list is told as such', async () => {
    const { nextCursor } = await get('/outbound/policies?limit=1')
    expect(await get(`/outbound/events?cursor=${nextCursor}`)).toMatchObject({ code: 'api/bad-request' })
  })
})

describe('a lookup by hand', () => {
  const lookUp = (destination: string) =>
    fetch(`${world.url}/api/v1/outbound/lookup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ destination }),
    })

  test.each([
    ['good.example', 'dane'],
    ['sts.example', 'mode'],
    ['testing.example', 'mode'],
    ['plain.example', 'announced'],
  ])('of %s is decided at the question of %s', async (domain, step) => {
    const response = await lookUp(domain)
    expect(response.status).toBe(200)
    const { nextHop, steps, daemon, replies } = (await response.json()) as {
      nextHop: string
      steps: { step: string; outcome: string }[]
      daemon: { reply: unknown }
      replies: { postfix310: unknown }
    }
    expect(nextHop).toBe(domain)
    expect(steps.filter(({ outcome }) => outcome === 'decided')).toMatchObject([{ step }])
    expect(steps.map(({ step: name }) => name)).toEqual(['override', 'dane', 'announced', 'policy', 'mode'])
    expect(daemon.reply).toEqual(replies.postfix310)
  })

  test('what no policy can belong to is told with what to do', async () => {
    const response = await lookUp('192.0.2.1')
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({
      code: 'api/unprocessable',
      remedy: expect.stringContaining('example.com'),
    })
  })
})
