import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffLines } from './line-diff.ts'

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 8 })
  .map(lines => lines.map(line => `${line}\n`).join(''))

test('what is kept and taken away is the text before, what is kept and added the text after', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(before, after)
      const without = (mark: string) =>
        lines
          .filter(line => line.mark !== mark)
          .map(line => `${line.text}\n`)
          .join('')
      expect(without('+')).toBe(before)
      expect(without('-')).toBe(after)
    }),
  )
})

test('line ends do not count, and equal texts have no change', () => {
  expect(diffLines('a\r\nb\r\n', 'a\rb')).toEqual([
    { mark: ' ', text: 'a' },
    { mark: ' ', text: 'b' },
  ])
})

test('a long text is not compared but shown', () => {
  const lines = diffLines('x\n'.repeat(100_000), 'a\n')
  expect(lines).toEqual([{ mark: '+', text: 'a' }])
})
