import type { Clock } from '../../base/index.ts'

/** Waits on a clock that is passed in; resolves early when aborted. */
export function sleepOn(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal?.aborted === true) {
      resolve()
      return
    }
    const end = () => {
      timer.cancel()
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = clock.setTimer(end, milliseconds)
    signal?.addEventListener('abort', end, { once: true })
  })
}
