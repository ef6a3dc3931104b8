import { createSocket } from 'node:dgram'
import { decode, encode } from 'dns-packet'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { createDnsClient, type DnsClientOptions } from './dns-client.ts'
import { summarizeValidation } from './prove-validation.ts'
import {
  a,
  cname,
  type DnsTestServer,
  type DnsTestServerOptions,
  startDnsTestServer,
  type TestZone,
  txt,
} from './testing/dns-test-server.ts'
import { makeThrowawayCertificate } from './testing/throwaway-certificate.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function serve(zone: TestZone, options: DnsTestServerOptions = {}): Promise<DnsTestServer> {
  const server = await startDnsTestServer(zone, options)
  cleanups.push(() => server.close())
  return server
}

function clientOf(servers: readonly string[], options: DnsClientOptions = {}) {
  const client = createDnsClient({ servers, timeoutsMs: [150, 300], deadlineMs: 3000, ...options })
  cleanups.push(() => client.close())
  return client
}

const good = { 'x.test A': { answers: [a('x.test', '192.0.2.1')] } }

describe('UDP', () => {
  it('asks by IPv6 as well', async () => {
    const server = await serve(good, { host: '::1' })
    expect(await clientOf([server.address]).lookup('x.test', 'A')).toMatchObject({
      kind: 'records',
      dnssec: 'secure',
    })
  })

  it('uses many ports and ids that do not follow from each other', async () => {
    const server = await serve({})
    // On a busy machine a second may pass before an answer is read; a retry is not what is looked at here.
    const client = clientOf([server.address], { timeoutsMs: [10_000], deadlineMs: 15_000 })
    await Promise.all(Array.from({ length: 2000 }, (_, i) => client.lookup(`h${i}.test`, 'A')))
    expect(server.queries).toHaveLength(2000)
    const ports = new Set(server.queries.map(({ clientPort }) => clientPort))
    expect(ports.size).toBeGreaterThanOrEqual(32)
    const uses = server.queries.map(({ clientPort }) => clientPort)
    for (const port of ports) expect(uses.filter(used => used === port).length).toBeLessThanOrEqual(128)
    const ids = server.queries.map(({ id }) => id)
    expect(new Set(ids).size).toBeGreaterThan(1900)
    const successors = ids.filter((id, i) => id === (((ids[i - 1] ?? 0) + 1) & 0xffff))
    expect(successors.length).toBeLessThan(20)
  })

  it('loses nothing of a burst far larger than a receive buffer', async () => {
    const server = await serve({})
    const client = clientOf([server.address], { timeoutsMs: [5000], deadlineMs: 15_000 })
    const answers = await Promise.all(
      Array.from({ length: 3000 }, (_, i) => client.lookup(`h${i}.test`, 'A')),
    )
    expect(answers.filter(({ kind }) => kind !== 'no-name')).toEqual([])
    expect(client.stats()).toMatchObject({ retries: 0, queriesSent: 3000 })
  })

  it('ignores what does not fit and waits on: wrong id, wrong question, a query, garbage', async () => {
    const forged = (query: Buffer, change: (message: ReturnType<typeof decode>) => object) => {
      const message = decode(query)
      const answer = {
        type: 'response' as const,
        id: message.id ?? 0,
        questions: message.questions ?? [],
        answers: [a('x.test', '192.0.2.66')],
      }
      return encode({ ...answer, ...change(message) })
    }
    const server = await serve({
      'x.test A': {
        raw: query => [
          Buffer.alloc(0),
          Buffer.of(1),
          Buffer.from('GET / HTTP/1.0\r\n\r\n'),
          query,
          forged(query, message => ({ id: (message.id ?? 0) ^ 1 })),
          forged(query, () => ({ questions: [{ name: 'y.test', type: 'A' as const }] })),
          forged(query, () => ({ questions: [{ name: 'x.test', type: 'AAAA' as const }] })),
          forged(query, () => ({ answers: [a('x.test', '192.0.2.1')] })),
        ],
      },
    })
    const client = clientOf([server.address])
    expect(await client.lookup('x.test', 'A')).toMatchObject({ records: ['192.0.2.1'] })
    expect(client.stats()).toMatchObject({ queriesSent: 1, unexpected: 7 })
  })

  it('hears nobody but the address and port that was asked', async () => {
    const stranger = createSocket('udp4')
    cleanups.push(() => stranger.close())
    const server = await serve({ 'x.test A': { ...good['x.test A'], delayMs: 60 } })
    server.udp.on('message', (query, peer) => {
      const { id, questions } = decode(query)
      const lie = encode({
        type: 'response',
        id: id ?? 0,
        questions: questions ?? [],
        answers: [a('x.test', '192.0.2.66')],
      })
      stranger.send(lie, peer.port, peer.address)
    })
    const client = clientOf([server.address])
    expect(await client.lookup('x.test', 'A')).toMatchObject({ records: ['192.0.2.1'] })
    expect(client.stats()).toMatchObject({ unexpected: 0, queriesSent: 1 })
  })

  it('asks again after silence, from what is another port or id', async () => {
    const server = await serve({ 'x.test A': asked => (asked < 2 ? { drop: true } : good['x.test A']) })
    const client = clientOf([server.address], { timeoutsMs: [40] })
    expect(await client.lookup('x.test', 'A')).toMatchObject({ kind: 'records' })
    expect(new Set(server.queries.map(({ id, clientPort }) => `${id} ${clientPort}`)).size).toBe(3)
    expect(client.stats()).toMatchObject({ timeouts: 2, retries: 2, failovers: 0 })
  })

  it('gives up after its tries, and within its deadline', async () => {
    const server = await serve({ 'x.test A': { drop: true } })
    const client = clientOf([server.address], { timeoutsMs: [30] })
    expect(await client.lookup('x.test', 'A')).toMatchObject({ kind: 'failure', code: 'dns/timeout' })
    expect(server.queries).toHaveLength(3)
    const hasty = clientOf([server.address], { timeoutsMs: [10_000], deadlineMs: 50 })
    expect(await hasty.lookup('x.test', 'A')).toMatchObject({ kind: 'failure', code: 'dns/timeout' })
    expect(server.queries).toHaveLength(4)
  })

  it('learns at once that nobody listens', async () => {
    const server = await startDnsTestServer()
    await server.close()
    const client = clientOf([server.address], { timeoutsMs: [60_000], deadlineMs: 60_000 })
    expect(await client.lookup('x.test', 'A')).toMatchObject({ kind: 'failure', code: 'dns/unreachable' })
  })
})

