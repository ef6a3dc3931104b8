const MAX_MICROSECONDS = 1_000_000

/** Latencies counted by the microsecond up to one second, so that recording one allocates nothing. */
export class LatencyHistogram {
  readonly #counts = new Uint32Array(MAX_MICROSECONDS + 1)
  #total = 0

  get total(): number {
    return this.#total
  }

  record(milliseconds: number): void {
    const microseconds = Math.round(milliseconds * 1000)
    this.#counts[microseconds > MAX_MICROSECONDS ? MAX_MICROSECONDS : microseconds]! += 1
    this.#total += 1
  }

  /** The latency that the share `quantile` of all did not exceed, in milliseconds; 0 when there are none. */
  quantileMs(quantile: number): number {
    const rank = Math.max(1, Math.ceil(this.#total * quantile))
    let seen = 0
    for (let microseconds = 0; microseconds <= MAX_MICROSECONDS && this.#total > 0; microseconds += 1) {
      seen += this.#counts[microseconds]!
      if (seen >= rank) return microseconds / 1000
    }
    return 0
  }

  clear(): void {
    this.#counts.fill(0)
    this.#total = 0
  }
}
