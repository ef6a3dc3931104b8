import type { ServerResponse } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { AccessGate, AuditEntry, Identification, Principal } from '../access/index.ts'
import { createLogger } from '../log/index.ts'
import { defineContract, type Handlers } from './endpoint.ts'
import { API_PREFIX, registerApi } from './register-api.ts'

const log = createLogger(
  { level: 'silent', format: 'json' },
  { isTerminal: false, color: false, write: () => {} },
)

const contract = defineContract({
  'GET /open': {
    summary: 'Open',
    access: { role: 'public', domains: 'none', scope: 'no-token' },
    response: z.object({ who: z.string() }),
  },
  'GET /domains/:domain': {
    summary: 'One',
    access: { role: 'viewer', domains: 'path', scope: 'domains:read' },
    params: z.object({ domain: z.string() }),
    query: z.object({ count: z.coerce.number().int().default(1) }),
    response: z.object({ domain: z.string(), count: z.int() }),
  },
  'POST /domains': {
    summary: 'Add',
    access: { role: 'operator', domains: 'all', scope: 'domains:write' },
    body: z.strictObject({ domain: z.string() }),
    response: z.object({ ok: z.boolean() }),
    status: 201,
  },
  'GET /broken': {
    summary: 'Answers with what its schema does not allow',
    access: { role: 'viewer', domains: 'none', scope: 'no-token' },
    response: z.object({ ok: z.boolean() }),
  },
  'GET /long': {
    summary: 'Long enough to be compressed',
    access: { role: 'viewer', domains: 'none', scope: 'no-token' },
    response: z.object({ text: z.string() }),
  },
  'GET /secret': {
    summary: 'As long, with a secret in it',
    access: { role: 'viewer', domains: 'none', scope: 'no-token' },
    isSecret: true,
    response: z.object({ text: z.string() }),
  },
  'GET /endless': {
    summary: 'Waits for ever',
    access: { role: 'viewer', domains: 'none', scope: 'domains:read' },
    response: { kind: 'events', events: { tick: z.object({ n: z.int() }) } },
  },
  'GET /heavy': {
    summary: 'More events than a connection takes at once',
    access: { role: 'viewer', domains: 'none', scope: 'domains:read' },
    response: { kind: 'events', events: { tick: z.object({ text: z.string() }) } },
  },
  'GET /events': {
    summary: 'Events',
    access: { role: 'viewer', domains: 'none', scope: 'domains:read' },
    response: { kind: 'events', events: { tick: z.object({ n: z.int() }) } },
  },
})

const handlers: Handlers<typeof contract> = {
  'GET /open': ({ principal }) => ({ who: principal?.name ?? 'nobody' }),
  'GET /domains/:domain': ({ params, query }) => ({ domain: params.domain, count: query.count }),
  'POST /domains': async ({ body, audit }) => {
    await audit('domain.add', body.domain)
    return { ok: true }
  },
  'GET /broken': () => ({ ok: 'yes' }) as never,
  'GET /long': () => ({ text: 'a'.repeat(4_000) }),
  'GET /secret': () => ({ text: 'a'.repeat(4_000) }),
  'GET /endless': async function* ({ signal }) {
    yield { event: 'tick' as const, data: { n: 1 } }
    await new Promise(resolve => signal.addEventListener('abort', resolve))
  },
  'GET /heavy': async function* () {
    for (let each = 0; each < 40; each += 1)
      yield { event: 'tick' as const, data: { text: 'a'.repeat(1_000_000) } }
  },
  'GET /events': async function* () {
    yield { event: 'tick' as const, data: { n: 1 }, id: '1' }
    yield { event: 'tick' as const, data: { n: 2 } }
  },
}

const admin: Principal = {
  kind: 'user',
  name: 'ada',
  userId: 1,
  role: 'admin',
  domains: 'all',
  scopes: 'all',
}

let found: Identification
let audited: AuditEntry[]
const gate: AccessGate = {
  identify: async () => found,
  audit: async entry => void audited.push(entry),
}
let app: ReturnType<typeof fastify>
beforeEach(async () => {
  found = { kind: 'somebody', principal: admin }
  audited = []
  app = fastify()
  registerApi(app, { contract, handlers, gate, log, lookAgainMs: 20 })
  await app.ready()
})
afterEach(() => app.close())

type Sent = { method?: 'GET' | 'POST'; body?: object; headers?: Record<string, string> }
const call = (path: string, { method = 'GET', body, headers = {} }: Sent = {}) =>
  app.inject({ method, url: API_PREFIX + path, headers, ...(body === undefined ? {} : { payload: body }) })

