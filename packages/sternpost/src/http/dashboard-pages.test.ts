import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLogger } from '../log/index.ts'
import { createRegistry } from '../metrics/index.ts'
import { type HttpServer, startHttpServer } from './server.ts'

const PAGE =
  '<!doctype html><meta property="csp-nonce" nonce="NONCE-OF-THIS-ANSWER"><script nonce="NONCE-OF-THIS-ANSWER" src="/assets/a-1.js"></script>'
const SCRIPT = `export const text = '${'a'.repeat(2_000)}'`

let folder: string
let server: HttpServer
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-pages-'))
  const built = join(folder, 'dist')
  mkdirSync(join(built, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  writeFileSync(join(built, 'index.html'), PAGE)
  writeFileSync(join(built, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  writeFileSync(join(built, 'assets', 'a-1.js'), SCRIPT)
  writeFileSync(join(built, 'assets', 'a-1.js.br'), brotliCompressSync(SCRIPT))
  writeFileSync(join(built, 'assets', '.hidden'), 'hidden')
  server = await start(built)
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

function start(dashboardDirectory: string | undefined): Promise<HttpServer> {
  const log = createLogger(
    { level: 'silent', format: 'json' },
    { isTerminal: false, color: false, write: () => {} },
  )
  const listen = { kind: 'tcp', host: '127.0.0.1', port: 0, text: '127.0.0.1:0' } as const
  return startHttpServer({ listen, health: () => [], metrics: createRegistry('1'), log, dashboardDirectory })
}

const asBrowser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`http://${server.address}${path}`, { headers, method })

describe('the page', () => {
  test.each(['/', '/domains/example.com', '/reports?result=failure', '/no/such/screen'])(
    'is what a browser gets at %s',
    async path => {
      const response = await get(path, asBrowser)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(response.headers.get('cache-control')).toBe('no-cache')
    },
  )

  test('has a nonce of its own each time, which its policy names', async () => {
    const seen = new Set<string>()
    for (let n = 0; n < 3; n++) {
      const response = await get('/', asBrowser)
      const nonces = [...(await response.text()).matchAll(/nonce="([^"]+)"/g)].map(([, nonce]) => nonce)
      const [nonce = ''] = nonces
      expect(nonces).toEqual([nonce, nonce])
      expect(nonce).toMatch(/^[\w+/]{24}$/)
      expect(response.headers.get('content-security-policy')).toContain(`'nonce-${nonce}'`)
      seen.add(nonce)
    }
    expect(seen.size).toBe(3)
  })

  test('allows nothing from elsewhere, no inline script, and no frame around it', async () => {
    const { headers } = await get('/', asBrowser)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain(`default-src 'none'`)
    expect(policy).toContain(`script-src 'self';`)
    expect(policy).toContain(`frame-ancestors 'none'`)
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
  })

  test('HEAD has the same headers and no text', async () => {
    const response = await get('/check', asBrowser, 'HEAD')
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('')
  })

  test.each([
    ['/domains/example.com', {}],
    ['/assets/missing.js', asBrowser],
    ['/api/v1/nothing', asBrowser],
    ['/v1/nothing', asBrowser],
  ] as const)('is not what %s with %o gets, but a problem', async (path, headers) => {
    const response = await get(path, headers)
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
  })

  test('is nothing one can send to', async () => {
    expect((await get('/', asBrowser, 'POST')).status).toBe(404)
  })
})

describe('files', () => {
  test('are kept for a year, since their name changes with their contents', async () => {
    const response = await get('/assets/a-1.js')
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(response.headers.get('content-type')).toContain('javascript')
  })

  test('are sent compressed where that was done before', async () => {
    const raw = await rawReply(
      'GET /assets/a-1.js HTTP/1.1\r\nhost: x\r\naccept-encoding: br\r\nconnection: close\r\n\r\n',
    )
    const [head = '', body] = split(raw)
    expect(head.toLowerCase()).toContain('content-encoding: br')
    expect(head.toLowerCase()).toContain('vary: accept-encoding')
    expect(brotliDecompressSync(body).toString()).toBe(SCRIPT)
  })

  test('are not sent twice to who has them', async () => {
    const etag = (await get('/assets/a-1.js', { 'accept-encoding': 'identity' })).headers.get('etag') ?? ''
    const reply = await rawReply(
      `GET /assets/a-1.js HTTP/1.1\r\nhost: x\r\nif-none-match: ${etag}\r\nconnection: close\r\n\r\n`,
    )
    expect(reply.toString('latin1')).toMatch(/^HTTP\/1\.1 304/)
  })

  test.each([
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/assets//etc/passwd',
    '/assets/.hidden',
    '/assets/',
    '/assets/%00',
    '/.vite/manifest.json',
    '/index.html',
  ])('%s leads nowhere', async path => {
    const reply = await rawReply(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
    expect(reply.toString('latin1')).toMatch(/^HTTP\/1\.1 4\d\d/)
    expect(reply.toString('latin1')).not.toMatch(/secret$|root:|hidden$|src=/)
  })
})

test('without a build the page says what to run', async () => {
  const bare = await start(undefined)
  try {
    const response = await fetch(`http://${bare.address}/`, { headers: asBrowser })
    expect(response.status).toBe(503)
    expect(await response.text()).toContain('npm start')
  } finally {
    await bare.close()
  }
})

/** Past `fetch`, which tidies paths up. */
function rawReply(bytes: string): Promise<Buffer> {
  const [host = '', port = ''] = server.address.split(':')
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect({ host, port: Number(port) }, () => socket.write(bytes))
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(Buffer.concat(chunks)))
  })
}

function split(reply: Buffer): [string, Buffer] {
  const at = reply.indexOf('\r\n\r\n')
  return [reply.subarray(0, at).toString('latin1'), reply.subarray(at + 4)]
}
