import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { advisedTime, overdueTime, renewalTime, retryDelay } from './renewal-schedule.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const issuedAt = Date.UTC(2026, 10, 25)

const life = (days: number) => ({ notBefore: issuedAt, notAfter: issuedAt + days * DAY_MS })

describe('a renewal', () => {
  it.each([
    [90, 59.4],
    [6, 3.96],
    [398, 262.68],
  ])('of a certificate of %d days is after %d', (days, after) => {
    expect((renewalTime(life(days), issuedAt, 0.66, () => 0) - issuedAt) / DAY_MS).toBeCloseTo(after, 6)
  })

  it('of many that came together is spread, only to the front', () => {
    expect((renewalTime(life(100), issuedAt, 0.66, () => 1) - issuedAt) / DAY_MS).toBeCloseTo(64, 6)
  })

  it('is never at once, whatever certificate, clock, advice and chance say', () => {
    const days = fc.integer({ min: -4000, max: 4000 })
    const chance = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 4000 }), days, chance, (from, length, window, random) => {
        const notBefore = issuedAt + from * DAY_MS
        const validity = { notBefore, notAfter: notBefore + length * DAY_MS }
        const earliest = issuedAt + Math.min(DAY_MS, (length * DAY_MS) / 3)
        const startAt = issuedAt + window * DAY_MS
        const advised = advisedTime(validity, issuedAt, { startAt, endAt: startAt + DAY_MS }, () => random)
        expect(renewalTime(validity, issuedAt, 0.66, () => random)).toBeGreaterThanOrEqual(
          Math.floor(earliest),
        )
        expect(advised).toBeGreaterThanOrEqual(Math.floor(earliest))
      }),
    )
  })

  it('that is advised for the last moment is sooner', () => {
    const window = { startAt: issuedAt + 89 * DAY_MS, endAt: issuedAt + 90 * DAY_MS }
    expect(advisedTime(life(90), issuedAt, window, () => 0.5)).toBe(issuedAt + 81 * DAY_MS)
  })

  it('is overdue when half of what it left is gone', () => {
    expect(overdueTime(life(90))).toBe(issuedAt + 75 * DAY_MS)
  })
})

describe('after failures a host waits', () => {
  const even = () => 0.5

  it.each([
    [1, 'certificate/challenge-failed', 0.25],
    [2, 'certificate/challenge-failed', 0.5],
    [7, 'certificate/challenge-failed', 16],
    [8, 'certificate/challenge-failed', 24],
    [1000, 'certificate/challenge-failed', 24],
    [1, 'certificate/host-not-found', 1 / 60],
    [1000, 'certificate/host-not-found', 6],
  ] as const)('%d of them, %s: %d hours', (failures, code, hours) => {
    expect(retryDelay(failures, code, undefined, even) / HOUR_MS).toBeCloseTo(hours, 6)
  })

  it('less as its certificate runs out, and an hour at the least', () => {
    expect(retryDelay(99, 'certificate/acme-unreachable', 2 * DAY_MS, even) / HOUR_MS).toBeCloseTo(6, 6)
    expect(retryDelay(99, 'certificate/acme-unreachable', 0, even) / HOUR_MS).toBeCloseTo(1, 6)
    expect(retryDelay(1, 'certificate/acme-unreachable', 0, even) / HOUR_MS).toBeCloseTo(0.25, 6)
  })
})
