/** A resolver's socket holds some 270 small messages by Linux's default; more at once would be lost. */
const MAX_AT_ONCE = 128
/** What is unanswered after this has been taken up and waits for others: it no longer counts. */
const HOLD_MS = 100

/** Lets only so many queries out at once, so that a burst is not lost in the resolver's receive buffer. */
export interface BurstWindow {
  /** Takes a place if there is one; the returned function gives it back and may be called more than once. */
  tryEnter(): (() => void) | null
  /** Waits for a place in order of asking. */
  enter(): Promise<() => void>
  /** Lets everybody in who waits, for closing. */
  open(): void
}

/** Makes a window of 128 places; a place is free again by an answer or after 100 ms. */
export function createBurstWindow(): BurstWindow {
  let taken = 0
  const waiting: ((leave: () => void) => void)[] = []
  let nextWaiting = 0

  function occupy(): () => void {
    taken += 1
    let held = true
    const leave = () => {
      if (!held) return
      held = false
      clearTimeout(timer)
      taken -= 1
      admit()
    }
    const timer = setTimeout(leave, HOLD_MS)
    return leave
  }

  function admit(): void {
    while (taken < MAX_AT_ONCE && nextWaiting < waiting.length) {
      const next = waiting[nextWaiting]
      nextWaiting += 1
      next?.(occupy())
    }
    if (nextWaiting === waiting.length) {
      waiting.length = 0
      nextWaiting = 0
    }
  }

  return {
    tryEnter: () => (taken < MAX_AT_ONCE && waiting.length === 0 ? occupy() : null),
    enter: () => new Promise(resolve => waiting.push(resolve)),
    open() {
      const late = waiting.splice(0).slice(nextWaiting)
      nextWaiting = 0
      for (const next of late) next(occupy())
    },
  }
}
