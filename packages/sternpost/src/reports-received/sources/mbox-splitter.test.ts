import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MboxSplitter } from './mbox-splitter.ts'

/** Feeds a text in pieces of the sizes given, over and over. */
function split(text: string, sizes: readonly number[] = [text.length], maxBytes = 1000) {
  const splitter = new MboxSplitter(maxBytes)
  const bytes = Buffer.from(text, 'latin1')
  const mails: [number, string | undefined][] = []
  let at = 0
  for (let index = 0; at < bytes.length; index += 1) {
    const size = Math.max(1, sizes[index % sizes.length] ?? 1)
    for (const mail of splitter.push(bytes.subarray(at, at + size)))
      mails.push([mail.number, mail.bytes?.toString()])
    at += size
  }
  for (const mail of splitter.end()) mails.push([mail.number, mail.bytes?.toString()])
  return mails
}

const envelope = 'From a@example.com Thu Jan  1 00:00:00 2026\n'

describe('mails of an mbox file', () => {
  test.each([
    ['two mails', `${envelope}A: 1\n\nx\n\n${envelope}A: 2\n\ny\n`, ['A: 1\n\nx\n\n', 'A: 2\n\ny\n']],
    ['CRLF', `From a\r\nA: 1\r\n\r\nx\r\n\r\nFrom b\r\nA: 2\r\n`, ['A: 1\r\n\r\nx\r\n\r\n', 'A: 2\r\n']],
    [
      'escaped lines',
      `${envelope}A: 1\n\n>From me\n>>From you\n> From\n`,
      ['A: 1\n\nFrom me\n>From you\n> From\n'],
    ],
    [
      'a sentence after no empty line',
      `${envelope}A: 1\n\nx\nFrom now on: y\n`,
      ['A: 1\n\nx\nFrom now on: y\n'],
    ],
    [
      'a sentence that no header follows',
      `${envelope}A: 1\n\nFrom here\non, all is well\n`,
      ['A: 1\n\nFrom here\non, all is well\n'],
    ],
    ['no last line end', `${envelope}A: 1\n\nx`, ['A: 1\n\nx']],
    ['an envelope line alone at the end', `${envelope}A: 1\n\nFrom x`, ['A: 1\n\nFrom x']],
  ])('%s', (_name, text, expected) => {
    expect(split(text)).toEqual(expected.map((mail, index) => [index + 1, mail]))
  })

  test('are the same however the file comes in pieces', () => {
    const piece = fc.constantFrom(envelope, 'A: 1\n', '\n', '\r\n', 'From ', '>From x\n', 'x', 'text\n')
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
        (pieces, sizes) => {
          const text = envelope + pieces.join('')
          expect(split(text, sizes, 100_000)).toEqual(split(text, [text.length], 100_000))
        },
      ),
    )
  })

  test('one that is too large is told of and does not hide the next', () => {
    const large = `${envelope}A: 1\n\n${'x\n'.repeat(50_000)}\n`
    const text = `${envelope}A: 0\n\n${large}${envelope}A: 2\n\ny\n`
    for (const size of [7, 4096, text.length]) {
      expect(split(text, [size])).toEqual([
        [1, 'A: 0\n\n'],
        [2, undefined],
        [3, 'A: 2\n\ny\n'],
      ])
    }
  })
})
