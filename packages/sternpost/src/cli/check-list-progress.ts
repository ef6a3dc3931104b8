import { formatBar, formatSeconds, ProgressLine, type ProgressLineOptions } from './progress-line.ts'
import { formatCount } from './text-layout.ts'

/** Counting longer than this is not worth a bar. */
const COUNT_FOR_MS = 2_000

/** The line that shows how far a run over a list is: share, rate and the time left. */
export class CheckListProgress {
  readonly #options: ProgressLineOptions
  readonly #line: ProgressLine
  #startedAt: number
  #total: number | undefined
  #before = 0
  #entries = 0

  constructor(options: ProgressLineOptions) {
    this.#options = options
    this.#line = new ProgressLine(options)
    this.#startedAt = options.now()
  }

  /** Counts the entries beforehand, as far as that is quick; `before` of them are done already. */
  async count(entries: () => AsyncIterable<unknown>, before: number): Promise<void> {
    if (!this.#options.isShown) return
    this.#before = before
    const until = this.#options.now() + COUNT_FOR_MS
    let count = 0
    for await (const _ of entries()) {
      count += 1
      if (count % 1000 === 0 && this.#options.now() > until) return
    }
    this.#total = count
    this.#startedAt = this.#options.now()
  }

  step(): void {
    this.#entries += 1
    this.#line.update(now => this.#format(now))
  }

  /** Takes the line away, so that others can be written. */
  clear(): void {
    this.#line.clear()
  }

  #format(now: number): string {
    const seconds = Math.max(0.001, (now - this.#startedAt) / 1000)
    const rate = this.#entries / seconds
    const count = `${formatCount(this.#before + this.#entries)} checked, ${rate.toFixed(1)}/s`
    if (this.#total === undefined || this.#total === 0) return count
    const done = Math.min(this.#total, this.#before + this.#entries)
    return `${formatBar(done / this.#total)}  ${count}, ${formatSeconds((this.#total - done) / rate)} left`
  }
}
