import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { labCertificateAuthority } from '@sternpost/lab'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startHttpServer } from '../http/index.ts'
import { createLogger } from '../log/index.ts'
import { createRegistry } from '../metrics/index.ts'
import { IntakeBudget } from './intake-budget.ts'
import { REPORT_PATH, type RunningIntake, registerReportRoutes, startHttpsIntake } from './intake-https.ts'
import { eventually, RecordingIntake } from './testing/recording-intake.ts'

const log = createLogger(
  { level: 'silent', format: 'json' },
  { isTerminal: false, color: false, write: () => {} },
)
const ANY_PORT = { kind: 'tcp', host: '127.0.0.1', port: 0, text: '127.0.0.1:0' } as const
const JSON_TYPE = { 'content-type': 'application/tlsrpt+json' }
const MAX_BYTES = 1_000_000

let intake: RecordingIntake
let budget: IntakeBudget
let running: RunningIntake
const sockets: Socket[] = []

const routeOptions = () => ({
  intake,
  budget,
  maxDocumentBytes: MAX_BYTES,
  maxPerMinute: 100,
  bodyTimeoutMs: 1500,
  now: () => 1_700_000_000_000,
  log,
})
beforeEach(async () => {
  intake = new RecordingIntake()
  budget = new IntakeBudget(2 * MAX_BYTES)
  running = await startHttpsIntake({ ...routeOptions(), listen: ANY_PORT })
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await running.close()
})

const url = () => running.addresses[0] ?? ''
const post = (body: NonNullable<RequestInit['body']>, headers: Record<string, string> = JSON_TYPE) =>
  fetch(url(), { method: 'POST', body, headers })

async function problem(response: Response) {
  expect(response.headers.get('content-type')).toContain('application/problem+json')
  const body = (await response.json()) as { status: number; detail: string; title: string; code?: string }
  expect(body.status).toBe(response.status)
  return body
}

/** Speaks HTTP by hand, for what no client does. */
function dial(): { readonly socket: Socket; readonly reply: () => string; readonly closed: Promise<void> } {
  const socket = connect(Number(new URL(url()).port), '127.0.0.1')
  sockets.push(socket)
  let reply = ''
  socket.on('data', chunk => {
    reply += chunk.toString('latin1')
  })
  socket.on('error', () => {})
  const closed = new Promise<void>(resolve => socket.once('close', () => resolve()))
  return { socket, reply: () => reply, closed }
}

