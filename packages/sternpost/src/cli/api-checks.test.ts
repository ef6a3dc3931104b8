import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LabDaemon, startLabDaemon } from './testing/lab-daemon.ts'

let world: LabDaemon

beforeAll(async () => {
  world = await startLabDaemon({
    domains: {
      'bogus.example': { dnssec: 'bogus', mx: 'null-mx' },
      'good.example': { dnssec: 'secure', policy: {} },
      'no-starttls.example': { policy: {}, mx: { 'mx.no-starttls.example': { fault: 'no-starttls' } } },
      'slow.example': { policy: {}, mx: { 'mx.slow.example': { fault: 'hang-greeting' } } },
    },
  })
})
afterAll(() => world.close())

interface Kept {
  id: string
  domain: string
  state: string
  worst: string | null
  result: { findings: { code: string; severity: string; subject: unknown }[] } | null
}

const api = (path: string) => `${world.url}/api/v1${path}`
const get = async <T = Kept>(path: string) => (await (await fetch(api(path))).json()) as T

function post(body: object): Promise<Response> {
  return fetch(api('/checks'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

/** The events of a check to its end. */
async function events(id: string, headers: Record<string, string> = {}) {
  return readEvents(await fetch(api(`/checks/${id}/events`), { headers }))
}

async function readEvents(response: Response) {
  return (await response.text())
    .split('\n\n')
    .filter(block => block.includes('event: '))
    .map(block => ({
      id: /^id: (.*)$/m.exec(block)?.[1],
      event: /^event: (.*)$/m.exec(block)?.[1],
      data: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? 'null'),
    }))
}

async function finished(domain: string): Promise<string> {
  const { id } = (await (await post({ domain })).json()) as Kept
  await events(id)
  return id
}

describe('a check asked for over the API', () => {
  test('tells parts and findings while it runs, and keeps the whole result', async () => {
    const response = await post({ domain: 'https://No-StartTLS.example/x' })
    expect(response.status).toBe(202)
    const { id, domain } = (await response.json()) as Kept
    expect(domain).toBe('no-starttls.example')
    const told = await events(id)
    expect(told.filter(({ event }) => event === 'state').map(({ data }) => data.state)).toEqual([
      'waiting',
      'running',
      'finished',
    ])
    expect(told).toContainEqual(
      expect.objectContaining({
        event: 'part',
        data: { part: 'mx-host', what: 'mx.no-starttls.example', state: 'done' },
      }),
    )
    const early = told.filter(({ event }) => event === 'finding').map(({ data }) => data)
    expect(early.map(({ code }) => code)).toContain('starttls/not-offered')
    const { result, worst } = await get(`/checks/${id}`)
    expect(worst).toBe('error')
    expect(result?.findings).toEqual(expect.arrayContaining(early))
  })

  test('a reader who comes again goes on where it was', async () => {
    const { id } = (await (await post({ domain: 'slow.example', timeoutSeconds: 5 })).json()) as Kept
    const first = await fetch(api(`/checks/${id}/events`))
    const chunk = await first.body?.getReader().read()
    expect(chunk?.done).toBe(false)
    const rest = await events(id, { 'last-event-id': '1' })
    expect(rest[0]?.id).toBe('2')
    expect(rest.at(-1)).toMatchObject({ event: 'state', data: { state: 'finished' } })
  })

  test('the same domain under way is not checked twice', async () => {
    const [one, other] = await Promise.all([
      post({ domain: 'slow.example', timeoutSeconds: 6 }).then(response => response.json()),
      post({ domain: 'slow.example', timeoutSeconds: 6 }).then(response => response.json()),
    ])
    expect((one as Kept).id).toBe((other as Kept).id)
  })

  test('of an old check only the last state is told', async () => {
    const id = await finished('good.example')
    expect(await events(id)).toMatchObject([{ event: 'state', data: { state: 'finished' } }])
  })

  test('two checks of one domain are compared, two of different ones are not', async () => {
    const [a, b] = [await finished('good.example'), await finished('good.example')]
    world.lab.rollPolicy('good.example', { mode: 'testing' }, '20990101')
    const c = await finished('good.example')
    const other = await finished('no-starttls.example')
    expect(await get<object>(`/checks/compare?a=${a}&b=${b}`)).toMatchObject({
      appeared: [],
      gone: [],
      facts: [],
    })
    const { facts } = await get<{ facts: { what: string }[] }>(`/checks/compare?a=${b}&b=${c}`)
    expect(facts.map(({ what }) => what)).toContain('policy')
    expect(await get<object>(`/checks/compare?a=${a}&b=${other}`)).toMatchObject({
      code: 'api/unprocessable',
    })
  })

  test('the list is by time, the newest first, page by page and by domain', async () => {
    const ids: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: { items: Kept[]; nextCursor: string | null } = await get(
        `/checks?limit=2&domain=good.example${cursor && `&cursor=${cursor}`}`,
      )
      ids.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    }
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBeGreaterThanOrEqual(4)
  })

  test('what cannot be checked is told', async () => {
    const bad = await post({ domain: '192.0.2.1' })
    expect([bad.status, await bad.json()]).toMatchObject([422, { code: 'api/unprocessable' }])
    expect(await get<object>('/checks/AAAAAAAAAAAAAAAA')).toMatchObject({ code: 'api/not-found' })
  })

  test('a restart in the middle leaves it interrupted, and whoever watches is told', async () => {
    const { id } = (await (await post({ domain: 'slow.example', timeoutSeconds: 60 })).json()) as Kept
    const watching = await fetch(api(`/checks/${id}/events`))
    const told = readEvents(watching)
    await world.restart()
    expect((await told).at(-1)).toMatchObject({ data: { state: 'interrupted' } })
    expect(await get(`/checks/${id}`)).toMatchObject({ state: 'interrupted', result: null })
    expect(await events(id)).toMatchObject([{ event: 'state', data: { state: 'interrupted' } }])
  })

  test('the page of a code says what it means', async () => {
    const { items } = await get<{ items: object[] }>('/findings?code=starttls/not-offered&code=mx/none')
    expect(items[0]).toMatchObject({ code: expect.any(String), meaning: expect.any(String) })
    expect((await get<{ items: object[] }>('/findings')).items.length).toBeGreaterThan(100)
  })
})
