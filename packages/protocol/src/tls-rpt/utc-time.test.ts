import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatReportTime, parseReportTime, utcDay } from './utc-time.ts'

const first = Date.parse('0001-01-01T00:00:00Z')
const last = Date.parse('9999-12-31T23:59:59.999Z')
const time = fc.integer({ min: first, max: last })

describe('times of reports', () => {
  it('agree with the platform for every time of nine millennia', () => {
    fc.assert(
      fc.property(time, at => {
        const iso = new Date(at).toISOString()
        expect(utcDay(at)).toBe(iso.slice(0, 10))
        expect(formatReportTime(at)).toBe(iso.replace('.000Z', 'Z'))
        expect(parseReportTime(iso)).toEqual({ at, form: 'standard' })
        expect(parseReportTime(formatReportTime(at))).toEqual({ at, form: 'standard' })
      }),
      { numRuns: 2_000 },
    )
  })

  it('agree with the platform on what is a date', () => {
    const number = (max: number) => fc.integer({ min: 0, max }).map(n => String(n).padStart(2, '0'))
    fc.assert(
      fc.property(
        number(14),
        number(33),
        number(25),
        number(61),
        number(61),
        (month, day, hour, minute, second) => {
          const text = `2024-${month}-${day}T${hour}:${minute}:${second}Z`
          const date = new Date(text)
          // The platform lets a day overflow into the next month, and knows no leap second.
          const isDate = !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day)
          if (hour !== '24' && second !== '60') expect(parseReportTime(text) !== undefined).toBe(isDate)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it.each([
    ['2026-01-02T00:00:00z', 'standard', '2026-01-02T00:00:00Z'],
    ['2026-01-02t00:00:00.1239+02:00', 'standard', '2026-01-01T22:00:00.123Z'],
    ['2026-01-02T00:00:00-0930', 'other', '2026-01-02T09:30:00Z'],
    ['2026-01-02T00:00:00', 'no-zone', '2026-01-02T00:00:00Z'],
    ['2026-01-02 10:00 UTC', 'other', '2026-01-02T10:00:00Z'],
    ['2026-06-30T23:59:60Z', 'standard', '2026-07-01T00:00:00Z'],
    ['2024-02-29', 'no-zone', '2024-02-29T00:00:00Z'],
    ['1767312000', 'other', '2026-01-02T00:00:00Z'],
    ['1767312000000', 'other', '2026-01-02T00:00:00Z'],
  ])('%s is read', (text, form, expected) => {
    const parsed = parseReportTime(text)
    expect(parsed?.form).toBe(form)
    expect(formatReportTime(parsed?.at ?? 0)).toBe(expected)
  })

  it.each([
    '', 'now', '2026-1-2', '2026-02-29', '1900-02-29T00:00:00Z', '2026-01-02T24:00:01Z', '2026-01-02T00:00:00+24:00',
    '0000-12-31T00:00:00Z', '0001-01-01T00:00:00+00:01', '9999-12-31T23:59:59-00:01', '99999999999999',
    `2026-01-02T00:00:00.${'1'.repeat(100)}Z`,
  ])('%s is none', text => {
    expect(parseReportTime(text)).toBeUndefined()
  }) // biome-ignore format: a list
})
