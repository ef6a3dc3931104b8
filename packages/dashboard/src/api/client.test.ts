import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { ApiError, apiUrl, callApi, UnreachableError } from './client.ts'

const browserFetch = globalThis.fetch
afterEach(() => {
  globalThis.fetch = browserFetch
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
