import { expect, test } from 'vitest'
import { createManualClock } from './manual-clock.ts'

test('timers run in the order they are due, each at its own instant', async () => {
  const clock = createManualClock(1000)
  const seen: string[] = []
  clock.setTimer(() => seen.push(`late ${clock.now()}`), 30)
  clock.setTimer(() => seen.push(`early ${clock.now()}`), 10)
  clock.setTimer(() => seen.push(`early too ${clock.now()}`), 10)
  await clock.advance(40)
  expect(seen).toEqual(['early 1010', 'early too 1010', 'late 1030'])
  expect(clock.now()).toBe(1040)
})

test('a timer set by a promise that a timer settled runs within the same advance', async () => {
  const clock = createManualClock()
  const seen: number[] = []
  const sleep = (ms: number) => new Promise<void>(resolve => void clock.setTimer(resolve, ms))
  const work = (async () => {
    for (let i = 0; i < 3; i += 1) {
      await sleep(10)
      seen.push(clock.now())
    }
  })()
  await clock.advance(25)
  expect(seen).toEqual([10, 20])
  await clock.advance(5)
  await work
  expect(seen).toEqual([10, 20, 30])
})

test('a cancelled timer does not run, and one not yet due waits', async () => {
  const clock = createManualClock()
  let ran = 0
  const timer = clock.setTimer(() => (ran += 1), 5)
  clock.setTimer(() => (ran += 10), 50)
  timer.cancel()
  await clock.advance(49)
  expect([ran, clock.pendingTimers()]).toEqual([0, 1])
})

test('a jump changes the time of day and leaves timers their wait', async () => {
  const clock = createManualClock(0)
  let ranAt = 0
  clock.setTimer(() => (ranAt = clock.now()), 100)
  clock.jump(3_600_000)
  await clock.advance(99)
  expect(ranAt).toBe(0)
  await clock.advance(1)
  expect(ranAt).toBe(3_600_100)
})
