/** Something that happened, for those who watch. */
export interface LiveEvent {
  readonly event: string
  /** The domain it belongs to; undefined where it belongs to none. */
  readonly domain: string | undefined
  readonly data: unknown
}

/** Events that wait for one slow watcher; beyond that the watcher is let go and comes again. */
const MAX_WAITING = 256

/** Passes events of the rooms on to everybody who watches now; nothing is kept for later. */
export class EventHub {
  readonly #watchers = new Set<(event: LiveEvent) => void>()

  publish(event: LiveEvent): void {
    for (const tell of this.#watchers) tell(event)
  }

  get watcherCount(): number {
    return this.#watchers.size
  }

  /** Yields events that are wanted from now on until `signal` aborts, or until the watcher is too slow. */
  async *watch(
    signal: AbortSignal,
    isWanted: (event: LiveEvent) => boolean = () => true,
  ): AsyncGenerator<LiveEvent, void, void> {
    const waiting: LiveEvent[] = []
    let wake: (() => void) | undefined
    let isOver = signal.aborted
    const tell = (event: LiveEvent) => {
      if (!isWanted(event)) return
      if (waiting.length >= MAX_WAITING) isOver = true
      else waiting.push(event)
      wake?.()
    }
    const end = () => {
      isOver = true
      wake?.()
    }
    this.#watchers.add(tell)
    signal.addEventListener('abort', end, { once: true })
    try {
      for (;;) {
        const next = waiting.shift()
        if (next !== undefined) yield next
        else if (isOver) return
        else await new Promise<void>(resolve => (wake = resolve))
      }
    } finally {
      this.#watchers.delete(tell)
      signal.removeEventListener('abort', end)
    }
  }
}
