import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request as plainRequest } from 'node:http'
import { connect as connectHttp2, constants } from 'node:http2'
import { request } from 'node:https'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { createPolicyFetcher, type DnsLookup } from '@sternpost/network'
import type { DomainName } from '@sternpost/protocol'
import { afterEach, describe, expect, it } from 'vitest'
import { Store } from '../../store/index.ts'
import { ChangeWatch } from '../domains/change-watch.ts'
import { PublishStore } from '../domains/publish-store.ts'
import { createPolicyHostWorld, type PolicyHostWorld, START } from './testing/policy-host-world.ts'

const PATH = '/.well-known/mta-sts.txt'
const TEXT = 'version: STSv1\r\nmode: testing\r\nmx: mx.example.test\r\nmax_age: 604800\r\n'

let world: PolicyHostWorld
afterEach(() => world?.close())

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

interface Ask {
  readonly host?: string
  readonly serverName?: string
  readonly method?: string
  readonly path?: string
}

/** Asks over HTTP/1.1. */
function ask({ host = 'mta-sts.example.test', serverName = host, method = 'GET', path = PATH }: Ask = {}) {
  return new Promise<Answer>((resolve, reject) => {
    const options = { port: world.port, host: '127.0.0.1', ca: world.ca.caPem, servername: serverName }
    request({ ...options, path, method, headers: { host }, agent: false }, response => {
      let body = ''
      response.on('data', chunk => {
        body += String(chunk)
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
      .on('error', reject)
      .end()
  })
}

/** Asks over HTTP/2, all at once over one connection. */
async function askHttp2(asks: readonly Ask[], serverName = 'mta-sts.example.test'): Promise<Answer[]> {
  const session = connectHttp2(`https://127.0.0.1:${world.port}`, {
    ca: world.ca.caPem,
    servername: serverName,
  })
  try {
    return await Promise.all(
      asks.map(async ({ host = serverName, method = 'GET', path = PATH }) => {
        const stream = session.request({ ':method': method, ':path': path, ':authority': host })
        const [headers] = (await once(stream, 'response')) as [Record<string, unknown>]
        let body = ''
        for await (const chunk of stream) body += String(chunk)
        return { status: Number(headers[':status']), headers, body }
      }),
    )
  } finally {
    session.destroy()
  }
}

/** Settles when a connection is gone, with or without an error. */
function gone(stream: { on(event: 'close' | 'error', listener: () => void): unknown }): Promise<void> {
  return new Promise(resolve => {
    stream.on('error', () => {})
    stream.on('close', () => resolve())
  })
}

/** What a peer that speaks its own way gets, until the connection ends. */
async function raw(bytes: string | Buffer): Promise<Buffer> {
  const socket = connectTcp(world.port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).write(bytes)
  await gone(socket)
  return Buffer.concat(chunks)
}

describe('the policy host', () => {
  it('gives out the policy as the standard says, over both versions of HTTP', async () => {
    world = await createPolicyHostWorld({ certified: ['mta-sts.example.test'] })
    await world.publishDomain('example.test')
    const [byHttp2] = await askHttp2([{}])
    const inOtherLetters = { host: 'MTA-STS.Example.test.:443', serverName: 'MTA-STS.Example.test' }
    for (const answer of [await ask(), await ask(inOtherLetters), byHttp2]) {
      expect(answer?.status).toBe(200)
      expect(answer?.body).toBe(TEXT)
      expect(answer?.headers).toMatchObject({
        'content-type': 'text/plain; charset=us-ascii',
        'content-length': String(TEXT.length),
        'cache-control': 'no-store',
      })
      expect(answer?.headers['set-cookie']).toBeUndefined()
      expect(answer?.headers.location).toBeUndefined()
    }
    expect(await world.metric('sternpost_policy_host_requests_total{result="served"}')).toBe(3)
  })

  it('is what our own fetcher takes a policy from', async () => {
    world = await createPolicyHostWorld({ certified: ['mta-sts.example.test'] })
    await world.publishDomain('example.test')
    const dns: DnsLookup = {
      async lookup(name, type) {
        const question = { name, type }
        const about = {
          question,
          dnssec: 'insecure',
          canonicalName: name,
          aliases: [],
          ttlSeconds: 60,
        } as const
        const seen = { resolver: '127.0.0.1', receivedAt: START }
        if (type !== 'A') return { kind: 'no-data', ...about, ...seen }
        return { kind: 'records', ...about, ...seen, records: ['127.0.0.1'] as never }
      },
    }
    const { caPem } = world.ca
    const fetcher = createPolicyFetcher({
      dns,
      ca: [caPem],
      port: world.port,
      allowAddresses: ['127.0.0.0/8'],
    })
    const result = await fetcher.fetch('example.test' as DomainName)
    expect(result).toMatchObject({ ok: true, document: { text: TEXT } })
  })

  it('answers HEAD without a body and other methods with what is possible', async () => {
    world = await createPolicyHostWorld({ certified: ['mta-sts.example.test'] })
    await world.publishDomain('example.test')
    const [byHttp2] = await askHttp2([{ method: 'HEAD' }])
    for (const answer of [await ask({ method: 'HEAD' }), byHttp2]) {
      expect(answer).toMatchObject({ status: 200, body: '' })
      expect(answer?.headers['content-length']).toBe(String(TEXT.length))
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect(await ask({ method })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } })
  })

  it('has one path and tells so at every other', async () => {
    world = await createPolicyHostWorld({ certified: ['mta-sts.example.test'] })
    await world.publishDomain('example.test')
    for (const path of ['/', '/.well-known/mta-sts.txt/', '/.well-known/MTA-STS.txt', '//', '/%2e']) {
      expect(await ask({ path })).toMatchObject({
        status: 404,
        body: 'Only /.well-known/mta-sts.txt is served here (RFC 8461).\n',
      })
    }
    expect((await ask({ path: `${PATH}?now` })).status).toBe(200)
    expect((await ask({ path: `https://mta-sts.example.test${PATH}` })).status).toBe(200)
  })

  it('does not answer for another host than the handshake was for', async () => {
    world = await createPolicyHostWorld({ certified: ['mta-sts.example.test', 'mta-sts.other.test'] })
    await world.publishDomain('example.test')
    await world.publishDomain('other.test')
    const other = { host: 'mta-sts.other.test', serverName: 'mta-sts.example.test' }
    expect((await ask(other)).status).toBe(421)
    expect((await askHttp2([other, {}])).map(({ status }) => status)).toEqual([421, 200])
    expect((await ask({ path: `https://mta-sts.other.test${PATH}` })).status).toBe(421)
  })

  it('makes no handshake for a name it has no certificate for, and counts strangers apart', async () => {
    world = await createPolicyHostWorld({ certified: ['mta-sts.example.test', 'mta-sts.gone.test'] })
    await world.publishDomain('example.test')
    await world.publishDomain('waiting.test')
    for (const host of ['mta-sts.waiting.test', 'mta-sts.stranger.test', 'www.stranger.test'])
      await expect(ask({ host })).rejects.toThrow(/unrecognized.name/i)
    await expect(ask({ serverName: '' })).rejects.toThrow(/unrecognized.name/i)
    expect(await ask({ host: 'mta-sts.gone.test' })).toMatchObject({
      status: 404,
      body: 'No MTA-STS policy is published here for this host.\n',
    })
    const refused = (reason: string) =>
      world.metric(`sternpost_policy_host_handshakes_refused_total{reason="${reason}"}`)
    expect(await refused('no-certificate')).toBe(1)
    expect(await refused('unknown-name')).toBe(2)
    expect(await refused('no-name')).toBe(1)
  })

  it('gives out a change at once, made here or by another program', async () => {
    world = await createPolicyHostWorld({ certified: ['mta-sts.example.test'] })
    const { publish, store, clock, dataDir } = world
    const domain = 'example.test' as DomainName
    await world.publishDomain('example.test')
    const watch = new ChangeWatch(store, clock, () => publish.changed(undefined))
    await watch.look()
    expect((await ask()).body).toContain('mode: testing')
    const wanted = (await publish.get(domain))!.wanted
    const { policyId } = await publish.newVersion(domain, { ...wanted, mode: 'enforce' })
    await publish.serve(domain, policyId)
    expect((await ask()).body).toContain('mode: enforce')

    const otherStore = new Store({ dataDir, clock, onNotice: () => {} })
    await otherStore.open()
    const other = new PublishStore(otherStore, clock)
    const none = await other.newVersion(domain, { ...wanted, mode: 'none' })
    await other.serve(domain, none.policyId)
    await watch.look()
    expect((await ask()).body).toContain('mode: none')
    await other.remove(domain)
    await watch.look()
    expect((await ask()).status).toBe(404)
    await otherStore.close()
  })

  it('goes on with what it has when the database fails, and asks to come again for what it has not', async () => {
    world = await createPolicyHostWorld({ certified: ['mta-sts.example.test', 'mta-sts.other.test'] })
    await world.publishDomain('example.test')
    await world.publishDomain('other.test')
    expect((await ask()).status).toBe(200)
    await world.store.close()
    world.publish.changed(undefined)
    expect(await ask()).toMatchObject({ status: 200, body: TEXT })
    expect(await ask({ host: 'mta-sts.other.test' })).toMatchObject({
      status: 503,
      headers: { 'retry-after': '60' },
    })
  })

  it('notes once an hour that a policy was fetched', async () => {
    world = await createPolicyHostWorld({ certified: ['mta-sts.example.test'] })
    const domain = 'example.test' as DomainName
    await world.publishDomain('example.test')
    await ask()
    await ask({ method: 'HEAD' })
    await world.clock.advance(60_000)
    await expect.poll(() => world.publish.versions(domain)).toMatchObject([{ lastFetchedAt: START }])
    await world.clock.advance(3_600_000)
    await ask()
    await world.host.close()
    expect(await world.publish.versions(domain)).toMatchObject([{ lastFetchedAt: START + 3_600_000 }])
  })

  it('resumes a session instead of a second handshake, on every listener alike', async () => {
    const local = (port: number) => ({ host: '127.0.0.1', port, text: '' })
    world = await createPolicyHostWorld({
      certified: ['mta-sts.example.test'],
      settings: { listen: [local(0), local(0)] },
    })
    await world.publishDomain('example.test')
    const ports = world.host.addresses.map(address => Number(address.slice(address.lastIndexOf(':') + 1)))
    let session: Buffer | undefined
    const resumed: boolean[] = []
    for (const port of ports) {
      const socket = connectTls({
        port,
        host: '127.0.0.1',
        ca: world.ca.caPem,
        servername: 'mta-sts.example.test',
        ALPNProtocols: ['http/1.1'],
        ...(session === undefined ? {} : { session }),
      })
      socket.on('session', given => {
        session = given
      })
      socket.write(`GET ${PATH} HTTP/1.1\r\nHost: mta-sts.example.test\r\nConnection: close\r\n\r\n`)
      socket.resume()
      await once(socket, 'end')
      resumed.push(socket.isSessionReused())
    }
    expect(resumed).toEqual([false, true])
  })
})

describe('certificate authorities at the policy host', () => {
  it('get the challenge for acme-tls/1, and nothing where none is awaited', async () => {
    world = await createPolicyHostWorld({ certified: ['mta-sts.example.test'] })
    const look = async () => {
      const socket = connectTls({
        port: world.port,
        host: '127.0.0.1',
        ca: world.ca.caPem,
        servername: 'mta-sts.example.test',
        ALPNProtocols: ['acme-tls/1'],
      })
      await once(socket, 'secureConnect')
      const { alpnProtocol } = socket
      socket.resume()
      await once(socket, 'end')
      return alpnProtocol
    }
    await expect(look()).rejects.toThrow(/unrecognized.name/i)
    world.challenges.set('mta-sts.example.test', '')
    expect(await look()).toBe('acme-tls/1')
    expect(await world.metric('sternpost_policy_host_challenges_total{kind="tls-alpn"}')).toBe(1)
  })

  it('get the token on port 80, where no policy is served', async () => {
    const http = [{ host: '127.0.0.1', port: 0, text: '' }]
    world = await createPolicyHostWorld({ settings: { listen: [], http } })
    await world.publishDomain('example.test')
    world.challenges.set('mta-sts.example.test abc', 'abc.thumbprint')
    const { host: address } = new URL(world.host.addresses[0]!)
    const get = async (path: string) => {
      const response = await new Promise<Answer>((resolve, reject) => {
        const [host, port] = address.split(':')
        plainRequest({ host, port, path, headers: { host: 'mta-sts.example.test' } }, async reply => {
          let body = ''
          for await (const chunk of reply) body += String(chunk)
          resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body })
        })
          .on('error', reject)
          .end()
      })
      return response
    }
    expect(await get('/.well-known/acme-challenge/abc')).toMatchObject({
      status: 200,
      body: 'abc.thumbprint',
      headers: { 'content-type': 'application/octet-stream' },
    })
    expect((await get('/.well-known/acme-challenge/abd')).status).toBe(404)
    expect(await get(PATH)).toMatchObject({
      status: 404,
      body: 'Policies are served over HTTPS only (RFC 8461).\n',
    })
  })
})

describe('plain HTTP behind a proxy', () => {
  it.each([
    { trustedProxies: ['127.0.0.0/8'], forwarded: 'mta-sts.example.test', host: 'proxy.test', status: 200 },
    { trustedProxies: ['127.0.0.0/8'], forwarded: 'evil.test, mta-sts.example.test', host: 'x', status: 200 },
    { trustedProxies: ['127.0.0.0/8'], forwarded: undefined, host: 'mta-sts.example.test', status: 200 },
    {
      trustedProxies: ['192.0.2.0/24', '2001:db8::/32'],
      forwarded: 'mta-sts.example.test',
      host: 'x',
      status: 404,
    },
    { trustedProxies: [], forwarded: 'mta-sts.other.test', host: 'mta-sts.example.test', status: 200 },
  ])('%o', async ({ trustedProxies, forwarded, host, status }) => {
    const plainHttp = [{ host: '127.0.0.1', port: 0, text: '' }]
    world = await createPolicyHostWorld({ settings: { listen: [], plainHttp, trustedProxies } })
    await world.publishDomain('example.test')
    const { hostname, port } = new URL(world.host.addresses[0]!)
    const answer = await new Promise<number>((resolve, reject) => {
      const headers = { host, ...(forwarded === undefined ? {} : { 'x-forwarded-host': forwarded }) }
      plainRequest({ host: hostname, port, path: PATH, headers }, reply => {
        reply.resume()
        resolve(reply.statusCode ?? 0)
      })
        .on('error', reject)
        .end()
    })
    expect(answer).toBe(status)
  })
})

describe('hostile peers', () => {
  it('that speak no TLS are let go', async () => {
    world = await createPolicyHostWorld({ certified: ['mta-sts.example.test'] })
    expect((await raw(`GET ${PATH} HTTP/1.1\r\nHost: mta-sts.example.test\r\n\r\n`)).length).toBe(0)
    expect((await raw(Buffer.alloc(100_000, 22))).length).toBe(0)
    const tooLong = Buffer.concat([Buffer.from([22, 3, 1, 255, 255]), Buffer.alloc(30_000)])
    expect((await raw(tooLong)).length).toBe(0)
    expect(await world.metric('sternpost_policy_host_handshakes_refused_total{reason="no-hello"}')).toBe(3)
    await expect.poll(() => world.metric('sternpost_policy_host_connections')).toBe(0)
  })

  it('that send garbage after a good hello are let go and counted', async () => {
    world = await createPolicyHostWorld({ certified: ['mta-sts.example.test'] })
    const hello = readFileSync(new URL('./testing/client-hello.bin', import.meta.url))
    await raw(Buffer.concat([hello, Buffer.from('garbage')]))
    await expect
      .poll(() => world.metric('sternpost_policy_host_handshakes_refused_total{reason="failed"}'))
      .toBe(1)
  })

  it('cannot keep connections for ever, whatever they do on them', async () => {
    world = await createPolicyHostWorld({ certified: ['mta-sts.example.test'] })
    const socket = connectTcp(world.port, '127.0.0.1')
    const closed = gone(socket.resume())
    await expect.poll(() => world.metric('sternpost_policy_host_connections')).toBe(1)
    await world.clock.advance(130_000)
    await closed
    expect(await world.metric('sternpost_policy_host_connections')).toBe(0)
  })

  it('take no more than their share of the connections', async () => {
    world = await createPolicyHostWorld({
      certified: ['mta-sts.example.test'],
      maxConnectionsPerSource: 3,
    })
    await world.publishDomain('example.test')
    const sockets = Array.from({ length: 5 }, () => connectTcp(world.port, '127.0.0.1'))
    await Promise.race(sockets.map(socket => gone(socket.resume())))
    await expect.poll(() => world.metric('sternpost_policy_host_connections_refused_total')).toBe(2)
    for (const socket of sockets) socket.destroy()
    await expect.poll(() => world.metric('sternpost_policy_host_connections')).toBe(0)
    expect((await ask()).status).toBe(200)
  })

  it('that open and reset streams as fast as they can lose the connection', async () => {
    world = await createPolicyHostWorld({ certified: ['mta-sts.example.test'] })
    await world.publishDomain('example.test')
    const session = connectHttp2(`https://127.0.0.1:${world.port}`, {
      ca: world.ca.caPem,
      servername: 'mta-sts.example.test',
    })
    const closed = gone(session)
    await once(session, 'connect')
    let opened = 0
    while (!session.closed && !session.destroyed && opened < 2_000) {
      const stream = session.request({ ':path': PATH, ':authority': 'mta-sts.example.test' })
      stream.on('error', () => {})
      stream.close(constants.NGHTTP2_CANCEL)
      opened += 1
      if (opened % 50 === 0) await new Promise(resolve => setImmediate(resolve))
    }
    await closed
    expect(opened).toBeLessThan(2_000)
    expect((await ask()).status).toBe(200)
  })

  it('that send endless or too many headers are refused, and slow ones closed', async () => {
    world = await createPolicyHostWorld({ certified: ['mta-sts.example.test'] })
    await world.publishDomain('example.test')
    const talk = async (text: string) => {
      const socket = connectTls({
        port: world.port,
        host: '127.0.0.1',
        ca: world.ca.caPem,
        servername: 'mta-sts.example.test',
        ALPNProtocols: ['http/1.1'],
      })
      let answer = ''
      socket.on('data', chunk => {
        answer += String(chunk)
      })
      socket.write(text)
      await gone(socket)
      return answer.split('\r\n')[0]
    }
    const start = `GET ${PATH} HTTP/1.1\r\nHost: mta-sts.example.test\r\n`
    expect(await talk(`${start}X: ${'a'.repeat(9_000)}\r\n\r\n`)).toBe(
      'HTTP/1.1 431 Request Header Fields Too Large',
    )
    expect(await talk(`${start}Host: mta-sts.other.test\r\nContent-Length: x\r\n\r\n`)).toBe(
      'HTTP/1.1 400 Bad Request',
    )
    // Never finished: closed within the time for headers.
    expect(await talk(start)).toMatch(/^HTTP\/1\.1 408/)
  }, 30_000)
})
