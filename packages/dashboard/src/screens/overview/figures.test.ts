import { expect, test } from 'vitest'
import { formatCount, formatShare } from './figures.ts'

test.each([
  [0, '0'],
  [1234, '1,234'],
  [99_999, '99,999'],
  [1_234_567, '1.2M'],
])('the count %d is written %s', (count, text) => {
  expect(formatCount(count)).toBe(text)
})

test.each([
  [0, '0 %'],
  [0.0001, '<0.1 %'],
  [0.0123, '1.2 %'],
  [0.9996, '>99.9 %'],
  [1, '100 %'],
])('the share %d is written %s: never none or all where it is not', (share, text) => {
  expect(formatShare(share)).toBe(text)
})
