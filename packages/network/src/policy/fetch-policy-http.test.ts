import { createServer, type Server } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { createPolicyFetcher } from './fetch-policy.ts'
import {
  codesOf,
  createTestIdentity,
  fetchOnce,
  goodPolicy,
  policyDomain,
  policyHost,
  type TestIdentity,
} from './testing/fetch-once.ts'
import { httpAnswer, policyAnswer, type Respond } from './testing/policy-host.ts'
import { createZoneLookup } from './testing/zone-lookup.ts'

let identity: TestIdentity
beforeAll(async () => {
  identity = await createTestIdentity()
})

const answer =
  (bytes: Buffer | string): Respond =>
  socket =>
    socket.end(bytes)

const chunk = (body: string | Buffer) =>
  Buffer.concat([
    Buffer.from(`${Buffer.byteLength(body).toString(16)}\r\n`),
    Buffer.from(body),
    Buffer.from('\r\n'),
  ])

const ofSize = (bytes: number) => {
  const head = 'version: STSv1\nmode: none\nmax_age: 5\nfiller: '
  return `${head}${'x'.repeat(bytes - head.length - 1)}\n`
}

const chunked = ['Content-Type: text/plain', 'Transfer-Encoding: chunked']

describe('a policy is fetched', () => {
  const texts: readonly (readonly [string, string])[] = [
    ['CRLF', goodPolicy],
    ['LF', goodPolicy.replaceAll('\r', '')],
    ['no line end at the end', goodPolicy.trimEnd()],
    ['UTF-8 in the value of an unknown key', `${goodPolicy}note: grüße 邮\n`],
    ['exactly 64 KiB', ofSize(65_536)],
  ]
  test.each(texts)('and its text kept as it came: %s', async (_, text) => {
    const { result } = await fetchOnce(identity, answer(policyAnswer(text)))
    expect(result).toMatchObject({
      ok: true,
      document: { text },
      evidence: { httpStatus: 200, bodyText: text },
    })
    expect(result.evidence.bodyBytes).toBe(Buffer.byteLength(text))
  })

  test('with one honest request and nothing more', async () => {
    const { result, requests, connectionCount } = await fetchOnce(identity, answer(policyAnswer(goodPolicy)))
    expect(result.ok).toBe(true)
    expect(connectionCount).toBe(1)
    const port = new URL(result.evidence.url).port
    expect(requests).toEqual([
      [
        'GET /.well-known/mta-sts.txt HTTP/1.1',
        `Host: ${policyHost}:${port}`,
        'User-Agent: Sternpost/0.1.0',
        'Accept: text/plain',
        'Accept-Encoding: identity',
        'Connection: close',
      ].join('\r\n'),
    ])
  })

  test('with the clock it was given and evidence of all that was seen', async () => {
    let clock = 1_000
    const now = () => {
      clock += 1
      return clock
    }
    const { result } = await fetchOnce(identity, answer(policyAnswer(goodPolicy)), {
      now,
      userAgent: 'Lab/1',
    })
    expect(result).toMatchObject({
      ok: true,
      document: {
        value: { mode: 'enforce', maxAgeSeconds: 604_800, mxHostPatterns: [{ wildcard: false }] },
        fetchedAt: 1_002,
      },
      warnings: [],
      evidence: {
        startedAt: 1_001,
        attempts: [{ address: '127.0.0.1' }],
        tlsVersion: 'TLSv1.3',
        certificate: { dnsNames: [policyHost] },
        contentType: 'text/plain',
      },
    })
  })

  const goodAnswers: readonly (readonly [string, Buffer])[] = [
    [
      'media type in upper case with parameters',
      httpAnswer(
        '200 OK',
        ['Content-Type: Text/PLAIN ; charset=iso-8859-1; x=y', `Content-Length: ${goodPolicy.length}`],
        goodPolicy,
      ),
    ],
    [
      'in chunks',
      Buffer.concat([
        httpAnswer('200 OK', chunked),
        chunk(goodPolicy.slice(0, 10)),
        chunk(goodPolicy.slice(10)),
        chunk(''),
      ]),
    ],
    ['ended by closing the connection', httpAnswer('200 OK', ['Content-Type: text/plain'], goodPolicy)],
    ['by HTTP/1.0', Buffer.from(`HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n${goodPolicy}`)],
    [
      'after early hints',
      Buffer.concat([
        httpAnswer('103 Early Hints', ['Link: </x>']),
        httpAnswer('100 Continue', []),
        policyAnswer(goodPolicy),
      ]),
    ],
    [
      'with Content-Encoding identity',
      httpAnswer(
        '200 OK',
        ['Content-Type: text/plain', 'Content-Encoding: identity', `Content-Length: ${goodPolicy.length}`],
        goodPolicy,
      ),
    ],
    [
      'with cookies, caching and keep-alive offered',
      httpAnswer(
        '200 OK',
        [
          'Content-Type: text/plain',
          'Set-Cookie: a=b',
          'Cache-Control: max-age=9',
          'Connection: keep-alive',
          `Content-Length: ${goodPolicy.length}`,
        ],
        goodPolicy,
      ),
    ],
  ]
  test.each(goodAnswers)('when it comes %s', async (_, bytes) => {
    const { result } = await fetchOnce(identity, socket => socket.write(bytes, () => socket.end()))
    expect(result).toMatchObject({ ok: true, document: { text: goodPolicy } })
  })

  test('when it comes byte by byte, as long as each is in time', async () => {
    const bytes = policyAnswer('version: STSv1\nmode: none\nmax_age: 5\n')
    const { result } = await fetchOnce(
      identity,
      socket => {
        let i = 0
        const timer = setInterval(() => {
          if (i < bytes.length && !socket.destroyed) socket.write(bytes.subarray(i, i + 1))
          else clearInterval(timer)
          i += 1
        }, 2)
      },
      { idleTimeoutMs: 2_000 },
    )
    expect(result.ok).toBe(true)
  })

  test('when the body takes longer than the idle time but goes on all the while', async () => {
    const { result } = await fetchOnce(
      identity,
      socket => {
        const bytes = policyAnswer(goodPolicy)
        const start = bytes.indexOf('\r\n\r\n') + 4
        socket.write(bytes.subarray(0, start))
        let at = start
        const timer = setInterval(() => {
          if (!socket.destroyed) socket.write(bytes.subarray(at, at + 8))
          at += 8
          if (at >= bytes.length) clearInterval(timer)
        }, 100)
      },
      { idleTimeoutMs: 600 },
    )
    expect(result).toMatchObject({ ok: true, document: { text: goodPolicy } })
  })

  test('from a stock HTTPS server, many at once and again', async () => {
    const server: Server = createServer(identity.leaf, (_, response) => {
      response.setHeader('content-type', 'text/plain; charset=utf-8')
      response.end(goodPolicy)
    })
    const open = new Set<Socket>()
    server.on('connection', socket => {
      open.add(socket)
      socket.on('close', () => open.delete(socket))
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const fetcher = createPolicyFetcher({
      dns: createZoneLookup({ [policyHost]: { A: ['127.0.0.1'] } }),
      ca: [identity.ca.root],
      allowAddresses: ['127.0.0.1'],
      port: (server.address() as AddressInfo).port,
    })
    for (let round = 0; round < 2; round += 1) {
      const results = await Promise.all(Array.from({ length: 20 }, () => fetcher.fetch(policyDomain)))
      expect(results.map(result => result.ok)).toEqual(Array.from({ length: 20 }, () => true))
    }
    await vi.waitUntil(() => open.size === 0)
    await new Promise(resolve => server.close(resolve))
  })
})

describe('an answer that is no policy is refused', () => {
  const text = (bytes: Buffer | string): Respond => answer(bytes)
  const faults: readonly (readonly [what: string, code: string, respond: Respond, message: RegExp])[] = [
    [
      '404',
      'policy-host/http-status',
      text(httpAnswer('404 Not Found', ['Content-Type: text/plain'], goodPolicy)),
      /404/,
    ],
    [
      '204',
      'policy-host/http-status',
      text(httpAnswer('204 No Content', ['Content-Type: text/plain'])),
      /204/,
    ],
    [
      '206',
      'policy-host/http-status',
      text(httpAnswer('206 Partial', ['Content-Type: text/plain', 'Content-Length: 3'], 'ver')),
      /206/,
    ],
    [
      '500',
      'policy-host/http-status',
      text(httpAnswer('500 Oops', ['Content-Type: text/plain'], goodPolicy)),
      /500/,
    ],
    [
      '101',
      'policy-host/http-status',
      text(httpAnswer('101 Switching Protocols', ['Upgrade: h2c', 'Connection: upgrade'])),
      /101/,
    ],
    [
      '301',
      'policy-host/redirect',
      text(httpAnswer('301 Moved', ['Location: https://www.example.test/policy', 'Content-Length: 0'])),
      /301.*'https:\/\/www\.example\.test\/policy'/,
    ],
    [
      '308 with terminal codes',
      'policy-host/redirect',
      text(httpAnswer('308 Moved', ['Location: \u009b2J', 'Content-Length: 0'])),
      /'\\u\{9b\}2J'/,
    ],
    ['304', 'policy-host/redirect', text(httpAnswer('304 Not Modified', [])), /304.*without Location/],
    [
      'html',
      'policy-host/content-type',
      text(httpAnswer('200 OK', ['Content-Type: text/html'], goodPolicy)),
      /'text\/html'/,
    ],
    [
      'text/plainer',
      'policy-host/content-type',
      text(httpAnswer('200 OK', ['Content-Type: text/plainer'], goodPolicy)),
      /'text\/plainer'/,
    ],
    [
      'no media type',
      'policy-host/content-type',
      text(httpAnswer('200 OK', [], goodPolicy)),
      /no media type/,
    ],
    [
      '64 KiB and one byte by length',
      'policy-host/too-large',
      text(policyAnswer(ofSize(65_537))),
      /Content-Length is '65537'/,
    ],
    [
      'a huge length',
      'policy-host/too-large',
      text(httpAnswer('200 OK', ['Content-Type: text/plain', 'Content-Length: 9007199254740990'])),
      /9007199254740990/,
    ],
    [
      '64 KiB and one byte in chunks',
      'policy-host/too-large',
      text(Buffer.concat([httpAnswer('200 OK', chunked), chunk(ofSize(65_536)), chunk('x'), chunk('')])),
      /goes on/,
    ],
    [
      '64 KiB and one byte until the end',
      'policy-host/too-large',
      text(httpAnswer('200 OK', ['Content-Type: text/plain'], ofSize(65_537))),
      /goes on/,
    ],
    [
      'gzip',
      'policy-host/content-encoding',
      text(
        httpAnswer('200 OK', ['Content-Type: text/plain', 'Content-Encoding: gzip'], gzipSync(goodPolicy)),
      ),
      /'gzip'/,
    ],
    [
      'gzip for the transfer',
      'policy-host/content-encoding',
      text(
        httpAnswer('200 OK', ['Content-Type: text/plain', 'Transfer-Encoding: gzip'], gzipSync(goodPolicy)),
      ),
      /'gzip'/,
    ],
    [
      'a byte order mark',
      'mta-sts/policy-encoding',
      text(policyAnswer(`\ufeff${goodPolicy}`)),
      /byte order mark \(EF BB BF/,
    ],
    [
      'UTF-16',
      'mta-sts/policy-encoding',
      text(policyAnswer(Buffer.from(`\ufeff${goodPolicy}`, 'utf16le'))),
      /byte order mark \(FF FE/,
    ],
    [
      'Latin-1',
      'mta-sts/policy-encoding',
      text(policyAnswer(Buffer.from(`${goodPolicy}note: \xfc\n`, 'latin1'))),
      /no UTF-8/,
    ],
    [
      'a surrogate in UTF-8',
      'mta-sts/policy-encoding',
      text(
        policyAnswer(Buffer.concat([Buffer.from(`${goodPolicy}note: `), Buffer.from([0xed, 0xa0, 0x80])])),
      ),
      /no UTF-8/,
    ],
    ['an empty body', 'mta-sts/policy-empty', text(policyAnswer('')), /empty/],
    ['a policy that is none', 'mta-sts/policy-line', text(policyAnswer('<html>\n')), /'<html>'/],
    [
      'a body shorter than its length',
      'policy-host/http',
      text(httpAnswer('200 OK', ['Content-Type: text/plain', 'Content-Length: 500'], goodPolicy)),
      /broke off/,
    ],
    [
      'chunks without an end',
      'policy-host/http',
      text(Buffer.concat([httpAnswer('200 OK', chunked), chunk(goodPolicy)])),
      /broke off/,
    ],
    [
      'two different lengths',
      'policy-host/http',
      text(
        httpAnswer(
          '200 OK',
          ['Content-Type: text/plain', 'Content-Length: 5', 'Content-Length: 6'],
          goodPolicy,
        ),
      ),
      /HPE_/,
    ],
    [
      'chunks and a length',
      'policy-host/http',
      text(httpAnswer('200 OK', [...chunked, 'Content-Length: 6'], chunk(goodPolicy))),
      /HPE_/,
    ],
    ['no HTTP', 'policy-host/http', text('220 mail.example.test ESMTP\r\n'), /HPE_/],
    [
      'binary garbage',
      'policy-host/http',
      text(Buffer.from(Array.from({ length: 4_096 }, (_, i) => (i * 97) % 256))),
      /HPE_/,
    ],
    ['HTTP/0.9', 'policy-host/http', text(goodPolicy), /HPE_/],
    ['closed without an answer', 'policy-host/http', socket => socket.end(), /closed/],
    ['reset without an answer', 'policy-host/http', socket => socket.destroy(), /closed/],
    [
      'reset in the body',
      'policy-host/http',
      socket =>
        socket.write(httpAnswer('200 OK', ['Content-Type: text/plain', 'Content-Length: 500'], 'v'), () =>
          socket.destroy(),
        ),
      /broke off/,
    ],
  ]
  test.each(faults)('%s: %s', async (_, code, respond, message) => {
    const { result, connectionCount } = await fetchOnce(identity, respond)
    expect(codesOf(result)[0]).toBe(code)
    if (!result.ok) expect(result.issues[0].message).toMatch(message)
    // Nothing was followed or tried again.
    expect(connectionCount).toBe(1)
    expect(result.evidence.certificate?.dnsNames).toEqual([policyHost])
  })

  test('what was wrong in the text is told with what was sent', async () => {
    const { result } = await fetchOnce(identity, answer(policyAnswer('version: STSv1\nmode: maybe\n')))
    expect(codesOf(result)).toEqual(['mta-sts/policy-mode', 'mta-sts/policy-max-age'])
    expect(result).toMatchObject({
      resultType: 'sts-policy-invalid',
      evidence: { httpStatus: 200, bodyText: 'version: STSv1\nmode: maybe\n' },
    })
  })

  test('a body beyond the limit is not kept', async () => {
    const { result } = await fetchOnce(
      identity,
      answer(httpAnswer('200 OK', ['Content-Type: text/plain'], ofSize(900_000))),
    )
    expect(codesOf(result)).toEqual(['policy-host/too-large'])
    expect(result.evidence.bodyBytes).toBe(65_536)
    expect(result.evidence.bodyText?.length).toBe(65_536)
  })
})

describe('a flood ends by itself', () => {
  const endless =
    (start: Buffer, piece: Buffer): Respond =>
    socket => {
      socket.write(start)
      const pour = () => {
        while (!socket.destroyed && socket.write(piece));
        socket.once('drain', pour)
      }
      pour()
    }
  const hints = httpAnswer('103 Early Hints', ['Link: </style.css>; rel=preload'])
  const floods: readonly (readonly [string, string, Respond])[] = [
    [
      'of header fields',
      'policy-host/http',
      endless(Buffer.from('HTTP/1.1 200 OK\r\n'), Buffer.from(`X-Flood: ${'x'.repeat(990)}\r\n`)),
    ],
    [
      'of one header field',
      'policy-host/http',
      endless(Buffer.from('HTTP/1.1 200 OK\r\nX-Flood: '), Buffer.alloc(1_000, 'x')),
    ],
    ['of early hints', 'policy-host/http', endless(Buffer.alloc(0), hints)],
    ['of continues', 'policy-host/http', endless(Buffer.alloc(0), httpAnswer('100 Continue', []))],
    [
      'of body',
      'policy-host/too-large',
      endless(httpAnswer('200 OK', ['Content-Type: text/plain']), Buffer.alloc(1_000, 'x')),
    ],
    [
      'of chunk extensions',
      'policy-host/http',
      endless(Buffer.concat([httpAnswer('200 OK', chunked), Buffer.from('1;')]), Buffer.alloc(1_000, 'x')),
    ],
    [
      'of trailers',
      'policy-host/http',
      endless(
        Buffer.concat([httpAnswer('200 OK', chunked), chunk(goodPolicy), Buffer.from('0\r\n')]),
        Buffer.from(`X-Flood: ${'x'.repeat(990)}\r\n`),
      ),
    ],
    [
      'of chunks with much around them',
      'policy-host/http',
      endless(httpAnswer('200 OK', chunked), Buffer.from(`1;${'x'.repeat(900)}\r\nx\r\n`)),
    ],
  ]
  test.each(floods)('%s', async (_, code, respond) => {
    const { result } = await fetchOnce(identity, respond)
    expect(codesOf(result)).toEqual([code])
  })
})

describe('time is bounded', () => {
  test('a host that never answers ends at the idle deadline', async () => {
    const { result } = await fetchOnce(identity, () => {}, { idleTimeoutMs: 200 })
    expect(codesOf(result)).toEqual(['policy-host/timeout'])
    expect(result).toMatchObject({ issues: [{ message: expect.stringContaining('the HTTP answer of') }] })
  })

  test('a head that drips without an end ends at the idle deadline', async () => {
    const { result } = await fetchOnce(
      identity,
      socket => {
        socket.write('HTTP/1.1 200 OK\r\n')
        const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write('A')), 20)
      },
      { idleTimeoutMs: 200 },
    )
    expect(result).toMatchObject({ issues: [{ message: expect.stringContaining('the HTTP answer of') }] })
  })

  test('a body that stops ends at the idle deadline', async () => {
    const start = httpAnswer('200 OK', ['Content-Type: text/plain', 'Content-Length: 500'], goodPolicy)
    const { result } = await fetchOnce(identity, socket => socket.write(start), { idleTimeoutMs: 200 })
    expect(codesOf(result)).toEqual(['policy-host/timeout'])
    expect(result).toMatchObject({
      issues: [{ message: expect.stringContaining('the body from') }],
      evidence: { bodyText: goodPolicy },
    })
  })

  test('a body that drips ends at the overall deadline', async () => {
    const { result } = await fetchOnce(
      identity,
      socket => {
        socket.write(httpAnswer('200 OK', ['Content-Type: text/plain', 'Content-Length: 60000']))
        const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write('v')), 20)
      },
      { idleTimeoutMs: 5_000, totalTimeoutMs: 400 },
    )
    expect(codesOf(result)).toEqual(['policy-host/timeout'])
    expect(result).toMatchObject({ issues: [{ message: expect.stringContaining('the whole fetch') }] })
  })
})
