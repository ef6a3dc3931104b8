/**
 * How many bytes of documents may be in memory at once, over all channels.
 *
 * Who finds it used up is told to come again, so that a flood costs the flood time and not this program memory.
 */
export class IntakeBudget {
  readonly #maxBytes: number
  #usedBytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get usedBytes(): number {
    return this.#usedBytes
  }

  /** Opens an account for one document that is coming in. */
  open(): BudgetAccount {
    let heldBytes = 0
    return {
      grow: bytes => {
        if (this.#usedBytes + bytes > this.#maxBytes) return false
        this.#usedBytes += bytes
        heldBytes += bytes
        return true
      },
      close: () => {
        this.#usedBytes -= heldBytes
        heldBytes = 0
      },
    }
  }
}

export interface BudgetAccount {
  /** Counts further bytes; false where there is no room for them now. */
  grow(bytes: number): boolean
  /** Gives everything back; may be called again. */
  close(): void
}
