import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createDnsClient, type DnsClientOptions } from './dns-client.ts'
import {
  a,
  aaaa,
  cname,
  type DnsTestServer,
  type DnsTestServerOptions,
  mx,
  soa,
  startDnsTestServer,
  type TestZone,
  tlsa,
  txt,
} from './testing/dns-test-server.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function serve(zone: TestZone, options: DnsTestServerOptions = {}): Promise<DnsTestServer> {
  const server = await startDnsTestServer(zone, options)
  cleanups.push(() => server.close())
  return server
}

function clientOf(servers: readonly DnsTestServer[], options: DnsClientOptions = {}) {
  const client = createDnsClient({
    servers: servers.map(({ address }) => address),
    timeoutsMs: [150, 300],
    deadlineMs: 3000,
    ...options,
  })
  cleanups.push(() => client.close())
  return client
}

async function setUp(zone: TestZone, options: DnsClientOptions = {}) {
  const server = await serve(zone)
  return { server, client: clientOf([server], options) }
}

describe('lookup', () => {
  it('gives out every type with its data, whoever wrote the message', async () => {
    const { client } = await setUp({
      'x.test A': { answers: [a('x.test', '192.0.2.1'), a('x.test', '192.0.2.2')] },
      'x.test AAAA': { answers: [aaaa('x.test', '2001:db8::1')] },
      'x.test MX': { answers: [mx('x.test', 10, 'mx.x.test')] },
      '_mta-sts.x.test TXT': { answers: [txt('_mta-sts.x.test', ['v=STSv1; ', 'id=1;'])] },
      '_25._tcp.x.test TLSA': { answers: [tlsa('_25._tcp.x.test', [3, 1, 1])] },
    })
    expect(await client.lookup('x.test', 'A')).toMatchObject({ records: ['192.0.2.1', '192.0.2.2'] })
    expect(await client.lookup('x.test', 'AAAA')).toMatchObject({ records: ['2001:db8::1'] })
    expect(await client.lookup('x.test', 'MX')).toMatchObject({
      records: [{ preference: 10, exchange: 'mx.x.test' }],
    })
    expect(await client.lookup('_mta-sts.x.test', 'TXT')).toMatchObject({ records: ['v=STSv1; id=1;'] })
    expect(await client.lookup('_25._tcp.x.test', 'TLSA')).toMatchObject({
      records: [{ usage: 'DANE-EE', selector: 'SPKI', matchingType: 'SHA2-256' }],
    })
  })

  it('tells absence of a type from absence of a name, each with its DNSSEC status', async () => {
    const { client } = await setUp({
      'x.test A': { answers: [a('x.test', '192.0.2.1')] },
      'u.test A': { ad: false },
      'no.test A': { rcode: 'NXDOMAIN', ad: false },
    })
    expect(await client.lookup('x.test', 'MX')).toMatchObject({
      kind: 'no-data',
      dnssec: 'secure',
      ttlSeconds: 300,
    })
    expect(await client.lookup('u.test', 'A')).toMatchObject({ kind: 'no-data', dnssec: 'insecure' })
    expect(await client.lookup('gone.test', 'MX')).toMatchObject({ kind: 'no-name', dnssec: 'secure' })
    expect(await client.lookup('no.test', 'A')).toMatchObject({ kind: 'no-name', dnssec: 'insecure' })
  })

  it('asks for one name however it is spelled', async () => {
    const { client, server } = await setUp({ 'x.test A': { answers: [a('x.test', '192.0.2.1')] } })
    await client.lookup('X.Test.', 'A')
    await client.lookup('x.test', 'A')
    expect(server.asked()).toEqual(['x.test A'])
  })

  it.each([
    ['a label of 64 bytes', `${'a'.repeat(64)}.test`],
    ['254 characters', `${'a.'.repeat(126)}aa`],
    ['nothing', ''],
    ['a letter that folds into ASCII', '\u212A.test'],
    ['a NUL', 'a\0.test'],
  ])('fails with dns/name, unasked, for %s', async (_, name) => {
    const { client, server } = await setUp({})
    expect(await client.lookup(name, 'A')).toMatchObject({ kind: 'failure', code: 'dns/name' })
    expect(server.queries).toHaveLength(0)
  })

  it('never rejects after close, and close ends what is under way', async () => {
    const { client } = await setUp({ 'x.test A': { drop: true } })
    const pending = client.lookup('x.test', 'A')
    client.close()
    expect(await pending).toMatchObject({ kind: 'failure', code: 'dns/unreachable' })
    expect(await client.lookup('y.test', 'A')).toMatchObject({ kind: 'failure', code: 'dns/unreachable' })
  })

  it('throws a RangeError that says what is wrong with a server', () => {
    expect(() => createDnsClient({ servers: ['dns.example.net'] })).toThrow(/by IP address/)
  })
})

