import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import vectors from '../../../../vectors/postfix/replies.json' with { type: 'json' }
import { encodeNetstring } from './netstring.ts'
import {
  encodeSocketmapReply,
  parseSocketmapReply,
  parseSocketmapRequest,
  type SocketmapReply,
} from './socketmap.ts'

const wire = (content: string) => Buffer.from(encodeNetstring(Buffer.from(content))).toString('latin1')
const encoded = (reply: SocketmapReply) => Buffer.from(encodeSocketmapReply(reply)).toString('latin1')

describe('socketmap replies: vectors', () => {
  it.each(vectors)('$id', vector => {
    const reply = parseSocketmapReply(vector.input)
    expect(reply === undefined ? { codes: [] } : { ok: true, value: reply, warnings: [] }).toEqual(
      vector.expect,
    )
    if (reply !== undefined && !('options' in vector)) expect(encoded(reply)).toBe(wire(vector.input))
  })
})

const anyText = fc.string({ unit: 'binary' })
const anyReply: fc.Arbitrary<SocketmapReply> = fc.oneof(
  fc.record({ kind: fc.constant('found' as const), data: anyText }),
  fc.constant({ kind: 'not-found' as const }),
  fc.record({
    kind: fc.constantFrom('temporary' as const, 'permanent' as const),
    reason: anyText.map(text => text.repeat(40)),
  }),
)

describe('socketmap replies: properties', () => {
  it('a reply is one netstring of printable ASCII, whatever it says', () => {
    fc.assert(
      fc.property(anyReply, reply => {
        const [, length, content] = /^([0-9]+):([\x20-\x7e]*),$/.exec(encoded(reply)) ?? []
        expect(Number(length)).toBe(content?.length)
        expect(parseSocketmapReply(content ?? '')?.kind).toBe(reply.kind)
      }),
    )
  })

  it('a reason is cut to what fits a log line', () => {
    expect(encoded({ kind: 'temporary', reason: 'x'.repeat(10_000) })).toBe(wire(`TEMP ${'x'.repeat(400)}`))
    expect(encoded({ kind: 'permanent', reason: 'a\r\nb\u202e' })).toBe(wire('PERM a??b?'))
  })

  it('printable ASCII in a found reply comes out as it went in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), data => {
        expect(encoded({ kind: 'found', data })).toBe(wire(`OK ${data}`))
      }),
    )
  })
})

describe('socketmap requests', () => {
  it('the map name ends at the first space, the key is all the rest', () => {
    expect(parseSocketmapRequest('postfix example.com')).toEqual({ mapName: 'postfix', key: 'example.com' })
    expect(parseSocketmapRequest('postfix ')).toEqual({ mapName: 'postfix', key: '' })
    expect(parseSocketmapRequest('postfix a b ')).toEqual({ mapName: 'postfix', key: 'a b ' })
    expect(parseSocketmapRequest(' key')).toEqual({ mapName: '', key: 'key' })
  })

  it('without a space there is no key', () => {
    expect(parseSocketmapRequest('')).toBeUndefined()
    expect(parseSocketmapRequest('postfix')).toBeUndefined()
    expect(parseSocketmapRequest('postfix\texample.com')).toBeUndefined()
  })
})
