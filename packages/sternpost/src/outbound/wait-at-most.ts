import type { Clock, Timer } from '../base/index.ts'

/**
 * Waits for a promise to settle, but not longer than the limit; the promise goes on behind it.
 *
 * Errors: that of the promise, where it rejects within the limit.
 */
export async function waitAtMost(promise: Promise<unknown>, limitMs: number, clock: Clock): Promise<void> {
  if (limitMs <= 0) return
  let timer: Timer | undefined
  const limit = new Promise<void>(resolve => {
    timer = clock.setTimer(resolve, limitMs)
  })
  try {
    await Promise.race([promise, limit])
  } finally {
    timer?.cancel()
  }
}