describe('the AD bit', () => {
  const zone = { 'x.test A': { answers: [a('x.test', '192.0.2.1')] } }

  it('counts from a resolver on this machine', async () => {
    const { client } = await setUp(zone)
    expect(await client.lookup('x.test', 'A')).toMatchObject({ dnssec: 'secure' })
  })

  it('means insecure where it is missing', async () => {
    const server = await serve(zone, { ad: false })
    expect(await clientOf([server]).lookup('x.test', 'A')).toMatchObject({ dnssec: 'insecure' })
  })

  it('does not count from elsewhere unless declared trusted', async () => {
    // 0.0.0.0 is no loopback address by its looks, yet the kernel brings what is sent there to this machine.
    const server = await serve(zone)
    const servers = [`0.0.0.0:${server.port}`]
    expect(await clientOf([], { servers }).lookup('x.test', 'A')).toMatchObject({
      kind: 'records',
      dnssec: 'insecure',
    })
    const declared = clientOf([], { servers, trustAd: 'always' })
    expect(await declared.lookup('x.test', 'A')).toMatchObject({ kind: 'records', dnssec: 'secure' })
  })

  it.each([6, 7, 8, 9, 10, 11, 12])(
    'is not needed for bogus: SERVFAIL with extended error %i says so',
    async code => {
      const { client, server } = await setUp({ 'x.test A': { rcode: 'SERVFAIL', extendedError: code } })
      expect(await client.lookup('x.test', 'A')).toMatchObject({
        kind: 'failure',
        code: 'dns/bogus',
        dnssec: 'bogus',
        message: expect.stringContaining(`extended error ${code} 'why'`),
      })
      expect(server.queries).toHaveLength(1)
    },
  )

  it.each([undefined, 0, 5, 22])(
    'does not make bogus of SERVFAIL with extended error %s',
    async extendedError => {
      const { client } = await setUp({
        'x.test A': { rcode: 'SERVFAIL', ...(extendedError === undefined ? {} : { extendedError }) },
      })
      expect(await client.lookup('x.test', 'A')).toMatchObject({
        code: 'dns/servfail',
        dnssec: 'indeterminate',
      })
    },
  )
})

