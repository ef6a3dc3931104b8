import { createManualClock } from '@sternpost/lab'
import { describe, expect, it } from 'vitest'
import { waitAtMost } from './wait-at-most.ts'

/** Whether a wait has ended, seen after every promise that can settle has settled. */
function watch(wait: Promise<void>): () => Promise<boolean> {
  let ended = false
  void wait.then(() => {
    ended = true
  })
  return async () => {
    await new Promise<void>(resolve => setImmediate(resolve))
    return ended
  }
}

describe('waiting with a limit', () => {
  it('ends when the promise settles, and leaves no timer behind', async () => {
    const clock = createManualClock()
    const { promise, resolve } = Promise.withResolvers<void>()
    const hasEnded = watch(waitAtMost(promise, 5_000, clock))
    expect(await hasEnded()).toBe(false)
    resolve()
    expect(await hasEnded()).toBe(true)
    expect(clock.pendingTimers()).toBe(0)
  })

  it('ends at the limit, not before', async () => {
    const clock = createManualClock()
    const hasEnded = watch(waitAtMost(new Promise(() => {}), 5_000, clock))
    await clock.advance(4_999)
    expect(await hasEnded()).toBe(false)
    await clock.advance(1)
    expect(await hasEnded()).toBe(true)
  })

  it('does not wait at all where nothing is left of the limit', async () => {
    const clock = createManualClock()
    await waitAtMost(new Promise(() => {}), 0, clock)
    await waitAtMost(new Promise(() => {}), -1, clock)
    expect(clock.pendingTimers()).toBe(0)
  })

  it('gives on the error of the promise, and leaves no timer behind', async () => {
    const clock = createManualClock()
    await expect(waitAtMost(Promise.reject(new Error('broken')), 5_000, clock)).rejects.toThrow('broken')
    expect(clock.pendingTimers()).toBe(0)
  })

  it('an error after the limit harms nobody', async () => {
    const clock = createManualClock()
    const { promise, reject } = Promise.withResolvers<void>()
    const wait = waitAtMost(promise, 1_000, clock)
    await clock.advance(1_000)
    await wait
    reject(new Error('late'))
    await new Promise<void>(resolve => setImmediate(resolve))
  })
})
