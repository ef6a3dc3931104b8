import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { connect } from 'node:net'
import { type DecodedPacket, decode, encode, type Packet } from 'dns-packet'
import { afterEach, expect, test } from 'vitest'
import { createDnsServer, type DnsServer } from './dns-server.ts'
import type { Endpoint } from './listener.ts'
import { type Zone, zone } from './zone.ts'

let server: DnsServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

async function serve(source: Zone): Promise<DnsServer> {
  server = await createDnsServer({ address: '127.0.0.1', port: 0, source })
  return server
}

const EXAMPLE = () =>
  zone({
    'example.test': { MX: ['10 mx.example.test', '20 mx2.example.test'], dnssec: 'secure', ttlSeconds: 77 },
    'mx.example.test': { A: '192.0.2.1', AAAA: '2001:db8::1' },
    '_mta-sts.example.test': { TXT: 'v=STSv1; id=1;' },
    '_25._tcp.mx.example.test': { TLSA: '3 1 1 00ff' },
    'insecure.test': { MX: '10 mx.example.test' },
    'alias.test': { CNAME: 'example.test' },
    'signed-alias.test': { CNAME: 'example.test', dnssec: 'secure' },
    'bogus.test': { A: '192.0.2.9', dnssec: 'bogus' },
    'alias-to-bogus.test': { CNAME: 'bogus.test' },
    'loop.test': { CNAME: 'loop2.test' },
    'loop2.test': { CNAME: 'loop.test' },
  })

test('AD is set for secure names when the client sets DO or AD, and never otherwise', async () => {
  const dns = await serve(EXAMPLE())
  expect((await ask(dns, 'example.test', 'MX', { dnssecOk: true }))?.flag_ad).toBe(true)
  expect((await ask(dns, 'example.test', 'MX', { authenticData: true }))?.flag_ad).toBe(true)
  expect((await ask(dns, 'example.test', 'MX'))?.flag_ad).toBe(false)
  expect((await ask(dns, 'insecure.test', 'MX', { dnssecOk: true }))?.flag_ad).toBe(false)
})

test('names below take the DNSSEC status of the zone, denials too', async () => {
  const dns = await serve(EXAMPLE())
  const denied = await ask(dns, 'nothing.example.test', 'A', { dnssecOk: true })
  expect([denied?.rcode, denied?.flag_ad]).toEqual(['NXDOMAIN', true])
  const noData = await ask(dns, 'mx.example.test', 'TXT', { dnssecOk: true })
  expect([noData?.rcode, noData?.flag_ad, noData?.answers?.length]).toEqual(['NOERROR', true, 0])
  expect(noData?.authorities?.[0]).toMatchObject({ type: 'SOA', name: 'example.test', ttl: 60 })
})

test('a name that only has names below it exists', async () => {
  const dns = await serve(EXAMPLE())
  expect((await ask(dns, '_tcp.mx.example.test', 'A'))?.rcode).toBe('NOERROR')
  expect((await ask(dns, 'other.mx.example.test', 'A'))?.rcode).toBe('NXDOMAIN')
})

test('bogus is SERVFAIL with extended error 6, and plain data with CD', async () => {
  const dns = await serve(EXAMPLE())
  const failed = await ask(dns, 'bogus.test', 'A', { dnssecOk: true })
  const option = failed?.additionals?.[0]
  expect(failed?.rcode).toBe('SERVFAIL')
  expect(option?.type === 'OPT' && option.options[0]).toMatchObject({ code: 15, data: Buffer.from([0, 6]) })
  const unchecked = await ask(dns, 'bogus.test', 'A', { dnssecOk: true, checkingDisabled: true })
  expect(unchecked?.answers?.[0]).toMatchObject({ type: 'A', data: '192.0.2.9' })
  expect([unchecked?.rcode, unchecked?.flag_ad]).toEqual(['NOERROR', false])
})

test('an alias chain is as secure as its weakest link', async () => {
  const dns = await serve(EXAMPLE())
  const through = await ask(dns, 'alias.test', 'MX', { dnssecOk: true })
  expect(through?.answers?.map(answer => answer.type)).toEqual(['CNAME', 'MX', 'MX'])
  expect(through?.flag_ad).toBe(false)
  expect((await ask(dns, 'signed-alias.test', 'MX', { dnssecOk: true }))?.flag_ad).toBe(true)
  expect((await ask(dns, 'alias-to-bogus.test', 'A'))?.rcode).toBe('SERVFAIL')
})

test('an alias loop ends', async () => {
  const dns = await serve(EXAMPLE())
  const answer = await ask(dns, 'loop.test', 'A')
  expect(answer?.answers?.map(({ name }) => name)).toEqual(['loop.test', 'loop2.test'])
})