describe('who may call', () => {
  test.each([
    ['nobody', { kind: 'nobody' } as const, '/domains/a.example', 401, 'api/not-signed-in'],
    ['a forged request', { kind: 'forged', reason: 'x' } as const, '/domains/a.example', 403, 'api/csrf'],
    [
      'a stranger to the domain',
      as({ domains: new Set(['b.example']) }),
      '/domains/a.example',
      404,
      'api/not-found',
    ],
    [
      'a token without the scope',
      as({ kind: 'token', scopes: new Set() }),
      '/domains/a.example',
      403,
      'api/forbidden',
    ],
    ['a token where none may', as({ kind: 'token', scopes: 'all' }), '/broken', 403, 'api/forbidden'],
  ])('%s is refused with its code', async (_who, identification, path, status, code) => {
    found = identification
    const response = await call(path)
    expect(response.statusCode).toBe(status)
    expect(response.headers['content-type']).toContain('application/problem+json')
    expect(response.json()).toMatchObject({ status, code })
  })

  test('a lower role and one without all domains are refused before the body is looked at', async () => {
    found = as({ role: 'viewer' })
    expect((await call('/domains', { method: 'POST', body: { nonsense: 1 } })).statusCode).toBe(403)
    found = as({ domains: new Set(['a.example']) })
    expect((await call('/domains', { method: 'POST', body: { domain: 'a.example' } })).statusCode).toBe(403)
    expect(audited).toEqual([])
  })

  test('a public endpoint takes nobody', async () => {
    found = { kind: 'nobody' }
    expect((await call('/open')).json()).toEqual({ who: 'nobody' })
  })

  test('a domain is the same in any case of letters', async () => {
    found = as({ domains: new Set(['a.example']) })
    expect((await call('/domains/A.Example')).statusCode).toBe(200)
  })
})

describe('what goes in and out', () => {
  test('a long answer is compressed for who takes that; one with a secret is not, nor kept', async () => {
    const headers = { 'accept-encoding': 'gzip' }
    const long = await call('/long', { headers })
    expect(long.headers['content-encoding']).toBe('gzip')
    expect(JSON.parse(gunzipSync(long.rawPayload).toString())).toEqual({ text: 'a'.repeat(4_000) })
    const secret = await call('/secret', { headers })
    expect(secret.headers['content-encoding']).toBeUndefined()
    expect(secret.headers['cache-control']).toBe('no-store')
    expect(secret.headers.etag).toBeUndefined()
  })

  test('input of the wrong shape is told with its place', async () => {
    const response = await call('/domains', { method: 'POST', body: { domain: 1, more: true } })
    expect(response.statusCode).toBe(400)
    const problem = response.json() as { issues: { path: string }[] }
    expect(problem.issues.map(({ path }) => path)).toContain('body.domain')
  })

  test('a change is written to the log of changes with who did it', async () => {
    await call('/domains', { method: 'POST', body: { domain: 'a.example' } })
    expect(audited).toMatchObject([
      { principal: { name: 'ada' }, action: 'domain.add', subject: 'a.example' },
    ])
  })

  test('an answer against its own schema is an error of ours and tells nothing of it', async () => {
    const response = await call('/broken')
    expect(response.statusCode).toBe(500)
    expect(response.body).not.toContain('yes')
  })

  test('the same answer is not sent twice', async () => {
    const first = await call('/domains/a.example?count=3')
    const etag = String(first.headers.etag)
    const again = await call('/domains/a.example?count=3', { headers: { 'if-none-match': etag } })
    expect(again.statusCode).toBe(304)
    expect(again.body).toBe('')
    const other = await call('/domains/a.example?count=4', { headers: { 'if-none-match': etag } })
    expect(other.statusCode).toBe(200)
  })

  test('an unknown path of the API is a problem document', async () => {
    expect((await call('/nothing')).json()).toMatchObject({
      code: 'api/not-found',
      remedy: expect.stringContaining('same version'),
    })
  })

  test('events arrive one by one, with their ids', async () => {
    const address = await app.listen({ host: '127.0.0.1', port: 0 })
    const response = await fetch(`${address}${API_PREFIX}/events`)
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    expect(await response.text()).toContain(
      'id: 1\nevent: tick\ndata: {"n":1}\n\nevent: tick\ndata: {"n":2}\n\n',
    )
  })
})

test('a reader who is slow time and again leaves nothing behind that listens', async () => {
  let raw: ServerResponse | undefined
  app = fastify()
  app.addHook('onRequest', async (_request: FastifyRequest, reply: FastifyReply) => {
    raw = reply.raw
  })
  registerApi(app, { contract, handlers, gate, log })
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  const response = await fetch(`${address}${API_PREFIX}/heavy`)
  let most = 0
  for await (const _part of response.body!) most = Math.max(most, raw?.listenerCount('close') ?? 0)
  expect(most).toBeGreaterThan(0)
  expect(most).toBeLessThan(10)
})

test('all tokens of a person have as many streams as the person', async () => {
  app = fastify()
  registerApi(app, { contract, handlers, gate, log })
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  const statuses: number[] = []
  const open = new AbortController()
  for (let token = 0; token < 20; token += 1) {
    found = as({ kind: 'token', name: `ada/${token}` })
    statuses.push((await fetch(`${address}${API_PREFIX}/endless`, { signal: open.signal })).status)
  }
  open.abort()
  expect(statuses.filter(status => status === 429)).toHaveLength(4)
})

test('nobody waits for the headers of events alone', async () => {
  expect((await app.inject({ method: 'HEAD', url: `${API_PREFIX}/events` })).statusCode).toBe(404)
  expect((await app.inject({ method: 'HEAD', url: `${API_PREFIX}/open` })).statusCode).toBe(200)
})

test.each([
  ['the session ends', { kind: 'nobody' } as const],
  ['the domains of the user become others', as({ domains: new Set(['a.example']) })],
])('a stream ends when %s', async (_what, later) => {
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  const response = await fetch(`${address}${API_PREFIX}/endless`)
  const reader = response.body!.getReader()
  await reader.read()
  found = later
  const rest = async () => {
    while (!(await reader.read()).done);
    return 'ended'
  }
  expect(await rest().catch(() => 'cut')).toMatch(/ended|cut/)
})

function as(changes: Partial<Principal>): Identification {
  return { kind: 'somebody', principal: { ...admin, ...changes } }
}
