import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { ApiError, apiUrl, callApi, UnreachableError } from './client.ts'
import { session } from './session.ts'

const browserFetch = globalThis.fetch
afterEach(() => {
  globalThis.fetch = browserFetch
  session.leave()
})

/** Serves one kind of answer, to which the page's own addresses lead. */
async function serving(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  globalThis.fetch = (input, init) => browserFetch(new URL(String(input), `http://127.0.0.1:${port}`), init)
  return {
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

test('what is put into an address cannot leave its place in it', () => {
  expect(apiUrl('GET /reports', { query: { domain: 'a&b=c.example', limit: 5 } })).toBe(
    '/api/v1/reports?domain=a%26b%3Dc.example&limit=5',
  )
  expect(apiUrl('GET /reports/:id', { params: { id: '../status' } })).toBe('/api/v1/reports/..%2Fstatus')
})

test('a problem of the API arrives with its code and remedy', async () => {
  const problem = {
    type: 'about:blank',
    title: 'x',
    status: 409,
    detail: 'no',
    code: 'api/conflict',
    remedy: 'do',
  }
  await using _server = await serving((_request, response) =>
    response.writeHead(409, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem)),
  )
  const error = await callApi('GET /status').catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ApiError)
  expect((error as ApiError).problem).toEqual(problem)
})

test('the page of a proxy in between is told as such', async () => {
  await using _server = await serving((_request, response) =>
    response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>'),
  )
  const error = await callApi('GET /status').catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ problem: { status: 502, code: 'http/502' } })
})

test('no answer is another error than a bad one', async () => {
  await using _server = await serving((request, _response) => request.socket.destroy())
  await expect(callApi('GET /status')).rejects.toBeInstanceOf(UnreachableError)
})

/** Answers one of the API's paths after the other; notes what was asked. */
async function scripted(answers: readonly (readonly [number, object])[]) {
  const asked: string[] = []
  const server = await serving((request, response) => {
    const [status, json] = answers[asked.length] ?? [500, {}]
    asked.push(`${request.method} ${request.url}`)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
  })
  return { ...server, asked }
}

const ended = { code: 'api/not-signed-in', detail: 'you are not signed in', status: 401 }
const as = (userId: number, name: string) => ({
  kind: 'signed-in',
  needsSetup: false,
  user: { userId, name },
  role: 'admin',
  csrfToken: `of ${name}`,
  loopbackUntil: null,
})

/** Holds a domain back; its session has ended by then, and somebody signs in. */
async function holdAndSignIn() {
  await callApi('GET /session')
  const change = callApi('POST /domains/:domain/rollout', {
    params: { domain: 'a.example' },
    body: { order: 'hold' },
  })
  const settled = change.then(
    output => ({ output }),
    (error: unknown) => ({ error }),
  )
  while (!session.hasExpired) await new Promise(resolve => setTimeout(resolve, 1))
  await callApi('POST /session', { body: { name: 'somebody', password: 'a password' } })
  return settled
}

const HOLD = 'POST /api/v1/domains/a.example/rollout'

test('a change that came too late for its session is made once the same person is in again', async () => {
  await using server = await scripted([
    [200, as(1, 'ada')],
    [401, ended],
    [200, as(1, 'ada')],
    [200, { note: 'held' }],
  ])
  expect(await holdAndSignIn()).toEqual({ output: { note: 'held' } })
  expect(server.asked).toEqual(['GET /api/v1/session', HOLD, 'POST /api/v1/session', HOLD])
})

test('it is made once more and not again and again', async () => {
  await using server = await scripted([
    [200, as(1, 'ada')],
    [401, ended],
    [200, as(1, 'ada')],
    [401, ended],
  ])
  expect(await holdAndSignIn()).toMatchObject({ error: { problem: { code: 'api/not-signed-in' } } })
  expect(server.asked).toHaveLength(4)
  expect(session.hasExpired).toBe(true)
})

test('it is not made in the name of somebody else', async () => {
  await using server = await scripted([
    [200, as(1, 'ada')],
    [401, ended],
    [200, as(2, 'bo')],
  ])
  expect(await holdAndSignIn()).toMatchObject({
    error: { problem: { code: 'dashboard/another-user', detail: expect.stringContaining('ada') } },
  })
  expect(server.asked).toHaveLength(3)
})

test('it is not made where whoever was in signs out on purpose', async () => {
  await using server = await scripted([
    [200, as(1, 'ada')],
    [401, ended],
  ])
  await callApi('GET /session')
  const change = callApi('DELETE /sessions/:id', { params: { id: 'x' } }).catch((thrown: unknown) => thrown)
  while (!session.hasExpired) await new Promise(resolve => setTimeout(resolve, 1))
  session.leave()
  expect(await change).toMatchObject({ problem: { code: 'api/not-signed-in' } })
  expect(server.asked).toHaveLength(2)
})
