interface Waiting {
  readonly bytes: number
  readonly enter: () => void
}

/** Lets in only as many at once as memory is meant for; others wait in the order they came. */
export class IngestGate {
  readonly #maxCount: number
  readonly #maxBytes: number
  #count = 0
  #bytes = 0
  readonly #waiting: Waiting[] = []

  constructor(maxCount: number, maxBytes: number) {
    this.#maxCount = maxCount
    this.#maxBytes = maxBytes
  }

  /** How many are in. */
  get admitted(): number {
    return this.#count
  }

  /** Waits for room; gives what is to be called when done. Something larger than all room comes in alone. */
  async enter(bytes: number): Promise<() => void> {
    if (this.#waiting.length > 0 || !this.#fits(bytes))
      await new Promise<void>(enter => this.#waiting.push({ bytes, enter }))
    else this.#admit(bytes)
    return () => this.#leave(bytes)
  }

  #leave(bytes: number): void {
    this.#count -= 1
    this.#bytes -= bytes
    for (let next = this.#waiting[0]; next !== undefined && this.#fits(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift()
      this.#admit(next.bytes)
      next.enter()
    }
  }

  #admit(bytes: number): void {
    this.#count += 1
    this.#bytes += bytes
  }

  #fits(bytes: number): boolean {
    return this.#count === 0 || (this.#count < this.#maxCount && this.#bytes + bytes <= this.#maxBytes)
  }
}