describe('a posted report', () => {
  test.each(['application/tlsrpt+json', 'application/json; charset=utf-8'])(
    'is taken as %s',
    async contentType => {
      const response = await post('{"a":1}', { 'content-type': contentType })
      expect(response.status).toBe(201)
      expect(await response.json()).toEqual({ verdict: 'report', reports: 0 })
      expect(intake.documents).toEqual([
        {
          channel: 'https',
          bytes: Buffer.from('{"a":1}'),
          contentType,
          sourceAddress: '127.0.0.1',
          receivedAt: 1_700_000_000_000,
        },
      ])
    },
  )

  test('is handed over packed as it came', async () => {
    const packed = gzipSync('{"a":1}')
    for (const headers of [
      { 'content-type': 'application/tlsrpt+gzip' },
      { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    ] satisfies Record<string, string>[]) {
      expect((await post(packed, headers)).status).toBe(201)
    }
    expect(intake.documents.map(({ bytes }) => Buffer.from(bytes))).toEqual([packed, packed])
  })

  test('is acknowledged when it is stored and not before', async () => {
    let store = () => {}
    intake.gate = new Promise(resolve => {
      store = resolve
    })
    let answered = false
    const response = post('{}').then(got => {
      answered = true
      return got
    })
    await eventually('the report', () => intake.documents.length === 1)
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(answered).toBe(false)
    store()
    expect((await response).status).toBe(201)
    expect(budget.usedBytes).toBe(0)
  })

  test('seen before is acknowledged too', async () => {
    intake.answer = { verdict: 'duplicate', reports: [] }
    expect((await post('{}')).status).toBe(201)
  })
})

describe('a problem is told', () => {
  test('400 for what is no report, in one line whatever it holds', async () => {
    intake.answer = {
      verdict: 'reject',
      code: 'report/gzip',
      reason: 'a\r\nSet-Cookie: \u001b[31m',
      reports: [],
    }
    const { detail, code } = await problem(await post('x'))
    expect(code).toBe('report/gzip')
    expect(detail).toBe('reject: report/gzip: a?Set-Cookie: ?[31m')
    intake.answer = { verdict: 'no-report', reason: 'JSON, no report', reports: [] }
    expect((await post('{}')).status).toBe(400)
  })

  test('413 for what unpacks to too much', async () => {
    intake.answer = { verdict: 'reject', code: 'report/unpacked-too-large', reports: [] }
    expect((await post('x')).status).toBe(413)
  })

  test.each(['GET', 'PUT', 'DELETE', 'OPTIONS'])('405 for %s', async method => {
    const response = await fetch(url(), {
      method,
      headers: JSON_TYPE,
      ...(method === 'PUT' ? { body: 'x' } : {}),
    })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
    await problem(response)
    expect(intake.documents).toEqual([])
  })

  test.each([
    { 'content-type': 'text/html' },
    { 'content-type': 'application/x-www-form-urlencoded' },
    { ...JSON_TYPE, 'content-encoding': 'br' },
  ])('415 for %j', async headers => {
    const response = await post('x', headers as Record<string, string>)
    expect(response.status).toBe(415)
    await problem(response)
  })

  test('404 beside the path', async () => {
    const response = await fetch(new URL('/health', url()))
    expect(response.status).toBe(404)
    await problem(response)
  })

  test('503 with a time when the report could not be stored', async () => {
    intake.answer = new Error('disk full')
    const response = await post('{}')
    expect(response.status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await problem(response)).detail).not.toContain('disk')
    expect(budget.usedBytes).toBe(0)
  })

  test('503 while memory is used up, and none of it is kept', async () => {
    const other = budget.open()
    other.grow(2 * MAX_BYTES - 10)
    const response = await post('x'.repeat(11))
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).not.toBeNull()
    other.close()
    expect(budget.usedBytes).toBe(0)
    expect((await post('x'.repeat(11))).status).toBe(201)
  })

  test('429 with a time for who asks too often', async () => {
    await running.close()
    running = await startHttpsIntake({ ...routeOptions(), maxPerMinute: 2, listen: ANY_PORT })
    const statuses = []
    for (let n = 0; n < 3; n += 1) statuses.push((await post('{}')).status)
    expect(statuses).toEqual([201, 201, 429])
    expect((await post('{}')).headers.get('retry-after')).toBe('30')
  })
})

describe('a hostile client', () => {
  test('that announces too much is refused before it sends', async () => {
    const { socket, reply, closed } = dial()
    socket.write(
      `POST ${REPORT_PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1073741824\r\n\r\n`,
    )
    await closed
    expect(reply()).toMatch(/^HTTP\/1\.1 413 /)
    expect(intake.documents).toEqual([])
  })

  test('that sends 1 GB in chunks is cut off after the limit', async () => {
    const chunk = Buffer.alloc(65_536, 'x')
    let sentBytes = 0
    const status = await new Promise<number | 'cut'>(resolve => {
      const request = httpRequest(url(), { method: 'POST', headers: JSON_TYPE }, response => {
        resolve(response.statusCode ?? 0)
        request.destroy()
      })
      request.on('error', () => resolve('cut'))
      const send = () => {
        while (sentBytes < 1_073_741_824) {
          if (request.destroyed) return
          sentBytes += chunk.length
          if (!request.write(chunk)) {
            request.once('drain', send)
            return
          }
        }
        request.end()
      }
      send()
    })
    expect([413, 'cut']).toContain(status)
    expect(sentBytes).toBeLessThan(64 * MAX_BYTES)
    expect(intake.documents).toEqual([])
    await eventually('the memory', () => budget.usedBytes === 0)
    expect((await post('{}')).status).toBe(201)
  })

  test('that sends a byte now and then is told 408 and holds nothing', async () => {
    const { socket, reply, closed } = dial()
    socket.write(
      `POST ${REPORT_PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n`,
    )
    const drip = setInterval(() => socket.write('x'), 100)
    await closed
    clearInterval(drip)
    expect(reply()).toMatch(/^HTTP\/1\.1 408 /)
    expect(budget.usedBytes).toBe(0)
  })

  test('that goes away in the middle leaves nothing behind', async () => {
    const { socket } = dial()
    socket.write(
      `POST ${REPORT_PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\nabc`,
    )
    await eventually('the beginning', () => budget.usedBytes === 3)
    socket.destroy()
    await eventually('the memory', () => budget.usedBytes === 0)
    expect(intake.documents).toEqual([])
  })

  test('that speaks no HTTP harms nobody', async () => {
    for (const bytes of ['\u0016\u0003\u0001', `POST ${REPORT_PATH} HTTP/9.9\r\n\r\n`, 'x'.repeat(100_000)]) {
      const { socket, closed } = dial()
      socket.write(bytes)
      socket.end()
      await closed
    }
    expect((await post('{}')).status).toBe(201)
  })
})

