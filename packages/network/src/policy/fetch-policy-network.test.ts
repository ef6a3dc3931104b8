import type { DomainName } from '@sternpost/protocol'
import { beforeAll, describe, expect, test } from 'vitest'
import { createPolicyFetcher } from './fetch-policy.ts'
import type { PolicyFetcherOptions } from './fetch-settings.ts'
import { startDeafListener } from './testing/deaf-listener.ts'
import {
  codesOf,
  createTestIdentity,
  fetchOnce,
  goodPolicy,
  policyDomain,
  policyHost,
  type TestIdentity,
} from './testing/fetch-once.ts'
import { policyAnswer, type Respond, startPolicyHost, startTcpServer } from './testing/policy-host.ts'
import { createZoneLookup, type ZoneEntry } from './testing/zone-lookup.ts'

const respond: Respond = socket => socket.end(policyAnswer(goodPolicy))

let identity: TestIdentity
beforeAll(async () => {
  identity = await createTestIdentity()
})

function fetchAt(port: number, zone: ZoneEntry, options: Partial<PolicyFetcherOptions> = {}) {
  return createPolicyFetcher({
    dns: createZoneLookup({ [policyHost]: zone }),
    ca: [identity.ca.root],
    allowAddresses: ['127.0.0.0/8', '::1'],
    port,
    ...options,
  }).fetch(policyDomain)
}

describe('addresses', () => {
  test('both families are asked, and IPv6 is called first', async () => {
    const host = await startPolicyHost({ address: '::1', tls: identity.leaf, respond })
    const dns = createZoneLookup({ [policyHost]: { A: ['127.0.0.1'], AAAA: ['::1'] } })
    const result = await fetchAt(host.port, {}, { dns })
    expect(result).toMatchObject({ ok: true, evidence: { attempts: [{ address: '::1' }] } })
    expect([...dns.questions].sort()).toEqual([`${policyHost} A`, `${policyHost} AAAA`])
    await host.idle()
    await host.close()
  })

  test('a dead IPv6 address leaves IPv4', async () => {
    const { result } = await fetchOnce(identity, respond, { zone: { A: ['127.0.0.1'], AAAA: ['::1'] } })
    expect(result).toMatchObject({
      ok: true,
      evidence: { attempts: [{ address: '::1', error: 'ECONNREFUSED' }, { address: '127.0.0.1' }] },
    })
  })

  test('an IPv6 address that swallows everything leaves IPv4', async () => {
    const deaf = await startDeafListener('::1')
    const host = await startPolicyHost({ port: deaf.port, tls: identity.leaf, respond })
    const result = await fetchAt(host.port, { A: ['127.0.0.1'], AAAA: ['::1'] })
    expect(result).toMatchObject({
      ok: true,
      evidence: {
        attempts: [{ address: '::1', error: 'another address answered first' }, { address: '127.0.0.1' }],
      },
    })
    await host.idle()
    await host.close()
    await deaf.close()
  })

  test.each([
    ['closes', 'destroy'],
    ['hangs', 'nothing'],
  ] as const)('an address whose handshake %s leaves the other one', async (_, what) => {
    const broken = await startTcpServer({
      address: '::1',
      onConnection: socket => (what === 'destroy' ? socket.destroy() : socket.resume()),
    })
    const host = await startPolicyHost({ port: broken.port, tls: identity.leaf, respond })
    const zone = { A: ['127.0.0.1'], AAAA: ['::1'] }
    const result = await fetchAt(host.port, zone, { connectTimeoutMs: 300 })
    expect(result).toMatchObject({
      ok: true,
      evidence: {
        attempts: [{ address: '::1', error: expect.stringContaining('handshake') }, { address: '127.0.0.1' }],
      },
    })
    await broken.idle()
    await host.idle()
    await broken.close()
    await host.close()
  })

  test('a bad certificate at one address is not mended by another address', async () => {
    const bad = await identity.ca.issue({ selfSigned: true })
    const first = await startPolicyHost({ address: '127.0.0.2', tls: bad, respond })
    const second = await startPolicyHost({
      address: '127.0.0.3',
      port: first.port,
      tls: identity.leaf,
      respond,
    })
    const result = await fetchAt(first.port, { A: ['127.0.0.2', '127.0.0.3'] })
    expect(codesOf(result)[0]).toBe('policy-host/certificate-untrusted')
    expect(second.connectionCount).toBe(0)
    await first.close()
    await second.close()
  })

  test.each([
    ['AAAA', { A: ['127.0.0.1'], AAAA: 'failure' }],
    ['A', { A: 'failure', AAAA: ['::ffff:127.0.0.1'] }],
    ['AAAA, without an end,', { A: ['127.0.0.1'], AAAA: 'never' }],
  ] as const)('a lookup of %s that fails does not spoil the other family', async (_, zone) => {
    const { result } = await fetchOnce(identity, respond, { zone })
    expect(codesOf(result)).toEqual([])
  })

  test.each([
    ['both lookups fail', { A: 'failure', AAAA: 'failure' }, 'policy-host/dns'],
    ['one fails and the other is empty', { A: [], AAAA: 'failure' }, 'policy-host/dns'],
    ['both are empty', {}, 'policy-host/no-address'],
  ] as const)('%s: %s', async (_, zone, code) => {
    expect(codesOf(await fetchAt(9, zone))).toEqual([code])
  })

  test('a name that does not exist, or is too long to exist, has no address', async () => {
    const dns = createZoneLookup({})
    const fetcher = createPolicyFetcher({ dns })
    expect(codesOf(await fetcher.fetch(policyDomain))).toEqual(['policy-host/no-address'])
    const label = 'a'.repeat(61)
    const long = `${label}.${label}.${label}.${label}` as DomainName
    expect(codesOf(await fetcher.fetch(long))).toEqual(['policy-host/no-address'])
    expect(dns.questions.length).toBe(2)
  })

  test('nothing listening', async () => {
    const server = await startTcpServer({})
    await server.close()
    const result = await fetchAt(server.port, { A: ['127.0.0.1', '127.0.0.2'], AAAA: ['::1'] })
    expect(codesOf(result)).toEqual(['policy-host/connect'])
    expect(result.evidence.attempts).toEqual([
      { address: '::1', error: 'ECONNREFUSED' },
      { address: '127.0.0.1', error: 'ECONNREFUSED' },
      { address: '127.0.0.2', error: 'ECONNREFUSED' },
    ])
  })

  test('at most eight addresses are tried', async () => {
    const server = await startTcpServer({})
    await server.close()
    const A = Array.from({ length: 40 }, (_, i) => `127.0.1.${i + 1}`)
    const result = await fetchAt(server.port, { A })
    expect(result.evidence.attempts.length).toBe(8)
  })
})

