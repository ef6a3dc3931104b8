/** Time and timers, passed in everywhere so that tests can drive days in milliseconds. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  setTimer(callback: () => void, delayMs: number): Timer
}

export interface Timer {
  cancel(): void
}

/** How far the system's clock may drift from the steady one before it counts as a jump; NTP corrects less. */
export const CLOCK_JUMP_MS = 5 * 60_000

/** However slowly it is led away, the steady clock follows by no more than this in a day. */
const FOLLOWED_PER_DAY_MS = CLOCK_JUMP_MS
const DAY_MS = 86_400_000

/** What a steady clock noticed: how far the system's clock now is ahead (or behind, negative). */
export interface ClockJump {
  readonly aheadMs: number
}

export interface SteadyClock extends Clock {
  /** Compares with the system's clock; follows small corrections, reports a jump and does not follow it. */
  check(): ClockJump | undefined
}

/**
 * A clock that starts at the system's time and then counts steadily.
 *
 * A system clock that jumps a year ahead would make every cached policy look expired, and whoever controls the
 * time server could so switch protection off. Ages are therefore counted by the monotonic clock from the start
 * of the process on, and corrections are followed only as far as an honest clock needs them; a restart believes
 * the system's clock again.
 */
export function createSteadyClock(
  wallNow: () => number = Date.now,
  monotonicNow: () => number = () => performance.now(),
): SteadyClock {
  let anchorWall = wallNow()
  let anchorMonotonic = monotonicNow()
  const startedAt = anchorMonotonic
  let followedMs = 0
  const now = () => Math.round(anchorWall + (monotonicNow() - anchorMonotonic))
  return {
    now,
    setTimer(callback, delayMs) {
      let timer: NodeJS.Timeout
      const wait = (leftMs: number) => {
        timer =
          leftMs > MAX_TIMEOUT_MS
            ? setTimeout(() => wait(leftMs - MAX_TIMEOUT_MS), MAX_TIMEOUT_MS)
            : setTimeout(callback, leftMs)
      }
      wait(delayMs)
      return { cancel: () => clearTimeout(timer) }
    },
    check() {
      const aheadMs = wallNow() - now()
      const days = (monotonicNow() - startedAt) / DAY_MS
      const mayFollowMs = CLOCK_JUMP_MS + days * FOLLOWED_PER_DAY_MS - followedMs
      if (Math.abs(aheadMs) > Math.min(CLOCK_JUMP_MS, mayFollowMs)) return { aheadMs }
      followedMs += Math.abs(aheadMs)
      anchorWall = wallNow()
      anchorMonotonic = monotonicNow()
      return undefined
    },
  }
}

/** A longer delay makes setTimeout fire at once, so it is waited for in pieces. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1