test('each fault shows as named, for a name or for one type', async () => {
  const zone = EXAMPLE()
  const dns = await serve(zone)
  zone.setState('mx.example.test', 'servfail')
  expect((await ask(dns, 'mx.example.test', 'A'))?.rcode).toBe('SERVFAIL')
  zone.setState('mx.example.test', 'refused')
  expect((await ask(dns, 'mx.example.test', 'A'))?.rcode).toBe('REFUSED')
  zone.setState('mx.example.test', 'timeout')
  expect(await ask(dns, 'mx.example.test', 'A', { waitMs: 100 })).toBeUndefined()
  zone.setState('mx.example.test', 'secure')
  expect((await ask(dns, 'mx.example.test', 'A'))?.rcode).toBe('NOERROR')

  zone.setState('example.test', 'servfail', 'TLSA')
  expect((await ask(dns, 'example.test', 'TLSA'))?.rcode).toBe('SERVFAIL')
  expect((await ask(dns, 'example.test', 'MX', { dnssecOk: true }))?.flag_ad).toBe(true)
  zone.setState('no-such.test', 'bogus')
  expect((await ask(dns, 'no-such.test', 'A'))?.rcode).toBe('SERVFAIL')
})

test('truncated answers are whole over TCP only', async () => {
  const zone = EXAMPLE()
  zone.setState('example.test', 'truncated')
  const dns = await serve(zone)
  const short = await ask(dns, 'example.test', 'MX', { dnssecOk: true })
  expect([short?.flag_tc, short?.answers?.length]).toEqual([true, 0])
  const whole = await ask(dns, 'example.test', 'MX', { dnssecOk: true, tcp: true })
  expect([whole?.flag_tc, whole?.answers?.length, whole?.flag_ad]).toEqual([false, 2, true])
})

test('an answer longer than the client takes over UDP is truncated', async () => {
  const dns = await serve(zone({ 'long.test': { TXT: 'x'.repeat(900) } }))
  expect((await ask(dns, 'long.test', 'TXT'))?.flag_tc).toBe(true)
  const whole = await ask(dns, 'long.test', 'TXT', { udpPayloadBytes: 1232 })
  const data = whole?.answers?.[0]?.type === 'TXT' ? whole.answers[0].data : []
  expect(Buffer.concat(data as Buffer[]).toString()).toBe('x'.repeat(900))
  expect((await ask(dns, 'long.test', 'TXT', { tcp: true }))?.answers).toHaveLength(1)
})

test('the zone changes while it is served, and every question is counted', async () => {
  const zone = EXAMPLE()
  const dns = await serve(zone)
  await ask(dns, '_mta-sts.example.test', 'TXT')
  await ask(dns, '_MTA-STS.example.test', 'TXT', { dnssecOk: true })
  zone.set('_mta-sts.example.test', 'TXT', 'v=STSv1; id=2;')
  const changed = await ask(dns, '_mta-sts.example.test', 'TXT')
  expect(changed?.answers?.[0]).toMatchObject({ data: [Buffer.from('v=STSv1; id=2;')] })
  expect(zone.queries('_mta-sts.example.test', 'TXT')).toBe(3)
  zone.remove('_mta-sts.example.test')
  expect((await ask(dns, '_mta-sts.example.test', 'TXT'))?.rcode).toBe('NXDOMAIN')
  expect([zone.queries('_mta-sts.example.test', 'TXT'), zone.queries('example.test', 'MX')]).toEqual([4, 0])
})

test('the question comes back letter for letter, as a client that mixes cases expects', async () => {
  const dns = await serve(EXAMPLE())
  await ask(dns, 'example.test', 'MX')
  const answer = await ask(dns, 'eXamPle.tEst', 'MX')
  expect(answer?.questions?.[0]).toMatchObject({ name: 'eXamPle.tEst', type: 'MX' })
  expect([answer?.id, answer?.answers?.length]).toEqual([4242, 2])
})

test("the platform's own resolver reads the records with their TTL", async () => {
  const dns = await serve(EXAMPLE())
  const resolver = new Resolver()
  resolver.setServers([`${dns.address}:${dns.port}`])
  expect(await resolver.resolveMx('example.test')).toMatchObject([
    { priority: 10, exchange: 'mx.example.test' },
    { priority: 20, exchange: 'mx2.example.test' },
  ])
  expect(await resolver.resolve4('mx.example.test', { ttl: true })).toMatchObject([
    { address: '192.0.2.1', ttl: 300 },
  ])
  expect((await ask(dns, 'example.test', 'MX'))?.answers?.[0]).toMatchObject({ ttl: 77 })
  expect(await resolver.resolve6('mx.example.test')).toEqual(['2001:db8::1'])
  expect(await resolver.resolveTlsa('_25._tcp.mx.example.test')).toMatchObject([
    { certUsage: 3, selector: 1, match: 1 },
  ])
  await expect(resolver.resolve4('nothing.example.test')).rejects.toMatchObject({ code: 'ENOTFOUND' })
  await expect(resolver.resolve4('example.test')).rejects.toMatchObject({ code: 'ENODATA' })
})

