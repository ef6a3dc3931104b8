import { describe, expect, test } from 'vitest'
import { RateLimit } from './rate-limit.ts'

describe('a source', () => {
  test('may use its minute at once, then waits as long as it is told', () => {
    let now = 1000
    const limit = new RateLimit({ perMinute: 3, now: () => now })
    expect([1, 2, 3].map(() => limit.take('192.0.2.1'))).toEqual([0, 0, 0])
    const waitSeconds = limit.take('192.0.2.1')
    expect(waitSeconds).toBe(20)
    now += waitSeconds * 1000
    expect(limit.take('192.0.2.1')).toBe(0)
    expect(limit.take('192.0.2.1')).toBe(20)
  })

  test('does not wait for others', () => {
    const limit = new RateLimit({ perMinute: 1, now: () => 0 })
    expect(limit.take('192.0.2.1')).toBe(0)
    expect(limit.take('192.0.2.2')).toBe(0)
    expect(limit.take('192.0.2.1')).toBe(60)
  })

  test('gains nothing by silence beyond one minute, nor by a clock that goes back', () => {
    let now = 0
    const limit = new RateLimit({ perMinute: 2, now: () => now })
    now = 3_600_000
    expect([1, 2, 3].map(() => limit.take('a') > 0)).toEqual([false, false, true])
    now = 0
    expect(limit.take('a')).toBeGreaterThan(0)
  })

  test('is not forgotten for a hundred others, and a flood of sources is', () => {
    const limit = new RateLimit({ perMinute: 1, now: () => 0 })
    limit.take('192.0.2.1')
    for (let n = 0; n < 100; n += 1) limit.take(`source ${n}`)
    expect(limit.take('192.0.2.1')).toBeGreaterThan(0)
    for (let n = 0; n < 60_000; n += 1) limit.take(`source ${n}`)
    expect(limit.take('192.0.2.1')).toBe(0)
  })
})