test('beside /health of the daemon, whose small limits stay', async () => {
  const server = await startHttpServer({
    listen: ANY_PORT,
    health: () => [],
    metrics: createRegistry('1'),
    log,
    routes: [app => registerReportRoutes(app, routeOptions())],
  })
  try {
    const large = JSON.stringify({ x: 'y'.repeat(500_000) })
    const base = `http://${server.address}`
    const taken = await fetch(`${base}${REPORT_PATH}`, { method: 'POST', body: large, headers: JSON_TYPE })
    expect(taken.status).toBe(201)
    expect(intake.texts).toEqual([large])
    expect((await fetch(`${base}/health`)).status).toBe(200)
    const elsewhere = await fetch(`${base}/health`, {
      method: 'POST',
      body: large,
      headers: { 'content-type': 'application/json' },
    })
    expect(elsewhere.status).toBeGreaterThanOrEqual(400)
    expect(intake.documents).toHaveLength(1)
  } finally {
    await server.close()
  }
})

describe('TLS', () => {
  test('uses a renewed certificate without a restart, and keeps the old one when the new is broken', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sternpost-cert-'))
    const certificate = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') }
    const ca = await labCertificateAuthority()
    const write = async (name: string) => {
      const issued = await ca.issue({ names: [name] })
      writeFileSync(certificate.keyFile, issued.keyPem)
      writeFileSync(certificate.certFile, issued.chainPem)
    }
    await write('one.test')
    const secure = await startHttpsIntake({
      ...routeOptions(),
      listen: ANY_PORT,
      certificate,
      certificateLookEveryMs: 20,
    })
    const port = Number(new URL(secure.addresses[0] ?? '').port)
    const servedName = () =>
      new Promise<string>((resolve, reject) => {
        const socket = connectTls({
          port,
          host: '127.0.0.1',
          ca: ca.caPem,
          servername: 'x',
          checkServerIdentity: () => undefined,
        })
        socket.once('error', reject)
        socket.once('secureConnect', () => {
          resolve(socket.getPeerCertificate().subjectaltname ?? '')
          socket.destroy()
        })
      })
    try {
      expect(secure.addresses[0]).toMatch(/^https:/)
      expect(await servedName()).toBe('DNS:one.test')
      writeFileSync(certificate.certFile, 'broken')
      await new Promise(resolve => setTimeout(resolve, 100))
      expect(await servedName()).toBe('DNS:one.test')
      await write('two.test')
      await eventually('the renewed certificate', async () => (await servedName()) === 'DNS:two.test')
    } finally {
      await secure.close()
      rmSync(folder, { recursive: true })
    }
  })

  test('with files that are no pair is an error that names the setting', async () => {
    const certificate = { certFile: '/nonexistent/cert.pem', keyFile: '/nonexistent/key.pem' }
    await expect(startHttpsIntake({ ...routeOptions(), listen: ANY_PORT, certificate })).rejects.toThrow(
      /reportsReceived\.https\.certFile/,
    )
  })
})
