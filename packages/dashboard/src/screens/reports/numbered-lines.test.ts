import { expect, test } from 'vitest'
import { formatJson, numberLines } from './numbered-lines.ts'

test('JSON is set out in lines, what is none stays as it is', () => {
  expect(formatJson('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}')
  expect(formatJson('{"a":')).toBe('{"a":')
})

test('a text of many megabytes is cut to what a page can lay out', () => {
  const word = numberLines(formatJson(`{"a":"${'x'.repeat(10_000_000)}"}`))
  expect(word.isCut).toBe(true)
  expect(word.lines.join('').length).toBeLessThan(2_100)
  const lines = numberLines('x\n'.repeat(1_000_000))
  expect(lines.lines).toHaveLength(2_000)
  expect(lines.isCut).toBe(true)
})

test('a short text is whole', () => {
  expect(numberLines('a\r\nb')).toEqual({ lines: ['a', 'b'], isCut: false })
})

test('a line cannot turn its direction', () => {
  expect(numberLines('{"a":"\u202egnp.exe"}').lines).toEqual(['{"a":"\\u202egnp.exe"}'])
})
