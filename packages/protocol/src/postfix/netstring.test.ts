import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import vectors from '../../../../vectors/postfix/netstrings.json' with { type: 'json' }
import { encodeNetstring, scanNetstring } from './netstring.ts'

const LIMIT = 16

interface Frames {
  readonly frames: readonly string[]
  readonly rest: string
  readonly code?: string
}

/** Reads a stream that comes in pieces, as a connection does. */
function readPieces(pieces: readonly Uint8Array[], limit = LIMIT): Frames {
  const frames: string[] = []
  let rest = Buffer.alloc(0)
  for (const piece of pieces) {
    rest = Buffer.concat([rest, piece])
    for (;;) {
      const scan = scanNetstring(rest, 0, limit)
      if (scan.kind === 'broken') return { frames, rest: rest.toString('latin1'), code: scan.issue.code }
      if (scan.kind === 'incomplete') break
      frames.push(rest.toString('latin1', scan.frame.start, scan.frame.end))
      rest = rest.subarray(scan.frame.next)
    }
  }
  return { frames, rest: rest.toString('latin1') }
}

/** What can be told of a stream however it was cut: after a fault nothing that follows matters. */
function outcome({ frames, rest, code }: Frames) {
  return code === undefined ? { frames, rest } : { frames, code }
}

const inBytes = (text: string) => Buffer.from(text, 'latin1')

describe('netstrings: vectors', () => {
  it.each(vectors)('$id', ({ input, expect: expected }) => {
    const { frames, rest, code } = readPieces([inBytes(input)])
    expect(
      code === undefined ? { ok: true, value: { frames, rest }, warnings: [] } : { codes: [code] },
    ).toEqual(expected)
  })

  it.each(vectors)('$id, cut at every byte', ({ input }) => {
    const whole = outcome(readPieces([inBytes(input)]))
    const bytes = inBytes(input)
    for (let cut = 0; cut <= bytes.length; cut += 1)
      expect(outcome(readPieces([bytes.subarray(0, cut), bytes.subarray(cut)]))).toEqual(whole)
    expect(outcome(readPieces([...bytes].map(byte => Uint8Array.of(byte))))).toEqual(whole)
  })
})

describe('netstrings: properties', () => {
  const stream = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 })

  it('what is wrapped comes out again, cut anywhere', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 6 }), (contents, cuts) => {
        const bytes = Buffer.concat(contents.map(encodeNetstring))
        const places = [0, ...cuts.map(cut => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
        const pieces = places.slice(1).map((place, index) => bytes.subarray(places[index], place))
        expect(readPieces(pieces, 200)).toEqual({
          frames: contents.map(content => Buffer.from(content).toString('latin1')),
          rest: '',
        })
      }),
    )
  })

  it('no bytes crash it, and a frame always lies inside the buffer and within the limit', () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.string({ unit: fc.constantFrom('0', '1', '9', ':', ',', 'a'), maxLength: 64 }).map(inBytes),
    )
    fc.assert(
      fc.property(hostile, fc.nat(64), (bytes, offset) => {
        const scan = scanNetstring(bytes, offset, LIMIT)
        if (scan.kind !== 'frame') return
        const { start, end, next } = scan.frame
        expect(start).toBeGreaterThan(offset)
        expect(end - start).toBeGreaterThanOrEqual(0)
        expect(end - start).toBeLessThanOrEqual(LIMIT)
        expect(next).toBe(end + 1)
        expect(next).toBeLessThanOrEqual(bytes.length)
      }),
      { numRuns: 2_000 },
    )
  })

  it('an unfinished frame is bounded: more bytes than its longest form are a frame or broken', () => {
    const longest = String(LIMIT).length + 1 + LIMIT + 1
    fc.assert(
      fc.property(fc.uint8Array({ minLength: longest, maxLength: 2 * longest }), bytes => {
        expect(scanNetstring(bytes, 0, LIMIT).kind).not.toBe('incomplete')
      }),
      { numRuns: 2_000 },
    )
  })
})
