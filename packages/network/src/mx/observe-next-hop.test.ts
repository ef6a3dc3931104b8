import type { DomainName } from '@sternpost/protocol'
import { afterEach, describe, expect, it } from 'vitest'
import { createDnsClient } from '../dns/dns-client.ts'
import {
  a,
  aaaa,
  cname,
  type DnsTestServer,
  mx,
  startDnsTestServer,
  type TestReply,
  type TestZone,
  tlsa,
} from '../dns/testing/dns-test-server.ts'
import { MAX_MX_HOSTS, type NextHop, observeNextHop } from './observe-next-hop.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const daneEe = [3, 1, 1] as const
const servfail: TestReply = { rcode: 'SERVFAIL' }

async function observe(zone: TestZone, nextHop: Partial<NextHop> = {}) {
  const server: DnsTestServer = await startDnsTestServer(zone)
  cleanups.push(() => server.close())
  const client = createDnsClient({ servers: [server.address], timeoutsMs: [1000], tries: 1 })
  cleanups.push(() => client.close())
  const hop: NextHop = { domain: 'example.test' as DomainName, port: 25, bracketed: false, ...nextHop }
  const { observation, ttlSeconds } = await observeNextHop(client, hop)
  const hosts = 'hosts' in observation ? observation.hosts : []
  return { observation, ttlSeconds, hosts, host: hosts[0], asked: server.asked() }
}

function mxOf(...exchanges: readonly string[]): TestReply {
  return { answers: exchanges.map((exchange, i) => mx('example.test', 10 * (i + 1), exchange)) }
}

function signedHost(name: string): TestZone {
  return {
    [`${name} A`]: { answers: [a(name, '192.0.2.1')] },
    [`_25._tcp.${name} TLSA`]: { answers: [tlsa(`_25._tcp.${name}`, daneEe)] },
  }
}

function unsigned(reply: TestReply): TestReply {
  return { ...reply, ad: false }
}

