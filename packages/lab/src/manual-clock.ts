/** Time as the rest of the house takes it; `packages/sternpost` declares the same shape for itself. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Runs `callback` once, `delayMs` from now; a delay below zero counts as zero. */
  setTimer(callback: () => void, delayMs: number): { cancel(): void }
}

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /**
   * Lets time pass: timers run in the order they are due, each at its own instant, and promises settle between.
   * Errors: what a timer callback throws, with the clock left at that timer's instant.
   */
  advance(durationMs: number): Promise<void>
  /**
   * Moves the wall clock, forward or back, while no time passes: what `now` says changes, but a timer still has
   * the same wait before it, as after a clock was set by hand or by NTP.
   */
  jump(differenceMs: number): void
  /** How many timers wait. */
  pendingTimers(): number
}

interface Timer {
  readonly callback: () => void
  readonly dueAtElapsedMs: number
  readonly sequence: number
}

export function createManualClock(startMs = 0): ManualClock {
  const timers = new Set<Timer>()
  let offsetMs = startMs
  let elapsedMs = 0
  let sequence = 0

  function nextTimer(untilElapsedMs: number): Timer | undefined {
    let next: Timer | undefined
    for (const timer of timers) {
      if (timer.dueAtElapsedMs > untilElapsedMs) continue
      const earlier = next === undefined || timer.dueAtElapsedMs < next.dueAtElapsedMs
      const sameTime = timer.dueAtElapsedMs === next?.dueAtElapsedMs
      if (earlier || (sameTime && timer.sequence < (next?.sequence ?? 0))) next = timer
    }
    return next
  }

  return {
    now: () => offsetMs + elapsedMs,
    setTimer(callback, delayMs) {
      sequence += 1
      const timer: Timer = { callback, dueAtElapsedMs: elapsedMs + Math.max(0, delayMs), sequence }
      timers.add(timer)
      return {
        cancel() {
          timers.delete(timer)
        },
      }
    },
    async advance(durationMs) {
      if (!(durationMs >= 0)) throw new RangeError('time only advances; use jump to set the clock back')
      const endMs = elapsedMs + durationMs
      await settle()
      for (let timer = nextTimer(endMs); timer !== undefined; timer = nextTimer(endMs)) {
        timers.delete(timer)
        elapsedMs = timer.dueAtElapsedMs
        timer.callback()
        await settle()
      }
      elapsedMs = endMs
    },
    jump(differenceMs) {
      offsetMs += differenceMs
    },
    pendingTimers: () => timers.size,
  }
}

/** One turn of the event loop: every promise that can settle without new I/O has settled after it. */
function settle(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
