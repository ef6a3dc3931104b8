import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type CertificateAuthority, labCertificateAuthority } from './certificate-authority.ts'
import { createPolicyHost, type PolicyHost } from './policy-host.ts'

const POLICY = 'version: STSv1\r\nmode: enforce\r\nmx: mx.example.test\r\nmax_age: 86400\r\n'

let ca: CertificateAuthority
let host: PolicyHost

beforeAll(async () => {
  ca = await labCertificateAuthority()
  host = await createPolicyHost({
    address: '127.0.0.1',
    port: 0,
    ca,
    siteFor: domain => (/^d[0-9]+\.lab\.test$/.test(domain) ? { text: `made for ${domain}` } : undefined),
    certificateNames: name => {
      const match = /^mta-sts\.d([0-9]+)[0-9]\.lab\.test$/.exec(name)
      if (match === null) return [name]
      return Array.from({ length: 10 }, (_, digit) => `mta-sts.d${match[1]}${digit}.lab.test`)
    },
  })
})
afterAll(() => host.close())
beforeEach(() => host.setSite('example.test', { text: POLICY }))

interface Fetched {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  readonly certificateNames: string
}

/** Fetches as a strict client would; rejects with the error's code, or `waited` after `waitMs`. */
function get(domain = 'example.test', path = '/.well-known/mta-sts.txt', waitMs = 3000): Promise<Fetched> {
  return new Promise((resolve, reject) => {
    const fail = (code: string | undefined) => {
      clearTimeout(timer)
      reject(new Error(code))
      client.destroy()
    }
    const client = request(
      {
        host: host.address,
        port: host.port,
        path,
        servername: `mta-sts.${domain}`,
        headers: { host: `mta-sts.${domain}:${host.port}` },
        ca: ca.caPem,
        agent: false,
      },
      response => {
        const certificateNames = (response.socket as TLSSocket).getPeerCertificate().subjectaltname ?? ''
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', (error: NodeJS.ErrnoException) => fail(error.code))
        response.on('end', () => {
          clearTimeout(timer)
          const { statusCode: status = 0, headers } = response
          resolve({ status, headers, body: Buffer.concat(chunks), certificateNames })
        })
      },
    )
    const timer = setTimeout(fail, waitMs, 'waited')
    client.on('error', (error: NodeJS.ErrnoException) => fail(error.code))
    client.end()
  })
}

test('a good site serves its policy as plain text under its own certificate', async () => {
  const fetched = await get()
  expect([fetched.status, fetched.headers['content-type'], fetched.body.toString()]).toEqual([
    200,
    'text/plain',
    POLICY,
  ])
  expect(fetched.certificateNames).toBe('DNS:mta-sts.example.test')
  expect((await get('example.test', '/other')).status).toBe(404)
})

test('requests and connections are counted by domain', async () => {
  const before = [host.requests('example.test'), host.connections('example.test')]
  await get()
  await get('example.test', '/other')
  expect([host.requests('example.test'), host.connections('example.test')]).toEqual([
    before[0]! + 1,
    before[1]! + 2,
  ])
})

test('a rollover shows at the next request', async () => {
  host.setPolicy('example.test', POLICY.replace('enforce', 'none'))
  expect((await get()).body.toString()).toContain('mode: none')
  host.setPolicy('example.test', undefined)
  expect((await get()).status).toBe(404)
})

test('status, media type and compression are as the fault says, the policy still in the body', async () => {
  host.setFault('example.test', { kind: 'status', status: 503 })
  expect(await get()).toMatchObject({ status: 503, body: Buffer.from(POLICY) })
  host.setFault('example.test', { kind: 'status', status: 204 })
  expect((await get()).status).toBe(204)
  host.setFault('example.test', { kind: 'content-type', contentType: 'text/html' })
  expect((await get()).headers['content-type']).toBe('text/html')
  host.setFault('example.test', { kind: 'content-type', contentType: '' })
  expect((await get()).headers['content-type']).toBeUndefined()
  host.setFault('example.test', { kind: 'gzip' })
  const zipped = await get()
  expect([zipped.headers['content-encoding'], zipped.body[0], zipped.body[1]]).toEqual(['gzip', 0x1f, 0x8b])
  host.setFault('example.test', undefined)
  expect((await get()).status).toBe(200)
})

test('a redirect leads to the valid policy', async () => {
  host.setFault('example.test', { kind: 'redirect', status: 302 })
  const redirect = await get()
  expect(redirect.status).toBe(302)
  const target = new URL(redirect.headers.location ?? '')
  expect(target.hostname).toBe('mta-sts.example.test')
  expect((await get('example.test', target.pathname)).body.toString()).toBe(POLICY)
})

test.each([65_536, 65_537, 65_601, 65_603, 200_000])(
  'a policy of %i bytes has just that size',
  async bytes => {
    host.setFault('example.test', { kind: 'size', bytes })
    const sized = await get()
    expect([sized.headers['content-length'], sized.body.length]).toEqual([String(bytes), bytes])
    expect(sized.body.toString()).toMatch(/^version: STSv1\r\n(?:[a-z_]+:[^\r\n]+\r\n)+$/)
    host.setFault('example.test', { kind: 'size', bytes, chunked: true })
    const chunked = await get()
    expect([chunked.headers['content-length'], chunked.body.length]).toEqual([undefined, bytes])
  },
)

test('a drip comes in the end', async () => {
  host.setFault('example.test', { kind: 'drip', chunkBytes: 20, intervalMs: 5 })
  expect((await get()).body.toString()).toBe(POLICY)
})

test.each(['tls', 'header', 'body'] as const)('a hang and a reset happen at %s', async at => {
  host.setFault('example.test', { kind: 'hang', at })
  await expect(get('example.test', undefined, 150)).rejects.toThrow('waited')
  host.setFault('example.test', { kind: 'reset', at })
  await expect(get()).rejects.toThrow('ECONNRESET')
})

test('one domain hanging leaves the others of the address alone', async () => {
  host.setFault('example.test', { kind: 'hang', at: 'tls' })
  host.setSite('other.test', { text: POLICY })
  expect((await get('other.test')).status).toBe(200)
})

test('a certificate can be of every wrong kind', async () => {
  const name = 'mta-sts.example.test'
  const install = async (options: Parameters<CertificateAuthority['issue']>[0]) =>
    host.setCertificate('example.test', await ca.issue(options))
  await install({ names: ['mta-sts.other.test'] })
  await expect(get()).rejects.toThrow('ERR_TLS_CERT_ALTNAME_INVALID')
  await install({ names: [name], validity: 'expired' })
  await expect(get()).rejects.toThrow('CERT_HAS_EXPIRED')
  await install({ names: [name], signedBy: 'self' })
  await expect(get()).rejects.toThrow('DEPTH_ZERO_SELF_SIGNED_CERT')
  host.setCertificate('example.test', undefined)
  expect((await get()).status).toBe(200)
})

test('a name that is not hosted gets no certificate', async () => {
  await expect(get('stranger.test')).rejects.toThrow()
})

test('sites made up on the fly share certificates in groups', async () => {
  const [one, other] = await Promise.all([get('d120.lab.test'), get('d127.lab.test')])
  expect(one.body.toString()).toBe('made for d120.lab.test')
  expect(one.certificateNames).toBe(other.certificateNames)
  expect(one.certificateNames.split(', ')).toHaveLength(10)
})