describe('the address guard', () => {
  test.each([
    ['127.0.0.1', { A: ['127.0.0.1'] }],
    ['::1', { AAAA: ['::1'] }],
    ['::ffff:127.0.0.1', { AAAA: ['::ffff:127.0.0.1'] }],
    ['all of several', { A: ['10.0.0.1', '169.254.169.254', '127.0.0.1'], AAAA: ['fd00:ec2::254', '::1'] }],
  ] as const)('%s is never called by default', async (_, zone) => {
    const { result, connectionCount } = await fetchOnce(identity, respond, { zone, allowAddresses: [] })
    expect(codesOf(result)).toEqual(['policy-host/address-refused'])
    expect(connectionCount).toBe(0)
    const count = Object.values(zone).flat().length
    expect(result.evidence.attempts.map(({ error }) => error)).toEqual(
      Array.from({ length: count }, () => expect.stringMatching(/^refused: /)),
    )
  })

  test('an allowed address is called and the refused ones beside it are not', async () => {
    const server = await startTcpServer({ address: '127.0.0.9' })
    const host = await startPolicyHost({
      address: '127.0.0.8',
      port: server.port,
      tls: identity.leaf,
      respond,
    })
    const zone = { A: ['127.0.0.9', '127.0.0.8'] }
    const result = await fetchAt(host.port, zone, { allowAddresses: ['127.0.0.8/32'] })
    expect(result.ok).toBe(true)
    expect(server.connectionCount).toBe(0)
    await host.close()
    await server.close()
  })

  test('a name that changes its address after it was vetted gains nothing', async () => {
    const inner = await startTcpServer({ address: '127.0.0.9' })
    const host = await startPolicyHost({
      address: '127.0.0.8',
      port: inner.port,
      tls: identity.leaf,
      respond,
    })
    const zone: Record<string, ZoneEntry> = { [policyHost]: { A: ['127.0.0.8'] } }
    const lookup = createZoneLookup(zone)
    const dns: typeof lookup = {
      questions: lookup.questions,
      async lookup(name, type) {
        const answer = await lookup.lookup(name, type)
        if (type === 'A') zone[policyHost] = { A: ['127.0.0.9'] }
        return answer
      },
    }
    const result = await fetchAt(host.port, {}, { dns })
    expect(result).toMatchObject({ ok: true, evidence: { attempts: [{ address: '127.0.0.8' }] } })
    expect(lookup.questions.length).toBe(2)
    expect(inner.connectionCount).toBe(0)
    await host.close()
    await inner.close()
  })
})

