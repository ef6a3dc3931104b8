import { describe, expect, test } from 'vitest'
import { timelineRange, timelineSpans, timelineTicks } from './timeline-spans.ts'

const at = (text: string) => Date.parse(text)
const now = at('2026-03-20T12:00:00Z')
const versions = [
  {
    policyId: 'b',
    mode: 'enforce',
    firstServedAt: '2026-03-15T00:00:00.000Z',
    lastServedAt: null,
  },
  {
    policyId: 'a',
    mode: 'testing',
    firstServedAt: '2026-03-01T00:00:00.000Z',
    lastServedAt: '2026-03-15T00:00:00.000Z',
  },
  { policyId: 'draft', mode: 'enforce', firstServedAt: null, lastServedAt: null },
]

describe('the timeline', () => {
  test('begins a little before the first version and ends with today', () => {
    const range = timelineRange(versions, now)
    expect(new Date(range.from).toISOString()).toBe('2026-02-26T00:00:00.000Z')
    expect(new Date(range.to).toISOString()).toBe('2026-03-21T00:00:00.000Z')
  })

  test('is two weeks at least and half a year at most', () => {
    const days = (range: { from: number; to: number }) => (range.to - range.from) / 86_400_000
    expect(days(timelineRange([], now))).toBe(14)
    const old = [{ ...versions[0]!, firstServedAt: '2020-01-01T00:00:00.000Z' }]
    expect(days(timelineRange(old, now))).toBe(180)
  })

  test('shows versions that were served in their order, and nothing beyond its ends', () => {
    const range = { from: at('2026-03-11T00:00:00Z'), to: at('2026-03-21T00:00:00Z') }
    expect(timelineSpans(versions, range, now)).toEqual([
      { policyId: 'a', mode: 'testing', from: 0, to: 0.4, isServed: false },
      { policyId: 'b', mode: 'enforce', from: 0.4, to: 0.95, isServed: true },
    ])
    expect(timelineSpans(versions, { from: at('2026-03-16'), to: at('2026-03-21') }, now)).toHaveLength(1)
  })

  test('is marked by days that lie on it', () => {
    const range = { from: at('2026-03-01T00:00:00Z'), to: at('2026-03-21T00:00:00Z') }
    expect(timelineTicks(range, 5).map(({ day }) => day)).toEqual([
      '2026-03-01',
      '2026-03-05',
      '2026-03-09',
      '2026-03-13',
      '2026-03-17',
    ])
  })
})
