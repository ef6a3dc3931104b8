import { describe, expect, test } from 'vitest'
import { addDays, daysFromTo } from './days.ts'
import { readReporterHabit } from './reporter-habits.ts'

const from = '2026-03-01'
const today = '2026-05-31'
/** Ten weeks, ending on a Sunday. */
const tenWeeks = daysFromTo('2026-03-02', '2026-05-10')

function habit(received: readonly string[], range: { from?: string; to?: string } = {}) {
  return readReporterHabit('Sender', new Set(received), { from, to: '2026-05-10', today, ...range })
}

function marksOf(result: ReturnType<typeof habit>) {
  return Object.fromEntries(result?.days.map(({ day, mark }) => [day, mark]) ?? [])
}

const isWorkday = (day: string) => ![0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay())

describe('a reporter', () => {
  test('that sends on workdays is not missed at the weekend', () => {
    const marks = marksOf(habit(tenWeeks.filter(isWorkday)))
    expect(marks['2026-05-09']).toBe('not-expected')
    expect(marks['2026-05-08']).toBe('received')
  })

  test('that skips a workday is missed that day', () => {
    const result = habit(tenWeeks.filter(day => isWorkday(day) && day !== '2026-05-06'))
    expect(marksOf(result)['2026-05-06']).toBe('silent')
    expect(result).toMatchObject({ silentCount: 1, silentSince: undefined })
  })

  test('that falls silent stays silent however long, and since when is told', () => {
    const result = habit(tenWeeks.slice(0, 40), { to: '2026-05-29' })
    expect(result?.silentSince).toBe(addDays(tenWeeks[39]!, 1))
    expect(marksOf(result)['2026-05-29']).toBe('silent')
  })

  test('of two weeks tells nothing yet', () => {
    const result = habit(tenWeeks.slice(0, 14))
    expect(Object.values(marksOf(result))).not.toContain('silent')
    expect(marksOf(result)['2026-03-17']).toBe('unknown')
  })

  test('is awaited while a report may still be on its way', () => {
    const marks = marksOf(habit(daysFromTo('2026-03-02', '2026-05-29'), { to: today }))
    expect(marks['2026-05-31']).toBe('awaited')
    expect(marks['2026-05-30']).toBe('awaited')
    expect(marks['2026-05-29']).toBe('received')
  })

  test('that reports rarely is never expected', () => {
    const rare = tenWeeks.filter((_, index) => index % 14 === 0)
    expect(habit(rare)).toMatchObject({ silentCount: 0, expectedCount: 0 })
  })

  test('of whom nothing came has no habit', () => {
    expect(habit([])).toBeUndefined()
  })
})