describe('time is bounded', () => {
  test('DNS that never answers', async () => {
    const result = await fetchAt(9, { A: 'never', AAAA: 'never' }, { idleTimeoutMs: 100 })
    expect(codesOf(result)).toEqual(['policy-host/timeout'])
    expect(result).toMatchObject({ issues: [{ message: expect.stringContaining('the addresses of') }] })
  })

  test('a connection that never stands', async () => {
    const deaf = await startDeafListener('127.0.0.1')
    const one = await fetchAt(deaf.port, { A: ['127.0.0.1'] }, { connectTimeoutMs: 200 })
    expect(codesOf(one)).toEqual(['policy-host/connect'])
    expect(one.evidence.attempts).toEqual([{ address: '127.0.0.1', error: 'no answer within 0.2 s' }])
    const two = await fetchAt(deaf.port, { A: ['127.0.0.1'] }, { totalTimeoutMs: 200 })
    expect(codesOf(two)).toEqual(['policy-host/timeout'])
    expect(two.evidence.attempts).toEqual([{ address: '127.0.0.1', error: 'given up' }])
    await deaf.close()
  })

  test('a server that takes the connection and says nothing', async () => {
    const silent = await startTcpServer({ onConnection: socket => socket.resume() })
    const result = await fetchAt(silent.port, { A: ['127.0.0.1'] }, { idleTimeoutMs: 200 })
    expect(codesOf(result)).toEqual(['policy-host/timeout'])
    expect(result).toMatchObject({ issues: [{ message: expect.stringContaining('the TLS handshake') }] })
    await silent.idle()
    await silent.close()
  })

  test.each([
    ['garbage', Buffer.alloc(2_000, 'x')],
    ['SMTP', Buffer.from('220 mail.example.test ESMTP\r\n')],
    ['plain HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ])('a server that speaks %s instead of TLS', async (_, bytes) => {
    const server = await startTcpServer({ onConnection: socket => socket.resume().write(bytes) })
    const result = await fetchAt(server.port, { A: ['127.0.0.1'] })
    expect(codesOf(result)).toEqual(['policy-host/tls'])
    await server.idle()
    await server.close()
  })
})

describe('the caller may give up', () => {
  test('before anything happened', async () => {
    const { result, connectionCount } = await fetchOnce(identity, respond, { signal: AbortSignal.abort() })
    expect(codesOf(result)).toEqual(['policy-host/aborted'])
    expect(result).toMatchObject({ resultType: null })
    expect(connectionCount).toBe(0)
  })

  test('while the answer is waited for', async () => {
    const controller = new AbortController()
    const { result, connectionCount } = await fetchOnce(identity, () => controller.abort(), {
      signal: controller.signal,
    })
    expect(codesOf(result)).toEqual(['policy-host/aborted'])
    expect(connectionCount).toBe(1)
  })

  test('during the handshake', async () => {
    const controller = new AbortController()
    const silent = await startTcpServer({
      onConnection: socket => socket.resume().once('data', () => controller.abort()),
    })
    const fetcher = createPolicyFetcher({
      dns: createZoneLookup({ [policyHost]: { A: ['127.0.0.1'] } }),
      allowAddresses: ['127.0.0.1'],
      port: silent.port,
    })
    expect(codesOf(await fetcher.fetch(policyDomain, { signal: controller.signal }))).toEqual([
      'policy-host/aborted',
    ])
    await silent.idle()
    await silent.close()
  })
})

test.each([
  { allowAddresses: ['example.test'] },
  { proxy: 'proxy.example:3128' },
  { userAgent: 'two\r\nlines' },
])('the options %j are an error of whoever wrote them', options => {
  expect(() => createPolicyFetcher({ dns: createZoneLookup({}), ...options })).toThrow(TypeError)
})
