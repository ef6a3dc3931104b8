import { expect, test } from 'vitest'
import { addDays, dayOf, daysBetween, daysFromTo, parseDay } from './days.ts'

test('leap days and changes of summer time are days like others', () => {
  expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
  expect(addDays('2027-02-28', 1)).toBe('2027-03-01')
  expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2)
  expect(daysFromTo('2026-10-24', '2026-10-26')).toEqual(['2026-10-24', '2026-10-25', '2026-10-26'])
  expect(daysFromTo('2026-10-26', '2026-10-24')).toEqual([])
  expect(dayOf(Date.parse('2026-12-31T23:59:59.999Z'))).toBe('2026-12-31')
})

test('only days of the calendar are days', () => {
  expect(parseDay('2028-02-29')).toBe('2028-02-29')
  for (const text of [
    '2026-02-29',
    '2026-2-1',
    '2026-13-01',
    'today',
    '',
    '+12026-01-01',
    '2026-01-01T00:00',
  ])
    expect(parseDay(text)).toBeUndefined()
})