describe('the route', () => {
  it('is the MX hosts by preference, each once, with the status of the MX answer', async () => {
    const answers = [
      mx('example.test', 20, 'b.test'),
      mx('example.test', 10, 'A.test'),
      mx('example.test', 30, 'a.test'),
      mx('example.test', 15, '_under.score.test'),
    ]
    for (const ad of [true, false]) {
      const { observation, hosts } = await observe({ 'example.test MX': { answers, ad } })
      expect(observation).toMatchObject({
        route: 'mx',
        mxDnssec: ad ? 'secure' : 'insecure',
        nextHopDomain: 'example.test',
      })
      expect(hosts.map(({ mxHost, preference }) => [mxHost, preference])).toEqual([
        ['a.test', 10],
        ['_under.score.test', 15],
        ['b.test', 20],
      ])
    }
  })

  it('is the domain itself where a denial says there is no MX, with the status of the denial', async () => {
    const signed = await observe({ ...signedHost('example.test') })
    expect(signed.observation).toMatchObject({ route: 'implicit-mx', mxDnssec: 'secure' })
    expect(signed.host).toMatchObject({ mxHost: 'example.test', preference: 0, tlsa: { kind: 'secure' } })
    const plain = await observe({ ...signedHost('example.test'), 'example.test MX': { ad: false } })
    expect(plain.observation).toMatchObject({ route: 'implicit-mx', mxDnssec: 'insecure' })
  })

  it('is nowhere for NXDOMAIN and for null MX, and nothing further is asked', async () => {
    const gone = await observe({})
    expect(gone.observation).toEqual({ route: 'no-name', nextHopDomain: 'example.test', port: 25 })
    expect(gone.asked).toEqual(['example.test MX'])
    const refused = await observe({ 'example.test MX': { answers: [mx('example.test', 0, '.')] } })
    expect(refused.observation).toEqual({ route: 'null-mx', nextHopDomain: 'example.test', port: 25 })
    expect(refused.asked).toEqual(['example.test MX'])
  })

  it.each<[string, TestReply, string]>([
    ['SERVFAIL', servfail, 'dns/servfail'],
    ['bogus', { rcode: 'SERVFAIL', extendedError: 6 }, 'dns/bogus'],
    ['a loop', { answers: [cname('example.test', 'example.test')] }, 'dns/alias-loop'],
  ])('is unknown when the MX lookup ends in %s', async (_, reply, code) => {
    const { observation, ttlSeconds } = await observe({ 'example.test MX': reply })
    expect(observation).toMatchObject({ route: 'failure', reason: expect.stringContaining(code) })
    expect(ttlSeconds).toBe(30)
  })

  it('follows an alias of the domain, insecure where one link is', async () => {
    const zone = (ad: boolean): TestZone => ({
      'example.test MX': { answers: [cname('example.test', 'real.test')], ad },
      'real.test MX': { answers: [mx('real.test', 1, 'mx.test')] },
    })
    expect((await observe(zone(true))).observation).toMatchObject({ route: 'mx', mxDnssec: 'secure' })
    expect((await observe(zone(false))).observation).toMatchObject({ route: 'mx', mxDnssec: 'insecure' })
  })

  it('leaves out what is no host name, and with it a null MX that is not alone', async () => {
    const { observation, hosts } = await observe({
      'example.test MX': mxOf(
        '192.0.2.1',
        '.',
        'bad\\\\name.test',
        '-x.test',
        'mx.test',
        `${'a'.repeat(63)}.test`,
      ),
    })
    expect(observation.route).toBe('mx')
    expect(hosts.map(({ mxHost }) => mxHost)).toEqual(['mx.test', `${'a'.repeat(63)}.test`])
    expect((await observe({ 'example.test MX': mxOf('192.0.2.1') })).observation).toMatchObject({
      route: 'mx',
      hosts: [],
    })
  })

  it('stays within its bound of hosts, the most preferred ones', async () => {
    const exchanges = Array.from({ length: MAX_MX_HOSTS + 20 }, (_, i) => `h${i}.test`)
    const { hosts } = await observe({ 'example.test MX': mxOf(...exchanges) })
    expect(hosts.map(({ mxHost }) => mxHost)).toEqual(exchanges.slice(0, MAX_MX_HOSTS))
  })

  it('of a bracketed host is the host, without MX lookup, at its port', async () => {
    const { observation, host, asked } = await observe(
      {
        'example.test A': { answers: [a('example.test', '192.0.2.1')] },
        '_587._tcp.example.test TLSA': { answers: [tlsa('_587._tcp.example.test', daneEe)] },
      },
      { bracketed: true, port: 587 },
    )
    expect(observation).toMatchObject({ route: 'no-mx-lookup', mxDnssec: 'secure', port: 587 })
    expect(host?.tlsa).toMatchObject({ kind: 'secure', tlsaBaseDomain: 'example.test' })
    expect(asked).not.toContain('example.test MX')
  })
})

describe('addresses', () => {
  const base = { 'example.test MX': mxOf('mx.test') }

  it.each<[string, TestReply | undefined, TestReply | undefined, object, string]>([
    [
      'one signed family is enough',
      unsigned({ answers: [a('mx.test', '192.0.2.1')] }),
      { answers: [aaaa('mx.test', '2001:db8::1')] },
      { kind: 'found', dnssec: 'secure' },
      'none',
    ],
    [
      'a failed family does not hide the other',
      servfail,
      { answers: [aaaa('mx.test', '2001:db8::1')] },
      { kind: 'found', dnssec: 'secure' },
      'none',
    ],
    [
      'a failed family does not hide an unsigned other',
      unsigned({ answers: [a('mx.test', '192.0.2.1')] }),
      servfail,
      { kind: 'found', dnssec: 'insecure' },
      'not-asked',
    ],
    [
      'both unsigned',
      unsigned({ answers: [a('mx.test', '192.0.2.1')] }),
      undefined,
      { kind: 'found', dnssec: 'insecure' },
      'not-asked',
    ],
    ['none in either', {}, {}, { kind: 'none' }, 'not-asked'],
    ['no such host', { rcode: 'NXDOMAIN' }, { rcode: 'NXDOMAIN' }, { kind: 'none' }, 'not-asked'],
    [
      'none in one and the other failed',
      {},
      servfail,
      { kind: 'failure', reason: expect.stringContaining('mx.test AAAA') },
      'not-asked',
    ],
    [
      'both failed',
      servfail,
      servfail,
      { kind: 'failure', reason: expect.stringContaining('mx.test A:') },
      'not-asked',
    ],
  ])('%s', async (_, v4, v6, addresses, tlsaKind) => {
    const { host, asked } = await observe({
      ...base,
      ...(v4 && { 'mx.test A': v4 }),
      'mx.test AAAA': v6 ?? {},
    })
    expect(host?.addresses).toMatchObject(addresses)
    expect(host?.tlsa.kind).toBe(tlsaKind)
    // Servers of unsigned zones fail on unusual types (RFC 7672 §2.2.2): no TLSA, and no CNAME without an alias.
    // Both families are asked at once and a lost packet is asked again, so neither order nor number is looked at.
    if (tlsaKind === 'not-asked')
      expect(new Set(asked)).toEqual(new Set(['example.test MX', 'mx.test A', 'mx.test AAAA']))
  })
})

