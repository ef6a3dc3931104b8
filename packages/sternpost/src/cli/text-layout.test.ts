import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatCount, formatRate, formatTable, TEXT_WIDTH, wrapText } from './text-layout.ts'

test('numbers stand under one another and the flexible column gives way', () => {
  const lines = formatTable(
    [
      { title: 'Name', align: 'left', flexible: true },
      { title: 'Sessions', align: 'right' },
    ],
    [
      ['a', '1'],
      ['b'.repeat(200), '12,345'],
    ],
  )
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(TEXT_WIDTH)
  expect(lines[1]).toMatch(/^a {77}1$|^a +1$/)
  expect(lines[1]?.length).toBe(lines[2]?.length)
})

test('text wraps within the width whatever it holds, and loses no word', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 400 }), text => {
      const lines = wrapText(text, '  ', 40)
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(40)
      expect(lines.join('').replaceAll(' ', '')).toHaveLength(
        wrapText(text, '', 1e6).join('').replaceAll(' ', '').length,
      )
    }),
  )
})

test('a rate never rounds a failure away', () => {
  expect(formatRate(999_999, 1_000_000)).toBe('>99.9 %')
  expect(formatRate(1, 1_000_000)).toBe('<0.1 %')
  expect(formatRate(5, 5)).toBe('100 %')
  expect(formatRate(0, 5)).toBe('0 %')
  expect(formatRate(0, 0)).toBe('-')
  expect(formatRate(1, 3)).toBe('33.3 %')
  expect(formatCount(1234567)).toBe('1,234,567')
})
