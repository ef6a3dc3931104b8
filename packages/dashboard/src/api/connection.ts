/** Whether the daemon answers. */
export type ConnectionState = 'here' | 'away'

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 15_000

/** Watches whether the daemon answers; while it does not, asks it again and again at growing intervals. */
export class Connection {
  #state: ConnectionState = 'here'
  #waitMs = FIRST_WAIT_MS
  readonly #listeners = new Set<() => void>()
  readonly #ask: () => Promise<boolean>
  readonly #later: (run: () => void, ms: number) => void

  /** `ask` tells whether there is an answer now. */
  constructor(ask: () => Promise<boolean>, later: (run: () => void, ms: number) => void) {
    this.#ask = ask
    this.#later = later
  }

  get state(): ConnectionState {
    return this.#state
  }

  /** What a call has just found out. */
  tell(state: ConnectionState): void {
    if (state === this.#state) return
    this.#state = state
    if (state === 'away') {
      this.#waitMs = FIRST_WAIT_MS
      this.#askLater()
    }
    for (const listener of this.#listeners) listener()
  }

  /** Asks now; true when the daemon answers. */
  async askNow(): Promise<boolean> {
    const isHere = await this.#ask()
    this.tell(isHere ? 'here' : 'away')
    return isHere
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #askLater(): void {
    this.#later(async () => {
      if (this.#state === 'here' || (await this.askNow())) return
      this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_WAIT_MS)
      this.#askLater()
    }, this.#waitMs)
  }
}

/** The connection of this page. /health needs no sign-in, and any answer is one. */
export const connection = new Connection(
  async () => {
    try {
      await fetch('/health', { cache: 'no-store' })
      return true
    } catch {
      return false
    }
  },
  (run, ms) => void setTimeout(run, ms),
)
