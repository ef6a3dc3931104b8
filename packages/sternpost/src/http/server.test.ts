import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ListenError } from '../listen-error.ts'
import { createLogger } from '../log/index.ts'
import { createRegistry } from '../metrics/index.ts'
import type { HealthPart } from './health.ts'
import { type HttpServer, startHttpServer } from './server.ts'

const log = createLogger(
  { level: 'silent', format: 'json' },
  { isTerminal: false, color: false, write: () => {} },
)
const ANY_PORT = { kind: 'tcp', host: '127.0.0.1', port: 0, text: '127.0.0.1:0' } as const
const FINE: HealthPart = { name: 'dns', state: 'ok', message: 'validates' }

let parts: HealthPart[]
let server: HttpServer
beforeEach(async () => {
  parts = [FINE]
  server = await startHttpServer({
    listen: ANY_PORT,
    health: () => parts,
    metrics: createRegistry('1.2.3'),
    log,
  })
})
afterEach(() => server.close())

const get = (path: string, init?: RequestInit) => fetch(`http://${server.address}${path}`, init)

describe('/health', () => {
  test.each([
    ['ok', 200],
    ['degraded', 200],
    ['down', 503],
  ] as const)('a part that is %s gives %i', async (state, status) => {
    parts = [FINE, { name: 'store', state, message: 'x' }]
    const response = await get('/health')
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({ state, parts })
  })
})

describe('/metrics', () => {
  test('has the version and the process in the text format', async () => {
    const response = await get('/metrics')
    const text = await response.text()
    expect(response.headers.get('content-type')).toContain('text/plain')
    expect(text).toContain('sternpost_info{version="1.2.3"')
    expect(text).toMatch(/process_resident_memory_bytes \d+/)
  })

  test('the processor counter never goes back', async () => {
    const read = async () =>
      Number(/^process_cpu_seconds_total ([0-9.e-]+)$/m.exec(await (await get('/metrics')).text())?.[1])
    const first = await read()
    const second = await read()
    expect(first).toBeGreaterThan(0)
    expect(second).toBeGreaterThanOrEqual(first)
  })
})

describe('everything else', () => {
  test.each(['/', '/health/', '/metrics/x', '/..%2f', `/${'a'.repeat(2000)}`])(
    '%s is a 404 problem',
    async path => {
      const response = await get(path)
      expect(response.status).toBe(404)
      expect(response.headers.get('content-type')).toContain('application/problem+json')
    },
  )

  test('a large body is refused without being read whole', async () => {
    const response = await get('/health', { method: 'POST', body: 'x'.repeat(100_000) })
    expect(response.status).toBeGreaterThanOrEqual(400)
    expect(response.status).toBeLessThan(500)
  })

  test('huge headers and garbage end the connection and nothing else', async () => {
    for (const bytes of [`GET /health HTTP/1.1\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, 'hello\r\n\r\n']) {
      expect(await rawReply(bytes)).toMatch(/^HTTP\/1\.1 4/)
    }
    expect((await get('/health')).status).toBe(200)
  })
})

describe('a route of a room', () => {
  const withRoutes = async (silenceMs?: number) => {
    await server.close()
    server = await startHttpServer({
      listen: ANY_PORT,
      health: () => parts,
      metrics: createRegistry('1.2.3'),
      log,
      ...(silenceMs === undefined ? {} : { silenceMs }),
      routes: [
        app => {
          app.get('/slow', async () => {
            await new Promise(resolve => setTimeout(resolve, 1_500))
            return { is: 'done' }
          })
          app.get('/named/:domain', async request => request.params)
        },
      ],
    })
  }

  test('may think longer than a caller may be silent', async () => {
    await withRoutes(500)
    const response = await get('/slow')
    expect(await response.json()).toEqual({ is: 'done' })
  })

  test('that is under way is answered before the server ends, and what comes later is refused', async () => {
    await withRoutes()
    const slow = get('/slow')
    await get('/health')
    const closed = server.close()
    expect((await get('/health')).status).toBe(503)
    expect(await (await slow).json()).toEqual({ is: 'done' })
    await closed
    await expect(get('/health')).rejects.toThrow()
  })

  test('is found by the longest name a domain can have', async () => {
    const domain = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`
    await withRoutes()
    expect(await (await get(`/named/${domain}`)).json()).toEqual({ domain })
  })

  test('that nobody can mean is refused as everything is', async () => {
    const response = await get('/named/%ff')
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })
})

test('a taken port is an error that names address and setting', async () => {
  const port = Number(server.address.split(':')[1])
  const listen = { ...ANY_PORT, port, text: `127.0.0.1:${port}` }
  const second = startHttpServer({ listen, health: () => [], metrics: createRegistry('1'), log })
  await expect(second).rejects.toThrow(ListenError)
  await expect(second).rejects.toThrow(
    `cannot listen on 127.0.0.1:${port}: another program listens there already`,
  )
})

function rawReply(bytes: string): Promise<string> {
  const [host = '', port = ''] = server.address.split(':')
  return new Promise((resolve, reject) => {
    let reply = ''
    const socket = connect({ host, port: Number(port) }, () => socket.write(bytes))
    socket.setEncoding('latin1')
    socket.on('data', chunk => {
      reply += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(reply))
  })
}
