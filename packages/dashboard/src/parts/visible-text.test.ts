import { expect, test } from 'vitest'
import { cutText, visibleText } from './visible-text.ts'

test('a mark that turns the direction of a text is seen and does not turn it', () => {
  expect(visibleText('\u202egnp.exe')).toBe('\\u202egnp.exe')
})

test('controls and characters without width are seen; letters of every script stay', () => {
  expect(visibleText('a\u0000b\u001b[31m\u200bc')).toBe('a\\u0000b\\u001b[31m\\u200bc')
  expect(visibleText('ümlaut, עברית, 日本語, 🙂')).toBe('ümlaut, עברית, 日本語, 🙂')
})

test('a cut goes between characters', () => {
  expect(cutText('ab🙂cd', 3)).toBe('ab…')
  expect(cutText('abc', 3)).toBe('abc')
})
