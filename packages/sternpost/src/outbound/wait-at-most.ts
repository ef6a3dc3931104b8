import type { Clock, Timer } from '../base/index.ts'

/** Waits for a promise to settle, but not longer than the limit; the promise goes on behind it. */
export async function waitAtMost(promise: Promise<unknown>, limitMs: number, clock: Clock): Promise<void> {
  if (limitMs <= 0) return
  let timer: Timer | undefined
  const limit = new Promise<void>(resolve => {
    timer = clock.setTimer(resolve, limitMs)
  })
  await Promise.race([promise, limit])
  timer?.cancel()
}