describe('TLSA records', () => {
  const base = { 'example.test MX': mxOf('mx.test') }

  it('stand under the host where it is no alias', async () => {
    const { host } = await observe({ ...base, ...signedHost('mx.test') })
    expect(host).toMatchObject({
      addresses: { kind: 'found', dnssec: 'secure', canonicalName: 'mx.test' },
      tlsa: {
        kind: 'secure',
        tlsaBaseDomain: 'mx.test',
        records: [{ usage: 'DANE-EE', selector: 'SPKI', matchingType: 'SHA2-256' }],
      },
    })
  })

  it('count also where none is usable: that still makes TLS mandatory', async () => {
    const zone = signedHost('mx.test')
    zone['_25._tcp.mx.test TLSA'] = { answers: [tlsa('_25._tcp.mx.test', [0, 0, 1])] }
    const { host } = await observe({ ...base, ...zone })
    expect(host?.tlsa).toMatchObject({ kind: 'secure', records: [{ usage: 'PKIX-TA' }] })
  })

  it.each<[string, TestReply, string]>([
    ['unsigned', unsigned({ answers: [tlsa('_25._tcp.mx.test', daneEe)] }), 'none'],
    ['denied', {}, 'none'],
    ['failing', servfail, 'failure'],
    ['bogus', { rcode: 'SERVFAIL', extendedError: 6 }, 'failure'],
    ['refused', { rcode: 'REFUSED' }, 'failure'],
    [
      'an alias to signed ones',
      { answers: [cname('_25._tcp.mx.test', 'x.test'), tlsa('x.test', daneEe)] },
      'secure',
    ],
    [
      'an alias with an unsigned link',
      unsigned({ answers: [cname('_25._tcp.mx.test', 'x.test'), tlsa('x.test', daneEe)] }),
      'none',
    ],
    ['an alias to nowhere', { rcode: 'NXDOMAIN', answers: [cname('_25._tcp.mx.test', 'x.test')] }, 'none'],
    ['an alias in a loop', { answers: [cname('_25._tcp.mx.test', '_25._tcp.mx.test')] }, 'failure'],
  ])('that are %s', async (_, reply, kind) => {
    const { host } = await observe({ ...base, ...signedHost('mx.test'), '_25._tcp.mx.test TLSA': reply })
    expect(host?.tlsa.kind).toBe(kind)
    // An alias of the TLSA name does not change the base domain (RFC 7672 §2.2.3).
    if (host?.tlsa.kind === 'secure') expect(host.tlsa.tlsaBaseDomain).toBe('mx.test')
  })

  describe('of a host that is an alias', () => {
    const alias = {
      answers: [cname('mx.test', 'mid.test'), cname('mid.test', 'end.test'), a('end.test', '192.0.2.1')],
    }
    const at = (name: string): TestZone => ({
      [`_25._tcp.${name} TLSA`]: { answers: [tlsa(`_25._tcp.${name}`, daneEe)] },
    })

    it('are taken from the expanded name first', async () => {
      const { host, asked } = await observe({
        ...base,
        'mx.test A': alias,
        ...at('end.test'),
        ...at('mx.test'),
      })
      expect(host).toMatchObject({
        mxHost: 'mx.test',
        addresses: { dnssec: 'secure', canonicalName: 'end.test' },
        tlsa: { kind: 'secure', tlsaBaseDomain: 'end.test' },
      })
      expect(asked).not.toContain('_25._tcp.mx.test TLSA')
    })

    it.each<[string, TestZone]>([
      ['has none', {}],
      [
        'has unsigned ones',
        { '_25._tcp.end.test TLSA': unsigned({ answers: [tlsa('_25._tcp.end.test', daneEe)] }) },
      ],
    ])('are taken from the original name where the expanded one %s', async (_, zone) => {
      const { host } = await observe({ ...base, 'mx.test A': alias, ...at('mx.test'), ...zone })
      expect(host?.tlsa).toMatchObject({ kind: 'secure', tlsaBaseDomain: 'mx.test' })
    })

    it('are never taken from a name in between', async () => {
      const { host, asked } = await observe({ ...base, 'mx.test A': alias, ...at('mid.test') })
      expect(host?.tlsa).toEqual({ kind: 'none' })
      expect(asked).not.toContain('_25._tcp.mid.test TLSA')
    })

    it('are not taken from the original name when those of the expanded one cannot be looked up', async () => {
      const { host } = await observe({
        ...base,
        'mx.test A': alias,
        ...at('mx.test'),
        '_25._tcp.end.test TLSA': servfail,
      })
      expect(host?.tlsa).toMatchObject({
        kind: 'failure',
        reason: expect.stringContaining('_25._tcp.end.test TLSA'),
      })
    })

    it('with unsigned addresses are taken from the original name if the alias itself is signed', async () => {
      const { host, asked } = await observe({
        ...base,
        'mx.test A': unsigned(alias),
        'mx.test CNAME': { answers: [cname('mx.test', 'mid.test')] },
        ...at('mx.test'),
        ...at('end.test'),
      })
      expect(host).toMatchObject({
        addresses: { kind: 'found', dnssec: 'insecure' },
        tlsa: { kind: 'secure', tlsaBaseDomain: 'mx.test' },
      })
      expect(asked).not.toContain('_25._tcp.end.test TLSA')
    })

    it.each<[string, TestReply, string]>([
      ['unsigned', unsigned({ answers: [cname('mx.test', 'mid.test')] }), 'not-asked'],
      ['gone by then', {}, 'not-asked'],
      ['not to be looked up', servfail, 'failure'],
    ])('with unsigned addresses are not asked for if the alias is %s', async (_, reply, kind) => {
      const { host, asked } = await observe({
        ...base,
        'mx.test A': unsigned(alias),
        'mx.test CNAME': reply,
        ...at('mx.test'),
      })
      expect(host?.tlsa.kind).toBe(kind)
      expect(asked.filter(question => question.endsWith('TLSA'))).toEqual([])
    })
  })

  it('are absent, not failing, where the name with port and protocol would be too long', async () => {
    const long = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(50)}.test`
    const { host } = await observe({
      'example.test MX': mxOf(long),
      [`${long} A`]: { answers: [a(long, '192.0.2.1')] },
    })
    expect(host?.tlsa).toEqual({ kind: 'none' })
  })
})

describe('the DANE table: what each case looks like before it is decided', () => {
  const kinds = ({ hosts }: Awaited<ReturnType<typeof observe>>) =>
    hosts.map(({ addresses, tlsa: records }) => [
      addresses.kind === 'found' ? addresses.dnssec : addresses.kind,
      records.kind,
    ])
  const two = mxOf('one.test', 'two.test')

  it.each<[string, TestZone, 'secure' | 'insecure', string[][]]>([
    [
      'all signed, all with TLSA',
      { 'example.test MX': two, ...signedHost('one.test'), ...signedHost('two.test') },
      'secure',
      [
        ['secure', 'secure'],
        ['secure', 'secure'],
      ],
    ],
    [
      'one of two hosts without TLSA',
      {
        'example.test MX': two,
        ...signedHost('one.test'),
        'two.test A': { answers: [a('two.test', '192.0.2.2')] },
      },
      'secure',
      [
        ['secure', 'secure'],
        ['secure', 'none'],
      ],
    ],
    [
      'MX unsigned, host signed with TLSA',
      { 'example.test MX': unsigned(mxOf('one.test')), ...signedHost('one.test') },
      'insecure',
      [['secure', 'secure']],
    ],
    [
      'second host A SERVFAIL',
      { 'example.test MX': two, ...signedHost('one.test'), 'two.test A': servfail },
      'secure',
      [
        ['secure', 'secure'],
        ['failure', 'not-asked'],
      ],
    ],
    [
      'MX unsigned, no TLSA, second host A SERVFAIL',
      {
        'example.test MX': unsigned(two),
        'one.test A': unsigned({ answers: [a('one.test', '192.0.2.1')] }),
        'two.test A': servfail,
      },
      'insecure',
      [
        ['insecure', 'not-asked'],
        ['failure', 'not-asked'],
      ],
    ],
    [
      'second host TLSA SERVFAIL',
      {
        'example.test MX': two,
        ...signedHost('one.test'),
        ...signedHost('two.test'),
        '_25._tcp.two.test TLSA': servfail,
      },
      'secure',
      [
        ['secure', 'secure'],
        ['secure', 'failure'],
      ],
    ],
    [
      'A unsigned where TLSA would SERVFAIL',
      {
        'example.test MX': mxOf('one.test'),
        'one.test A': unsigned({ answers: [a('one.test', '192.0.2.1')] }),
        '_25._tcp.one.test TLSA': servfail,
      },
      'secure',
      [['insecure', 'not-asked']],
    ],
    [
      'a second host without addresses',
      { 'example.test MX': two, ...signedHost('one.test'), 'two.test A': {} },
      'secure',
      [
        ['secure', 'secure'],
        ['none', 'not-asked'],
      ],
    ],
  ])('%s', async (_, zone, mxDnssec, expected) => {
    const seen = await observe(zone)
    expect(seen.observation).toMatchObject({ route: 'mx', mxDnssec })
    expect(kinds(seen)).toEqual(expected)
  })
})

describe('the TTL of an observation', () => {
  it('is the least of all answers used', async () => {
    const { ttlSeconds } = await observe({
      'example.test MX': { answers: [mx('example.test', 1, 'mx.test', 900)] },
      'mx.test A': { answers: [a('mx.test', '192.0.2.1', 800)] },
      '_25._tcp.mx.test TLSA': { answers: [tlsa('_25._tcp.mx.test', daneEe, 200)] },
      'mx.test AAAA': { answers: [aaaa('mx.test', '2001:db8::1', 700)] },
    })
    expect(ttlSeconds).toBe(200)
  })

  it('is that of the denial for an unsigned host, whose TLSA records are not asked for', async () => {
    const { ttlSeconds } = await observe({
      'example.test MX': { answers: [mx('example.test', 1, 'mx.test', 900)] },
      'mx.test A': unsigned({ answers: [a('mx.test', '192.0.2.1', 800)] }),
    })
    expect(ttlSeconds).toBe(300)
  })

  it('is short while a failed lookup could change the outcome, and not shortened by one that could not', async () => {
    const zone = (v4: TestReply): TestZone => ({
      'example.test MX': { answers: [mx('example.test', 1, 'mx.test', 900)] },
      'mx.test A': v4,
      'mx.test AAAA': servfail,
      '_25._tcp.mx.test TLSA': { answers: [tlsa('_25._tcp.mx.test', daneEe, 500)] },
    })
    expect((await observe(zone({ answers: [a('mx.test', '192.0.2.1', 800)] }))).ttlSeconds).toBe(500)
    expect((await observe(zone(unsigned({ answers: [a('mx.test', '192.0.2.1', 800)] })))).ttlSeconds).toBe(30)
    expect((await observe(zone({}))).ttlSeconds).toBe(30)
  })
})
