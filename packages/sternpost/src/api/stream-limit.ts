/** Streams of events open at once: for one person or token, who has some tabs and scripts, and for all together. */
const MOST_FOR_ONE = 16
const MOST = 128

/** Counts open streams, so that nobody takes the connections of all others. */
export class StreamLimit {
  readonly #open = new Map<string, number>()
  #sum = 0

  /** Takes a place for somebody; undefined where none is left. What it returns gives the place back. */
  enter(name: string): (() => void) | undefined {
    const count = this.#open.get(name) ?? 0
    if (count >= MOST_FOR_ONE || this.#sum >= MOST) return undefined
    this.#open.set(name, count + 1)
    this.#sum += 1
    let isInside = true
    return () => {
      if (!isInside) return
      isInside = false
      this.#sum -= 1
      const left = (this.#open.get(name) ?? 1) - 1
      if (left === 0) this.#open.delete(name)
      else this.#open.set(name, left)
    }
  }
}
