import { expect, test } from 'vitest'
import { readHead } from './read-head.ts'

function streamOf(...chunks: readonly string[]): ReadableStream<Uint8Array> {
  return new Blob([...chunks]).stream()
}

test('a short text is read whole', async () => {
  expect(await readHead(streamOf('abc', 'def'), 6)).toEqual({ text: 'abcdef', isWhole: true })
})

test('of a long one no more than asked for is read, and that it goes on is told', async () => {
  expect(await readHead(streamOf('abcdefgh'), 6)).toEqual({ text: 'abcdef', isWhole: false })
})
