import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LabDaemon, startLabDaemon } from './testing/lab-daemon.ts'
import { runSternpost } from './testing/run-sternpost.ts'

let world: LabDaemon
let hostPort: number
beforeAll(async () => {
  hostPort = await freePort()
  world = await startLabDaemon(
    { domains: { 'good.example': { dnssec: 'secure', policy: {}, mx: {} } } },
    `publish: { policyHost: { plainHttp: ['127.0.0.1:${hostPort}'] } }\n`,
  )
})
afterAll(() => world.close())

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

/** What a sender gets from the policy host. */
function fetched(domain: string): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        ...{ host: '127.0.0.1', port: hostPort, path: '/.well-known/mta-sts.txt' },
        headers: { host: `mta-sts.${domain}` },
      },
      response => {
        let body = ''
        response.setEncoding('utf8').on('data', text => (body += text))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
      },
    )
    asked.on('error', reject).end()
  })
}

const api = (method: string, path: string, body?: object) =>
  fetch(`${world.url}/api/v1${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })

test('the policy host gives out what the API changes, also where it was asked before', async () => {
  expect(await fetched('new.example')).toMatchObject({ status: 404 })
  const wishes = { domain: 'new.example', mxHostPatterns: ['mx.new.example'] }
  expect((await api('POST', '/domains', wishes)).status).toBe(201)
  expect(await fetched('new.example')).toMatchObject({
    status: 200,
    body: expect.stringContaining('mode: testing'),
  })
  expect((await api('DELETE', '/domains/new.example?force=a%20drill')).status).toBe(204)
  expect(await fetched('new.example')).toMatchObject({ status: 404 })
})

test('and what a command changes beside it', async () => {
  expect(await fetched('beside.example')).toMatchObject({ status: 404 })
  const added = await runSternpost(world.folder, ['domain', 'add', 'beside.example', '--mx', 'mx.example'])
  expect(added.code).toBe(0)
  await expect.poll(async () => (await fetched('beside.example')).status, { timeout: 20_000 }).toBe(200)
})
