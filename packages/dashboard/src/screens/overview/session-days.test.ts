import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describeDays, type SessionDay, sparkColumns } from './session-days.ts'

const size = { width: 84, above: 16, below: 8 }
const day = (good: number, failed: number): SessionDay => ({
  successfulSessionCount: good,
  failedSessionCount: failed,
})

describe('a sparkline', () => {
  test('stays within its size, and shows whatever is there', () => {
    const count = fc.oneof(fc.constant(0), fc.nat({ max: 1e12 }))
    fc.assert(
      fc.property(fc.array(fc.tuple(count, count), { maxLength: 90 }), pairs => {
        const columns = sparkColumns(
          pairs.map(([good, failed]) => day(good, failed)),
          size,
        )
        expect(columns).toHaveLength(pairs.length)
        columns.forEach((column, index) => {
          const [good, failed] = pairs[index]!
          expect(column.goodHeight).toBeLessThanOrEqual(size.above)
          expect(column.failedHeight).toBeLessThanOrEqual(size.below)
          expect(column.goodHeight > 0).toBe(good > 0)
          expect(column.failedHeight > 0).toBe(failed > 0)
          expect(column.x).toBeLessThan(size.width)
        })
      }),
    )
  })

  test.each([
    [[day(0, 0), day(0, 0)], 'No session reported in 2 days'],
    [[day(1200, 0), day(34, 0)], '1,234 sessions in 2 days, none failed'],
    [[day(1000, 3), day(1000, 10)], '2,013 sessions in 2 days, 13 failed, most on 2026-03-01 (10)'],
  ])('says what it shows', (days, said) => {
    expect(describeDays(days, '2026-02-28')).toBe(said)
  })
})