describe('aliases', () => {
  it('are followed inside one answer, with the least TTL of the chain', async () => {
    const { client } = await setUp({
      'x.test A': {
        answers: [cname('x.test', 'Y.test', 50), cname('y.test', 'z.test', 10), a('z.test', '192.0.2.1', 90)],
      },
    })
    expect(await client.lookup('x.test', 'A')).toMatchObject({
      kind: 'records',
      records: ['192.0.2.1'],
      canonicalName: 'z.test',
      aliases: ['x.test', 'y.test'],
      ttlSeconds: 10,
      dnssec: 'secure',
    })
  })

  it('are chased by further questions, and one unsigned link makes all insecure', async () => {
    const zone = (first: boolean, second: boolean): TestZone => ({
      'x.test A': { answers: [cname('x.test', 'y.test', 50)], ad: first },
      'y.test A': { answers: [a('y.test', '192.0.2.1', 90)], ad: second },
    })
    for (const [first, second, dnssec] of [
      [true, true, 'secure'],
      [false, true, 'insecure'],
      [true, false, 'insecure'],
    ] as const) {
      const { client } = await setUp(zone(first, second))
      expect(await client.lookup('x.test', 'A')).toMatchObject({
        dnssec,
        canonicalName: 'y.test',
        aliases: ['x.test'],
        ttlSeconds: 50,
      })
    }
  })

  it('that dangle give the denial of their target', async () => {
    const { client, server } = await setUp({
      'x.test A': { rcode: 'NXDOMAIN', answers: [cname('x.test', 'gone.test')], authorities: [soa(300)] },
      'y.test TLSA': { answers: [cname('y.test', 'z.test')], authorities: [soa(300)] },
    })
    expect(await client.lookup('x.test', 'A')).toMatchObject({
      kind: 'no-name',
      canonicalName: 'gone.test',
      aliases: ['x.test'],
    })
    expect(await client.lookup('y.test', 'TLSA')).toMatchObject({ kind: 'no-data', canonicalName: 'z.test' })
    expect(server.queries).toHaveLength(2)
  })

  it.each<[string, TestZone]>([
    ['in one answer', { 'x.test A': { answers: [cname('x.test', 'y.test'), cname('y.test', 'x.test')] } }],
    [
      'over several',
      {
        'x.test A': { answers: [cname('x.test', 'y.test')] },
        'y.test A': { answers: [cname('y.test', 'x.test')] },
      },
    ],
    ['to themselves', { 'x.test A': { answers: [cname('x.test', 'x.test')] } }],
    [
      'without end',
      Object.fromEntries(
        Array.from({ length: 12 }, (_, i) => [
          `${i === 0 ? 'x' : `x${i}`}.test A`,
          { answers: [cname(`${i === 0 ? 'x' : `x${i}`}.test`, `x${i + 1}.test`)] },
        ]),
      ),
    ],
  ])('that loop %s are a failure', async (_, zone) => {
    const { client } = await setUp(zone)
    expect(await client.lookup('x.test', 'A')).toMatchObject({ kind: 'failure', code: 'dns/alias-loop' })
  })

  it('are data where they are asked for', async () => {
    const { client } = await setUp({ 'x.test CNAME': { answers: [cname('x.test', 'y.test')] } })
    expect(await client.lookup('x.test', 'CNAME')).toMatchObject({
      records: ['y.test'],
      aliases: [],
      canonicalName: 'x.test',
    })
  })

  it('lead nowhere through records of other names', async () => {
    const { client } = await setUp({
      'x.test A': { answers: [a('other.test', '192.0.2.66'), cname('other.test', 'x.test')] },
    })
    expect(await client.lookup('x.test', 'A')).toMatchObject({ kind: 'no-data', canonicalName: 'x.test' })
  })
})

