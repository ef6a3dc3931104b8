import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ReadResult, ReplyReader } from './reply-reader.ts'

function read(...pieces: readonly (string | Buffer)[]): ReadResult[] {
  const reader = new ReplyReader()
  const results: ReadResult[] = []
  for (const piece of pieces) {
    reader.feed(Buffer.from(piece as string))
    for (let result = reader.next(); result.kind !== 'more'; result = reader.next()) {
      results.push(result)
      if (result.kind !== 'reply') return results
    }
  }
  return results
}

const reply = (code: number, ...lines: readonly string[]) => ({ kind: 'reply', reply: { code, lines } })

describe('ReplyReader', () => {
  it('reads replies of one line and of several, several replies in one piece, and bare line feeds', () => {
    expect(read('220 mx ESMTP\r\n')).toEqual([reply(220, 'mx ESMTP')])
    expect(read('250-mx\r\n250-SIZE 10\r\n250 STARTTLS\r\n')).toEqual([
      reply(250, 'mx', 'SIZE 10', 'STARTTLS'),
    ])
    expect(read('250 a\n221 b\n')).toEqual([reply(250, 'a'), reply(221, 'b')])
    expect(read('250\r\n250-\r\n250 \r\n')).toEqual([reply(250, ''), reply(250, '', '')])
  })

  it('gives the same replies however the bytes come', () => {
    const text = '220-mx\r\n220 ready\r\n250-a\r\n250-b\u00fc\r\n250 c\r\n454 4.7.0 no\r\n'
    const whole = read(text)
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 9 }), { maxLength: 30 }), sizes => {
        const bytes = Buffer.from(text)
        const pieces: Buffer[] = []
        let at = 0
        for (const size of sizes) {
          pieces.push(bytes.subarray(at, at + size))
          at += size
        }
        pieces.push(bytes.subarray(at))
        expect(read(...pieces)).toEqual(whole)
      }),
    )
  })

  it.each([
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\n'],
    ['a TLS alert', Buffer.from([0x15, 3, 1, 0, 2, 2, 0x28, 0x0a])],
    ['a code of no SMTP server', '199 no\r\n'],
    ['letters behind the code', '220mx\r\n'],
    ['an empty line', '\r\n'],
    ['a strange line within a reply', '250-a\r\nhello\r\n'],
  ])('says of %s that it is no SMTP', (_, bytes) => {
    expect(read(bytes)).toMatchObject([{ kind: 'not-smtp' }])
  })

  it('gives up a line or a reply that is too long, and keeps its beginning', () => {
    expect(read('220 ', 'x'.repeat(9000))).toMatchObject([{ kind: 'too-long' }])
    const [endless] = read(...new Array(100).fill(`250-${'x'.repeat(1000)}\r\n`))
    expect(endless).toMatchObject({ kind: 'too-long', seen: expect.stringMatching(/^250-x/) })
    expect(endless?.kind === 'too-long' && endless.seen.length).toBeLessThanOrEqual(500)
  })

  it('keeps a hundred lines of 500 bytes of what it takes', () => {
    const [result] = read(`250-${'y'.repeat(1000)}\r\n`, ...new Array(200).fill('250-x\r\n'), '250 end\r\n')
    if (result?.kind !== 'reply') throw new Error('no reply')
    expect(result.reply.lines).toHaveLength(100)
    expect(result.reply.lines[0]).toHaveLength(500)
  })

  it('never throws and never keeps more than its limits, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }), pieces => {
        for (const result of read(...pieces.map(piece => Buffer.from(piece))))
          if (result.kind === 'reply') expect(result.reply.code).toBeGreaterThanOrEqual(200)
      }),
    )
  })
})
