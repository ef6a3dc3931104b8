import { type Answer, decode, encode } from 'dns-packet'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DnsRecordType } from './answer.ts'
import { answersQuery, decodeResponse, encodeQuery, isTruncated, withId } from './message.ts'
import { recordTypeNumbers } from './record-data.ts'
import { a, aaaa, cname, mx, soa, tlsa, txt } from './testing/dns-test-server.ts'

const types = Object.keys(recordTypeNumbers) as DnsRecordType[]

function queryFor<T extends DnsRecordType>(name: string, type: T) {
  const query = encodeQuery(name, type)
  if (query === null) throw new Error('no query')
  return query
}

function answerTo(
  name: string,
  type: DnsRecordType,
  answers: readonly Answer[],
  authorities: readonly Answer[] = [],
) {
  return encode({
    type: 'response',
    id: 77,
    flags: 0x0180,
    questions: [{ name, type }],
    answers: [...answers],
    authorities: [...authorities],
  })
}

describe('encodeQuery', () => {
  it.each(types)(
    'writes a question for %s that another codec reads, with RD, AD, DO and 1232 bytes',
    type => {
      const message = decode(withId(queryFor('_25._tcp.mx.test', type), 4711))
      expect(message).toMatchObject({
        id: 4711,
        type: 'query',
        flag_rd: true,
        flag_ad: true,
        flag_cd: false,
        questions: [{ name: '_25._tcp.mx.test', type, class: 'IN' }],
        additionals: [{ type: 'OPT', udpPayloadSize: 1232, flag_do: true, ednsVersion: 0, options: [] }],
      })
    },
  )

  it('asks with CD and without AD where nothing shall be checked, and a server itself without RD', () => {
    const unchecked = encodeQuery('x.test', 'MX', 'unchecked')
    expect(decode(withId(unchecked as never, 1))).toMatchObject({
      flag_rd: true,
      flag_ad: false,
      flag_cd: true,
    })
    const direct = encodeQuery('x.test', 'MX', 'authoritative')
    expect(decode(withId(direct as never, 1))).toMatchObject({
      flag_rd: false,
      flag_ad: false,
      flag_cd: false,
      additionals: [{ type: 'OPT', flag_do: false }],
    })
  })

  it('gives each attempt bytes of its own', () => {
    const query = queryFor('mx.test', 'A')
    const first = withId(query, 1)
    withId(query, 2)
    expect(first.readUInt16BE(0)).toBe(1)
  })
})

describe('answersQuery', () => {
  const query = queryFor('mx.test', 'A')
  const good = answerTo('mx.test', 'A', [a('mx.test', '192.0.2.1')])

  it('lets the answer through, letter case aside', () => {
    expect(answersQuery(good, query, 77)).toBe(true)
    expect(answersQuery(answerTo('MX.Test', 'A', []), query, 77)).toBe(true)
  })

  it.each([
    ['another id', good, 78],
    ['another name', answerTo('my.test', 'A', []), 77],
    ['another type', answerTo('mx.test', 'AAAA', []), 77],
    ['a longer name', answerTo('mx.test.test', 'A', []), 77],
    ['a query', encode({ type: 'query', id: 77, questions: [{ name: 'mx.test', type: 'A' }] }), 77],
    [
      'two questions',
      encode({
        type: 'response',
        id: 77,
        questions: [
          { name: 'mx.test', type: 'A' },
          { name: 'mx.test', type: 'A' },
        ],
      }),
      77,
    ],
    ['no question and no error', encode({ type: 'response', id: 77 }), 77],
    ['no question and NXDOMAIN', encode({ type: 'response', id: 77, flags: 3 }), 77],
    [
      'an update',
      encode({ type: 'response', id: 77, flags: 5 << 11, questions: [{ name: 'mx.test', type: 'A' }] }),
      77,
    ],
    ['11 bytes', good.subarray(0, 11), 77],
    ['a cut question', good.subarray(0, 20), 77],
  ])('stops %s', (_, bytes, id) => {
    expect(answersQuery(bytes, query, id)).toBe(false)
  })

  it('lets an error without question through', () => {
    expect(answersQuery(encode({ type: 'response', id: 77, flags: 1 }), query, 77)).toBe(true)
  })
})