describe('an answer that is broken after a right id and question', () => {
  const pointing = (query: Buffer, data: readonly number[]) => {
    const head = Buffer.from(query.subarray(0, query.length - 11))
    head.writeUInt16BE(0x81a0, 2)
    head.writeUInt16BE(1, 6)
    head.writeUInt16BE(0, 10)
    return Buffer.concat([head, Buffer.from(data)])
  }

  it.each<[string, readonly number[]]>([
    ['a name that points at itself', [0xc0, 24, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 192, 0, 2, 1]],
    ['an alias that points at itself', [0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 1, 0, 2, 0xc0, 36]],
    ['data longer than the message', [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0xff, 0xff, 192]],
    ['nothing where a record was promised', []],
  ])('is a failed try and no crash: %s', async (_, data) => {
    const server = await serve({ 'x.test A': { raw: query => [pointing(query, data)] } })
    const client = clientOf([server.address], { tries: 2 })
    expect(await client.lookup('x.test', 'A')).toMatchObject({ kind: 'failure', code: 'dns/malformed' })
    expect(server.queries).toHaveLength(2)
  })

  it('never crashes the client whatever bytes follow', async () => {
    let tail: Uint8Array = new Uint8Array()
    const zone: TestZone = {}
    const server = await serve(zone)
    const client = clientOf([server.address], { tries: 1, failureSeconds: 0 })
    let number = 0
    const answerWith = (counts: readonly number[]) => (query: Buffer) => {
      const message = pointing(query, [...tail])
      for (const [i, count] of counts.entries()) message.writeUInt16BE(count, 6 + 2 * i)
      return [message]
    }
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.tuple(fc.nat(4), fc.nat(4), fc.nat(4)),
        async (bytes, counts) => {
          tail = bytes
          const name = `r${number}.test`
          number += 1
          zone[`${name} TXT`] = { raw: answerWith(counts) }
          const answer = await client.lookup(name, 'TXT')
          expect(['records', 'no-data', 'failure']).toContain(answer.kind)
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('TCP', () => {
  const long = {
    answers: [
      txt(
        'x.test',
        Array.from({ length: 40 }, () => 'y'.repeat(200)),
      ),
    ],
  }

  it('takes over where an answer by UDP is truncated', async () => {
    const server = await serve({ 'x.test TXT': { ...long, truncated: true } })
    const client = clientOf([server.address])
    expect(await client.lookup('x.test', 'TXT')).toMatchObject({
      records: ['y'.repeat(8000)],
      dnssec: 'secure',
    })
    expect(server.queries.map(({ transport }) => transport)).toEqual(['udp', 'tcp'])
    expect(client.stats()).toMatchObject({ truncated: 1, retries: 0 })
  })

  it('alone is used by tcp://, one connection for many questions, answers in any order', async () => {
    const server = await serve({
      'slow.test A': { ...good['x.test A'], delayMs: 80, answers: [a('slow.test', '192.0.2.9')] },
      ...good,
    })
    const client = clientOf([`tcp://${server.address}`], { timeoutsMs: [2000] })
    const order: string[] = []
    await Promise.all(
      ['slow.test', 'x.test'].map(async name => {
        expect(await client.lookup(name, 'A')).toMatchObject({ kind: 'records' })
        order.push(name)
      }),
    )
    expect(order).toEqual(['x.test', 'slow.test'])
    expect(server.connections()).toBe(1)
    expect(server.queries.every(({ transport }) => transport === 'tcp')).toBe(true)
  })

  it('asks once more what a closed idle connection cut off', async () => {
    const server = await serve({
      'y.test A': asked => ({ answers: [a('y.test', '192.0.2.2')], drop: asked === 0 }),
      ...good,
    })
    const client = clientOf([`tcp://${server.address}`], { tries: 1, timeoutsMs: [2000] })
    await client.lookup('x.test', 'A')
    const pending = client.lookup('y.test', 'A')
    while (server.queries.length < 2) await new Promise(resolve => setTimeout(resolve, 5))
    server.dropConnections()
    expect(await pending).toMatchObject({ kind: 'records' })
    expect(server.connections()).toBe(2)
  })

  it('fails the try where a first connection is cut without an answer', async () => {
    const server = await serve({ 'x.test A': { drop: true } })
    const client = clientOf([`tcp://${server.address}`], { tries: 1, timeoutsMs: [2000] })
    const pending = client.lookup('x.test', 'A')
    while (server.queries.length < 1) await new Promise(resolve => setTimeout(resolve, 5))
    server.dropConnections()
    expect(await pending).toMatchObject({ kind: 'failure', code: 'dns/unreachable' })
  })

  it('does not take an answer to another question', async () => {
    const server = await serve({
      'x.test A': {
        raw: query => [
          encode({ type: 'response', id: decode(query).id ?? 0, questions: [{ name: 'y.test', type: 'A' }] }),
        ],
      },
    })
    const client = clientOf([`tcp://${server.address}`], { tries: 1 })
    expect(await client.lookup('x.test', 'A')).toMatchObject({ kind: 'failure', code: 'dns/unreachable' })
  })
})

describe('DNS over TLS', () => {
  it('asks only who proves to be the named resolver', async () => {
    const tls = await makeThrowawayCertificate('dns.example.net')
    const server = await serve(good, { tls })
    const trusting = { certificateAuthorities: [tls.cert], timeoutsMs: [2000] }
    const client = clientOf([`tls://${server.address}#dns.example.net`], trusting)
    expect(await client.lookup('x.test', 'A')).toMatchObject({ kind: 'records', dnssec: 'secure' })
    await Promise.all(Array.from({ length: 20 }, (_, i) => client.lookup(`h${i}.test`, 'A')))
    expect(server.connections()).toBe(1)
    const asked = server.queries.length

    const refused = [
      clientOf([`tls://${server.address}#other.example.net`], trusting),
      clientOf([`tls://${server.address}`], trusting),
      clientOf([`tls://${server.address}#dns.example.net`], { timeoutsMs: [2000] }),
    ]
    for (const stranger of refused)
      expect(await stranger.lookup('x.test', 'A')).toMatchObject({ kind: 'failure', code: 'dns/unreachable' })
    expect(server.queries).toHaveLength(asked)
  })
})

describe('several resolvers', () => {
  it('are asked in order, the next where one is silent, and the silent one is passed by from then on', async () => {
    const silent = await serve({
      'x.test A': { drop: true },
      'y.test A': { drop: true },
      'z.test A': { drop: true },
    })
    const answers = (name: string) => ({ answers: [a(name, '192.0.2.1')] })
    const second = await serve({
      'x.test A': answers('x.test'),
      'y.test A': answers('y.test'),
      'z.test A': answers('z.test'),
    })
    const client = clientOf([silent.address, second.address], { timeoutsMs: [40] })
    for (const name of ['x.test', 'y.test', 'z.test'])
      expect(await client.lookup(name, 'A')).toMatchObject({ kind: 'records', resolver: second.address })
    expect(silent.asked()).toEqual(['x.test A', 'y.test A'])
    expect(client.stats()).toMatchObject({ failovers: 2, timeouts: 2 })
  })

  it.each(['SERVFAIL', 'REFUSED'] as const)('are each asked once where the first says %s', async rcode => {
    const first = await serve({ 'x.test A': { rcode } })
    const second = await serve(good)
    expect(await clientOf([first.address, second.address]).lookup('x.test', 'A')).toMatchObject({
      kind: 'records',
    })
    expect(first.queries).toHaveLength(1)
    const both = await serve({ 'x.test A': { rcode } })
    expect(await clientOf([first.address, both.address]).lookup('x.test', 'A')).toMatchObject({
      kind: 'failure',
    })
    expect(both.queries).toHaveLength(1)
  })

  it('cannot turn bogus into an answer', async () => {
    const validating = await serve({ 'x.test A': { rcode: 'SERVFAIL', extendedError: 6 } })
    const careless = await serve({ 'x.test A': { ...good['x.test A'], ad: false } })
    const client = clientOf([validating.address, careless.address])
    expect(await client.lookup('x.test', 'A')).toMatchObject({ kind: 'failure', code: 'dns/bogus' })
    expect(careless.queries).toHaveLength(0)
  })

  it('do not include an untrusted one while the trusted one is silent: no secure name turns insecure', async () => {
    const trusted = await serve({ 'x.test A': { drop: true } })
    const elsewhere = await serve(good)
    const client = clientOf([trusted.address, `0.0.0.0:${elsewhere.port}`], { timeoutsMs: [30] })
    expect(await client.lookup('x.test', 'A')).toMatchObject({ kind: 'failure', code: 'dns/timeout' })
    expect(elsewhere.queries).toHaveLength(0)
  })

  it('tell the best informed of their failures', async () => {
    const first = await serve({ 'x.test A': { rcode: 'SERVFAIL' } })
    const second = await serve({ 'x.test A': { drop: true } })
    const client = clientOf([first.address, second.address], { timeoutsMs: [30] })
    expect(await client.lookup('x.test', 'A')).toMatchObject({ kind: 'failure', code: 'dns/servfail' })
  })
})

describe('proveValidation', () => {
  const signed = {
    '. SOA': {
      answers: [{ type: 'SOA' as const, name: '.', ttl: 60, data: { mname: 'ns.test', rname: 'h.test' } }],
    },
  }
  const bogusNames = ['bogus.test']

  it('finds a resolver that sets AD and refuses a bogus name', async () => {
    const server = await serve({ ...signed, 'bogus.test A': { rcode: 'SERVFAIL' } })
    expect(await clientOf([server.address], { bogusNames }).proveValidation()).toEqual([
      {
        state: 'validates',
        resolver: server.address,
        detail: expect.stringContaining('bogus.test refused as bogus'),
      },
    ])
  })

  it.each<[string, TestZone]>([
    ['no such name', {}],
    ['silence', { 'bogus.test A': { drop: true } }],
    ['an alias to nowhere', { 'bogus.test A': { answers: [cname('bogus.test', 'y.test')] } }],
  ])('takes %s about the bogus name for "unknown", not for "no"', async (_, zone) => {
    const server = await serve({ ...signed, ...zone })
    const [validation] = await clientOf([server.address], { bogusNames, deadlineMs: 200 }).proveValidation()
    expect(validation).toMatchObject({ state: 'validates', detail: expect.stringContaining('no bogus name') })
  })

  it('is not taken in by an AD bit on everything', async () => {
    const server = await serve({ ...signed, 'bogus.test A': { answers: [a('bogus.test', '192.0.2.1')] } })
    const [validation] = await clientOf([server.address], { bogusNames }).proveValidation()
    expect(validation).toMatchObject({
      state: 'does-not-validate',
      detail: expect.stringContaining('gives out'),
    })
  })

  it('tells apart no AD bit, no trust and no answer', async () => {
    const plain = await serve(signed, { ad: false })
    const failing = await serve({ '. SOA': { rcode: 'SERVFAIL' } })
    const [first] = await clientOf([plain.address]).proveValidation()
    expect(first).toMatchObject({
      state: 'does-not-validate',
      detail: expect.stringContaining('no AD bit'),
    })
    const good = await serve(signed)
    const [second] = await clientOf([`0.0.0.0:${good.port}`]).proveValidation()
    expect(second).toMatchObject({
      state: 'untrusted',
      detail: expect.stringContaining('nor declared trusted'),
    })
    const [third] = await clientOf([failing.address]).proveValidation()
    expect(third).toMatchObject({ state: 'unreachable', detail: expect.stringContaining('not known') })
  })

  it('sums up to "on" with one that validates, to "off" only when every one was asked', () => {
    const found = (state: 'validates' | 'does-not-validate' | 'untrusted' | 'unreachable') => ({
      state,
      resolver: '127.0.0.1:53',
      detail: `It ${state}.`,
    })
    const sum = (...states: Parameters<typeof found>[0][]) => summarizeValidation(states.map(found)).dane
    expect(sum('untrusted', 'validates', 'unreachable')).toBe('on')
    expect(sum('untrusted', 'unreachable')).toBe('unknown')
    expect(sum('untrusted', 'does-not-validate')).toBe('off')
    expect(summarizeValidation([found('untrusted')]).detail).toBe('DANE is off. It untrusted.')
  })

  it('takes a resolver found wanting out of use while another validates', async () => {
    const plain = await serve({ ...signed, ...good }, { ad: false })
    const validating = await serve({ ...signed, ...good, 'bogus.test A': { rcode: 'SERVFAIL' } })
    const client = clientOf([plain.address, validating.address], { bogusNames })
    expect((await client.proveValidation()).map(({ state }) => state)).toEqual([
      'does-not-validate',
      'validates',
    ])
    expect(await client.lookup('x.test', 'A')).toMatchObject({
      resolver: validating.address,
      dnssec: 'secure',
    })
  })
})