describe('what is kept', () => {
  it('is given out with the TTL that is left, and not beyond it', async () => {
    let now = 1_700_000_000_000
    const { client, server } = await setUp(
      { 'x.test A': { answers: [a('x.test', '192.0.2.1', 60)] } },
      { now: () => now },
    )
    expect(await client.lookup('x.test', 'A')).toMatchObject({ ttlSeconds: 60, receivedAt: now })
    now += 45_000
    expect(await client.lookup('x.test', 'A')).toMatchObject({ ttlSeconds: 15, receivedAt: now - 45_000 })
    expect(server.queries).toHaveLength(1)
    now += 15_000
    await client.lookup('x.test', 'A')
    expect(server.queries).toHaveLength(2)
    expect(client.stats()).toMatchObject({ cacheHits: 1, cacheMisses: 2, queriesSent: 2 })
  })

  it('includes denials for their SOA minimum, but not without SOA', async () => {
    let now = 0
    const { client, server } = await setUp(
      { 'x.test A': { authorities: [soa(30)] }, 'y.test A': { authorities: [] } },
      { now: () => now },
    )
    expect(await client.lookup('x.test', 'A')).toMatchObject({ ttlSeconds: 30 })
    now = 29_000
    await client.lookup('x.test', 'A')
    expect(server.queries).toHaveLength(1)
    now = 30_000
    await client.lookup('x.test', 'A')
    expect(server.queries).toHaveLength(2)
    expect(await client.lookup('y.test', 'A')).toMatchObject({ kind: 'no-data', ttlSeconds: 0 })
    await client.lookup('y.test', 'A')
    expect(server.queries).toHaveLength(4)
  })

  it('includes failures for a few seconds', async () => {
    let now = 0
    const { client, server } = await setUp({ 'x.test A': { rcode: 'SERVFAIL' } }, { now: () => now })
    await client.lookup('x.test', 'A')
    now = 4999
    expect(await client.lookup('x.test', 'A')).toMatchObject({ kind: 'failure', receivedAt: 0 })
    expect(server.queries).toHaveLength(1)
    now = 5000
    await client.lookup('x.test', 'A')
    expect(server.queries).toHaveLength(2)
  })

  it('is passed over, and renewed, by a fresh lookup', async () => {
    const { client, server } = await setUp({
      'x.test TXT': asked => ({ answers: [txt('x.test', [`id=${asked}`])] }),
    })
    await client.lookup('x.test', 'TXT')
    expect(await client.lookup('x.test', 'TXT', { fresh: true })).toMatchObject({ records: ['id=1'] })
    expect(await client.lookup('x.test', 'TXT')).toMatchObject({ records: ['id=1'] })
    expect(server.queries).toHaveLength(2)
  })

  it('is shared by equal questions under way, also with TTL 0', async () => {
    const { client, server } = await setUp({
      'x.test A': { answers: [a('x.test', '192.0.2.1', 0)], delayMs: 20 },
    })
    const answers = await Promise.all(Array.from({ length: 50 }, () => client.lookup('x.test', 'A')))
    expect(answers.every(answer => answer.kind === 'records')).toBe(true)
    expect(server.queries).toHaveLength(1)
    expect(client.stats()).toMatchObject({ coalesced: 49 })
    await client.lookup('x.test', 'A')
    expect(server.queries).toHaveLength(2)
  })

  it('stays within its bound', async () => {
    const { client, server } = await setUp({}, { maxCachedAnswers: 1 })
    await client.lookup('x.test', 'A')
    await client.lookup('y.test', 'A')
    await client.lookup('x.test', 'A')
    expect(server.queries).toHaveLength(3)
  })
})

describe('resolv.conf', () => {
  it('is followed when it is replaced by rename, and what was kept is forgotten', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'resolv-'))
    cleanups.push(() => rm(directory, { recursive: true }))
    const path = join(directory, 'resolv.conf')
    await writeFile(
      path,
      '# made by hand\nnameserver 127.0.0.1\nnameserver fe80::1%eth0\nsearch example.com\n',
    )
    const changed = Promise.withResolvers<readonly string[]>()
    const client = createDnsClient({
      resolvConfPath: path,
      resolvConfPollMs: 20,
      onResolversChanged: changed.resolve,
    })
    cleanups.push(() => client.close())
    expect(client.resolvers()).toEqual(['127.0.0.1:53', '[fe80::1%eth0]:53'])

    // Gone, and then there but empty: the last list holds.
    await rename(path, `${path}.old`)
    await writeFile(path, '')
    await new Promise(resolve => setTimeout(resolve, 100))
    expect(client.resolvers()).toEqual(['127.0.0.1:53', '[fe80::1%eth0]:53'])

    await writeFile(`${path}.new`, 'nameserver 127.0.0.2\n')
    await rename(`${path}.new`, path)
    expect(await changed.promise).toEqual(['127.0.0.2:53'])
    expect(client.resolvers()).toEqual(['127.0.0.2:53'])
  })

  it('that is missing means 127.0.0.1', () => {
    const client = createDnsClient({ resolvConfPath: '/nonexistent/resolv.conf' })
    cleanups.push(() => client.close())
    expect(client.resolvers()).toEqual(['127.0.0.1:53'])
  })
})