describe('decodeResponse', () => {
  it.each<[DnsRecordType, Answer, unknown]>([
    ['A', a('x.test', '192.0.2.1', 5), '192.0.2.1'],
    ['AAAA', aaaa('x.test', '2001:db8:0:0::1', 5), '2001:db8::1'],
    ['CNAME', cname('x.test', 'Target.Test', 5), 'target.test'],
    ['MX', mx('x.test', 10, 'MX.test', 5), { preference: 10, exchange: 'mx.test' }],
    ['MX', mx('x.test', 0, '.', 5), { preference: 0, exchange: '.' }],
    ['TXT', txt('x.test', ['v=STSv1; id=', 'p1;'], 5), 'v=STSv1; id=p1;'],
    [
      'CAA',
      {
        name: 'x.test',
        type: 'CAA',
        ttl: 5,
        data: { flags: 128, tag: 'Issue' as 'issue', value: 'ca.test; p=1' },
      },
      { critical: true, tag: 'issue', value: 'ca.test; p=1' },
    ],
    ['TXT', txt('x.test', [Buffer.from([0xe9, 0])], 5), 'é\0'],
    ['SOA', { ...soa(300, 5), name: 'x.test' }, { primary: 'ns.test', serial: 7, minimumSeconds: 300 }],
    ['NS', { type: 'NS', name: 'x.test', ttl: 5, data: 'ns.test' }, 'ns.test'],
    ['PTR', { type: 'PTR', name: 'x.test', ttl: 5, data: 'host.test' }, 'host.test'],
    [
      'TLSA',
      tlsa('x.test', [3, 1, 1], 5),
      { usage: 'DANE-EE', selector: 'SPKI', matchingType: 'SHA2-256', data: new Uint8Array(32).fill(0xab) },
    ],
    [
      'TLSA',
      tlsa('x.test', [0, 0, 2], 5),
      { usage: 'PKIX-TA', selector: 'Cert', matchingType: 'SHA2-512', data: new Uint8Array(64).fill(0xab) },
    ],
    [
      'TLSA',
      tlsa('x.test', [255, 7, 9], 5),
      { usage: 255, selector: 7, matchingType: 9, data: new Uint8Array(32).fill(0xab) },
    ],
  ])('reads a %s record another codec wrote', (type, record, data) => {
    const decoded = decodeResponse(answerTo('x.test', type, [record]), type)
    expect(decoded).toMatchObject({ ok: true, value: { records: [{ name: 'x.test', ttlSeconds: 5, data }] } })
  })

  it('keeps the SOA of a denial as the lesser of its TTL and minimum', () => {
    const denial = (ttl: number, minimum: number) =>
      decodeResponse(answerTo('x.test', 'A', [], [soa(minimum, ttl)]), 'A')
    expect(denial(60, 300)).toMatchObject({ value: { denialTtlSeconds: 60 } })
    expect(denial(3600, 300)).toMatchObject({ value: { denialTtlSeconds: 300 } })
  })

  it('counts a TTL with the top bit set as zero', () => {
    const decoded = decodeResponse(answerTo('x.test', 'A', [a('x.test', '192.0.2.1', 0x80000000)]), 'A')
    expect(decoded).toMatchObject({ value: { records: [{ ttlSeconds: 0 }] } })
  })

  it('passes over records of other types unread, whatever is in them', () => {
    const junk: Answer = { type: 'NULL', name: 'x.test', ttl: 1, data: Buffer.from([0xc0, 0xff, 0xff]) }
    const bytes = answerTo('x.test', 'A', [junk, a('x.test', '192.0.2.1')])
    // The same bytes as an RRSIG, which they are not.
    bytes.writeUInt16BE(46, bytes.indexOf(Buffer.from([0, 10, 0, 1, 0, 0, 0, 1])))
    expect(decodeResponse(bytes, 'A')).toMatchObject({
      ok: true,
      value: { records: [{ data: '192.0.2.1' }] },
    })
  })

  it.each<[string, DnsRecordType, Buffer]>([
    ['an A of 3 bytes', 'A', Buffer.from([192, 0, 2])],
    ['an AAAA of 4 bytes', 'AAAA', Buffer.from([192, 0, 2, 1])],
    ['a TXT string longer than its record', 'TXT', Buffer.from([9, 0x61])],
    ['a TLSA of 2 bytes', 'TLSA', Buffer.from([3, 1])],
    ['an MX with bytes after the name', 'MX', Buffer.from([0, 1, 1, 0x61, 0, 7])],
    ['a CNAME pointing at itself', 'CNAME', Buffer.from([0xc0, 0x2a])],
  ])('calls %s malformed', (_, type, data) => {
    const bytes = answerTo('x.test', type, [{ type: 'NULL', name: 'x.test', ttl: 1, data }])
    bytes.writeUInt16BE(recordTypeNumbers[type], bytes.indexOf(Buffer.from([0, 10, 0, 1, 0, 0, 0, 1])))
    expect(decodeResponse(bytes, type)).toMatchObject({ ok: false })
  })

  it('calls counts that promise more than there is malformed', () => {
    const bytes = answerTo('x.test', 'A', [a('x.test', '192.0.2.1')])
    for (const at of [4, 6, 8, 10]) {
      const lying = Buffer.from(bytes)
      lying.writeUInt16BE(65_535, at)
      expect(decodeResponse(lying, 'A')).toMatchObject({ ok: false })
    }
  })

  it('never throws: random bytes and damaged answers', () => {
    const whole = answerTo('x.test', 'MX', [cname('x.test', 'y.test'), mx('y.test', 1, 'mx.test')], [soa(5)])
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ minLength: 12, maxLength: 600 }).map(bytes => Buffer.from(bytes)),
          fc
            .array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })
            .map(edits => {
              const damaged = Buffer.from(whole)
              for (const [at, byte] of edits) damaged[at] = byte
              return damaged
            }),
          fc.nat(whole.length - 12).map(length => whole.subarray(0, 12 + length)),
        ),
        fc.constantFrom(...types),
        (bytes, type) => {
          const decoded = decodeResponse(bytes, type)
          expect(typeof decoded.ok).toBe('boolean')
          isTruncated(bytes)
        },
      ),
      { numRuns: 3000 },
    )
  })

  it('bounds the work per name: 4,000 aliases at the end of a chain of pointers', () => {
    const header = Buffer.from([0, 77, 0x81, 0x80, 0, 1, 0x0f, 0xa1, 0, 0, 0, 0])
    const question = Buffer.from([1, 0x61, 0, 0, 1, 0, 1])
    // A NULL record whose data are `links` pointers, each to the one before and the first to the question.
    const withChain = (links: number) => {
      const chain = Buffer.alloc(2 * links)
      for (let i = 0; i < links; i += 1)
        chain.writeUInt16BE(0xc000 | (i === 0 ? 12 : 31 + 2 * (i - 1)), 2 * i)
      const carrier = Buffer.from([0xc0, 12, 0, 10, 0, 1, 0, 0, 0, 1, 0, 2 * links])
      const alias = Buffer.from([0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 1, 0, 2, 0xc0, 31 + 2 * (links - 1)])
      return Buffer.concat([header, question, carrier, chain, ...new Array<Buffer>(4000).fill(alias)])
    }
    const decoded = decodeResponse(withChain(60), 'A')
    expect(decoded).toMatchObject({ ok: true, value: { aliases: { length: 4000 } } })
    expect(decodeResponse(withChain(70), 'A')).toMatchObject({
      ok: false,
      message: expect.stringContaining('pointer'),
    })
  })
})
