import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFrameReader } from './frame-reader.ts'

describe('createFrameReader', () => {
  it('gives the same messages however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 }),
        (messages, sizes) => {
          const stream = Buffer.concat(
            messages.flatMap(message => [Buffer.from([message.length >> 8, message.length & 0xff]), message]),
          )
          const read = createFrameReader()
          const found: Buffer[] = []
          for (let at = 0, i = 0; at < stream.length; i += 1) {
            const size = sizes[i % sizes.length] ?? 1
            found.push(...read(stream.subarray(at, at + size)))
            at += size
          }
          expect(found.map(frame => [...frame])).toEqual(messages.map(message => [...message]))
        },
      ),
    )
  })

  it('passes over empty messages', () => {
    const read = createFrameReader()
    expect(read(Buffer.from([0, 0, 0, 1, 7])).filter(frame => frame.length > 0)).toEqual([Buffer.of(7)])
  })
})
