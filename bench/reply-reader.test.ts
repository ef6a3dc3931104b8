import { describe, expect, test } from 'vitest'
import { ReplyReader } from './reply-reader.ts'

const replies = [
  ['9:NOTFOUND ,', 'notFound'],
  ['30:OK secure match=mx.example.com,', 'ok'],
  ['9:TEMP late,', 'temporary'],
  ['8:PERM bad,', 'permanent'],
] as const

describe('a reply has one status however its bytes are split', () => {
  for (const [text, status] of replies) {
    test(text, () => {
      const bytes = Buffer.from(text)
      for (let split = 0; split <= bytes.length; split += 1) {
        const reader = new ReplyReader()
        const first = reader.read(bytes.subarray(0, split), split)
        if (split < bytes.length) {
          expect(first).toBeUndefined()
          expect(reader.read(bytes.subarray(split), bytes.length - split)).toBe(status)
        } else expect(first).toBe(status)
      }
    })
  }
})

test('the next reply is read anew', () => {
  const reader = new ReplyReader()
  for (const [text, status] of replies) expect(reader.read(Buffer.from(text), text.length)).toBe(status)
})

test('bytes that are no reply, or more than one, are broken', () => {
  for (const text of ['hello', '9:NOTFOUND x', '9:NOTFOUND ,9:NOTFOUND ,', '3:hm?,']) {
    expect(new ReplyReader().read(Buffer.from(text), text.length)).toBe('broken')
  }
})
