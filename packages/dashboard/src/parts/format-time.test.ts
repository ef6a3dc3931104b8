import { expect, test } from 'vitest'
import { formatRelative, formatSpan, formatUtc } from './format-time.ts'

const NOW = Date.UTC(2026, 10, 25, 12)
const MINUTE = 60_000

test.each([
  [NOW, 'just now'],
  [NOW - 59_000, 'just now'],
  [NOW + 30_000, 'in less than a minute'],
  [NOW - 3 * MINUTE, '3 minutes ago'],
  [NOW - 119 * MINUTE, '1 hour ago'],
  [NOW - 47 * 60 * MINUTE, '47 hours ago'],
  [NOW - 49 * 60 * MINUTE, '2 days ago'],
  [NOW + 8 * 24 * 60 * MINUTE, 'in 8 days'],
])('%d seen from noon is "%s"', (at, text) => {
  expect(formatRelative(at, NOW)).toBe(text)
})

test('a moment in UTC says so', () => {
  expect(formatUtc(NOW)).toBe('2026-11-25 12:00:00 UTC')
})

test.each([
  [0, '0 seconds'],
  [1, '1 second'],
  [90, '1.5 minutes'],
  [604_800, '7 days'],
  [31_557_600, '365.3 days'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatSpan(seconds)).toBe(text)
})