test('garbage does no harm', async () => {
  const dns = await serve(EXAMPLE())
  const twoQuestions = encode({
    type: 'query',
    id: 1,
    questions: [
      { name: 'example.test', type: 'A' },
      { name: 'example.test', type: 'MX' },
    ],
  })
  const reply = await overUdp(dns, twoQuestions, 1000)
  expect(reply && reply[3]! & 0x0f).toBe(1)
  const response = encode({ type: 'response', id: 1, questions: [{ name: 'example.test', type: 'A' }] })
  expect(await overUdp(dns, response, 50)).toBeUndefined()
  expect(await overUdp(dns, Buffer.from('short'), 50)).toBeUndefined()
  const cut = encode({ type: 'query', id: 1, questions: [{ name: 'example.test', type: 'A' }] }).subarray(
    0,
    20,
  )
  expect((await overUdp(dns, cut, 1000))?.length).toBe(12)
  expect((await ask(dns, 'example.test', 'MX'))?.answers).toHaveLength(2)
})

test('a function can answer in place of a zone', async () => {
  server = await createDnsServer({
    address: '127.0.0.1',
    port: 0,
    source: ({ name, type }) =>
      type === 'MX'
        ? {
            kind: 'answer',
            rcode: 'NOERROR',
            dnssec: 'secure',
            records: [{ name, type, ttlSeconds: 5, data: `10 mx.${name}` }],
          }
        : { kind: 'answer', rcode: 'NOERROR', dnssec: 'insecure', records: [] },
  })
  const found = await ask(server, 'd77.lab.test', 'MX', { dnssecOk: true })
  expect(found?.answers?.[0]).toMatchObject({ data: { preference: 10, exchange: 'mx.d77.lab.test' } })
  const denied = decode((await ask(server, 'd77.lab.test', 'A'))!.bytes)
  expect(denied.authorities?.[0]?.type).toBe('SOA')
  expect(server.queriesTotal()).toBe(2)
})

test('a literal that is no such record is refused where it stands', () => {
  expect(() => zone({ 'example.test': { MX: 'mx.example.test' } })).toThrow(RangeError)
  expect(() => zone({ 'example.test': { TLSA: '3 1' } })).toThrow(RangeError)
})

interface Reply extends DecodedPacket {
  readonly rcode: string
  readonly bytes: Buffer
}

interface AskOptions {
  readonly dnssecOk?: boolean
  readonly authenticData?: boolean
  readonly checkingDisabled?: boolean
  readonly udpPayloadBytes?: number
  readonly tcp?: boolean
  readonly waitMs?: number
}

/** Asks one question with the bits given; undefined when nothing comes back in time. */
async function ask(
  server: Endpoint,
  name: string,
  type: string,
  options: AskOptions = {},
): Promise<Reply | undefined> {
  const flags = 0x100 | (options.authenticData ? 0x20 : 0) | (options.checkingDisabled ? 0x10 : 0)
  const packet: Packet = {
    type: 'query',
    id: 4242,
    flags,
    questions: [{ name, type: type as 'A' }],
    additionals:
      options.dnssecOk || options.udpPayloadBytes
        ? [
            {
              type: 'OPT',
              name: '.',
              udpPayloadSize: options.udpPayloadBytes ?? 1232,
              extendedRcode: 0,
              ednsVersion: 0,
              flags: options.dnssecOk ? 0x8000 : 0,
              flag_do: options.dnssecOk ?? false,
              options: [],
            },
          ]
        : [],
  }
  const query = encode(packet)
  const bytes = await (options.tcp ? overTcp : overUdp)(server, query, options.waitMs ?? 2000)
  // The type definitions leave out that the decoder gives the response code too.
  return bytes === undefined ? undefined : { ...(decode(bytes) as DecodedPacket & { rcode: string }), bytes }
}

function overUdp(server: Endpoint, query: Buffer, waitMs: number): Promise<Buffer | undefined> {
  return new Promise(resolve => {
    const socket = createSocket('udp4')
    const finish = (reply: Buffer | undefined) => {
      clearTimeout(timer)
      socket.close()
      resolve(reply)
    }
    const timer = setTimeout(finish, waitMs, undefined)
    socket.once('message', reply => finish(reply))
    socket.send(query, server.port, server.address)
  })
}

function overTcp(server: Endpoint, query: Buffer, waitMs: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, server.address)
    let received = Buffer.alloc(0)
    const finish = (reply: Buffer | undefined) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(reply)
    }
    const timer = setTimeout(finish, waitMs, undefined)
    socket.on('error', reject)
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0))
        finish(received.subarray(2))
    })
    const frame = Buffer.concat([Buffer.from([query.length >> 8, query.length & 0xff]), query])
    // In two pieces, as TCP may cut anywhere.
    socket.write(frame.subarray(0, 5))
    setTimeout(() => socket.write(frame.subarray(5)), 5)
  })
}
