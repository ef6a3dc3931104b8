import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeName, encodeName, MalformedMessageError, skipName } from './wire-name.ts'

describe('encodeName', () => {
  it.each([
    ['.', [0]],
    ['a', [1, 0x61, 0]],
    ['mx.test', [2, 0x6d, 0x78, 4, 0x74, 0x65, 0x73, 0x74, 0]],
    ['mx.test.', [2, 0x6d, 0x78, 4, 0x74, 0x65, 0x73, 0x74, 0]],
    ['a\\.b', [3, 0x61, 0x2e, 0x62, 0]],
    ['\\046\\255', [2, 0x2e, 0xff, 0]],
  ])('writes %j', (name, bytes) => {
    expect([...(encodeName(name) ?? [])]).toEqual(bytes)
  })

  it.each([
    ['nothing', ''],
    ['an empty label', 'a..b'],
    ['a leading dot', '.a'],
    ['a label of 64 bytes', `${'a'.repeat(64)}.test`],
    ['a name of 254 characters', `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(62)}`],
    ['a space', 'a b'],
    ['a letter beyond ASCII', 'é.test'],
    ['a NUL', 'a\0b'],
    ['an escape over 255', '\\256'],
    ['a cut escape', 'a\\'],
    ['a megabyte', 'a.'.repeat(500_000)],
  ])('refuses %s', (_, name) => {
    expect(encodeName(name)).toBeNull()
  })

  it('takes a name of 253 characters and a label of 63', () => {
    const longest = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`
    expect(longest).toHaveLength(253)
    expect(encodeName(longest)).toHaveLength(255)
  })

  it('gives back through decodeName whatever bytes the labels are of', () => {
    const label = fc.uint8Array({ minLength: 1, maxLength: 63 }).map(bytes => Buffer.from(bytes))
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 3 }), labels => {
        const wire = Buffer.concat([
          ...labels.flatMap(bytes => [Buffer.of(bytes.length), bytes]),
          Buffer.of(0),
        ])
        const lowered = Buffer.from(
          wire.toString('latin1').replace(/[A-Z]/g, c => c.toLowerCase()),
          'latin1',
        )
        // Length bytes from 0x41 on do not occur: labels end at 63.
        expect(encodeName(decodeName(wire, { at: 0 }))).toEqual(lowered)
      }),
    )
  })
})

describe('decodeName', () => {
  it('never lets one label pass for two', () => {
    const wire = Buffer.from([8, ...Buffer.from('mx.a.com'), 0])
    expect(decodeName(wire, { at: 0 })).toBe('mx\\.a\\.com')
  })

  it('follows a pointer and leaves the cursor behind it', () => {
    const wire = Buffer.from([1, 0x61, 0, 1, 0x62, 0xc0, 0, 9])
    const cursor = { at: 3 }
    expect(decodeName(wire, cursor)).toBe('b.a')
    expect(cursor.at).toBe(7)
  })

  it.each([
    ['a pointer to itself', [0xc0, 0]],
    ['a pointer forwards', [0xc0, 2, 1, 0x61, 0]],
    ['two pointers at each other', [0xc0, 2, 0xc0, 0]],
    ['a pointer cut short', [0xc0]],
    ['a label cut short', [5, 0x61]],
    ['no end', [1, 0x61]],
    ['a label of a reserved kind', [0x41, 0x61, 0]],
  ])('throws its own error for %s', (_, bytes) => {
    const wire = Buffer.from(bytes)
    expect(() => decodeName(wire, { at: 0 })).toThrow(MalformedMessageError)
  })

  it('gives up a loop through a label that comes back to where it began', () => {
    const wire = Buffer.from([1, 0x61, 0xc0, 0])
    expect(() => decodeName(wire, { at: 0 })).toThrow(MalformedMessageError)
  })

  it('gives up a long chain of backward pointers', () => {
    const wire = Buffer.alloc(2 + 2 * 8000)
    for (let i = 1; i <= 8000; i += 1) wire.writeUInt16BE(0xc000 | (2 * (i - 1)), 2 * i)
    expect(() => decodeName(wire, { at: 16_000 })).toThrow(MalformedMessageError)
  })

  it('throws nothing but its own error, and skipName with it, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(400), (bytes, at) => {
        for (const read of [decodeName, skipName]) {
          try {
            const cursor = { at }
            read(Buffer.from(bytes), cursor)
            expect(cursor.at).toBeGreaterThan(at)
          } catch (error) {
            expect(error).toBeInstanceOf(MalformedMessageError)
          }
        }
      }),
      { numRuns: 500 },
    )
  })
})
