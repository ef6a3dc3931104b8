import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CLOCK_JUMP_MS, createSteadyClock } from './clock.ts'

const START = Date.UTC(2026, 10, 1)
const YEAR_MS = 31_557_600_000

/** Hands of both clocks, set by the test. */
function createHands() {
  const hands = { wall: START, monotonic: 5_000.25 }
  const clock = createSteadyClock(
    () => hands.wall,
    () => hands.monotonic,
  )
  return {
    clock,
    pass(ms: number) {
      hands.wall += ms
      hands.monotonic += ms
    },
    jump(ms: number) {
      hands.wall += ms
    },
  }
}

describe('the steady clock', () => {
  it('starts at the time of the system and counts on', () => {
    const { clock, pass } = createHands()
    expect(clock.now()).toBe(START)
    pass(1_234.5)
    expect(clock.now()).toBe(START + 1_235)
    expect(clock.check()).toBeUndefined()
  })

  it.each([3_600_000, YEAR_MS, -3_600_000, -YEAR_MS])('a jump of %d ms is told and not followed', aheadMs => {
    const { clock, pass, jump } = createHands()
    jump(aheadMs)
    expect(clock.now()).toBe(START)
    expect(clock.check()).toEqual({ aheadMs })
    pass(60_000)
    expect(clock.now()).toBe(START + 60_000)
    expect(clock.check()).toEqual({ aheadMs })
  })

  it('a jump that is taken back is no jump any more', () => {
    const { clock, jump } = createHands()
    jump(YEAR_MS)
    expect(clock.check()).toBeDefined()
    jump(-YEAR_MS)
    expect(clock.check()).toBeUndefined()
    expect(clock.now()).toBe(START)
  })

  it.each([CLOCK_JUMP_MS, -CLOCK_JUMP_MS, 20])('a correction of %d ms is followed', correctionMs => {
    const { clock, jump } = createHands()
    jump(correctionMs)
    expect(clock.now()).toBe(START)
    expect(clock.check()).toBeUndefined()
    expect(clock.now()).toBe(START + correctionMs)
  })

  it('drift is followed check by check', () => {
    const { clock, pass, jump } = createHands()
    for (let hour = 0; hour < 100; hour += 1) {
      pass(3_600_000)
      jump(200)
      expect(clock.check()).toBeUndefined()
    }
    expect(clock.now()).toBe(START + 100 * 3_600_200)
  })

  it('small steps do not lead it away: a year in steps of four minutes is followed for minutes a day', () => {
    const { clock, pass, jump } = createHands()
    let refused = 0
    for (let minute = 0; minute < 1_440; minute += 1) {
      pass(60_000)
      jump(240_000)
      if (clock.check() !== undefined) refused += 1
    }
    expect(refused).toBeGreaterThan(1_400)
    expect(clock.now()).toBeLessThan(START + 1_440 * 60_000 + 3 * CLOCK_JUMP_MS)
  })
})

describe('timers of the steady clock', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('fire once, when they are due', () => {
    const fired = vi.fn()
    createSteadyClock().setTimer(fired, 1_000)
    vi.advanceTimersByTime(999)
    expect(fired).not.toHaveBeenCalled()
    vi.advanceTimersByTime(10_000)
    expect(fired).toHaveBeenCalledTimes(1)
  })

  it('that are cancelled never fire', () => {
    const fired = vi.fn()
    createSteadyClock().setTimer(fired, 1_000).cancel()
    vi.advanceTimersByTime(10_000)
    expect(fired).not.toHaveBeenCalled()
  })

  it('longer than setTimeout can count are neither early nor at once, and can be cancelled late', () => {
    const fired = vi.fn()
    const cancelled = vi.fn()
    const clock = createSteadyClock()
    clock.setTimer(fired, YEAR_MS)
    const timer = clock.setTimer(cancelled, YEAR_MS)
    vi.advanceTimersByTime(YEAR_MS - 1)
    expect(fired).not.toHaveBeenCalled()
    timer.cancel()
    vi.advanceTimersByTime(1)
    expect(fired).toHaveBeenCalledTimes(1)
    expect(cancelled).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })
})
