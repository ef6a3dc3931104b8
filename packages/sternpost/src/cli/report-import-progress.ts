import { formatBar, formatSeconds, ProgressLine, type ProgressLineOptions } from './progress-line.ts'

export interface ProgressOptions extends ProgressLineOptions {
  /** All files, to be counted beforehand as far as that is quick. */
  readonly files: () => Iterable<unknown>
}

/** Counting longer than this is not worth a bar. */
const COUNT_FOR_MS = 2_000

/** A line that shows how far a long import is, on a terminal only. */
export class ImportProgress {
  readonly #line: ProgressLine
  readonly #startedAt: number
  readonly #total: number | undefined
  #documents = 0

  constructor(options: ProgressOptions) {
    this.#line = new ProgressLine(options)
    this.#total = options.isShown ? countFiles(options) : undefined
    this.#startedAt = options.now()
  }

  /** Counts a document; `filesDone` may have a fraction inside a large file. */
  step(filesDone: number): void {
    this.#documents += 1
    this.#line.update(now => this.#format(filesDone, now))
  }

  /** Takes the line away, so that others can be written. */
  clear(): void {
    this.#line.clear()
  }

  #format(filesDone: number, now: number): string {
    const elapsedSeconds = Math.max(0.001, (now - this.#startedAt) / 1000)
    const count = `${formatCount(this.#documents)} read, ${formatCount(this.#documents / elapsedSeconds)}/s`
    if (this.#total === undefined || this.#total === 0) return count
    const share = Math.min(1, filesDone / this.#total)
    const left = share === 0 ? '' : `, ${formatSeconds((elapsedSeconds / share) * (1 - share))} left`
    return `${formatBar(share)}  ${count}${left}`
  }
}

function countFiles({ files, now }: ProgressOptions): number | undefined {
  const until = now() + COUNT_FOR_MS
  let count = 0
  for (const _ of files()) {
    count += 1
    if (count % 1000 === 0 && now() > until) return undefined
  }
  return count
}

/** A count with thousands apart: `1,234,567`. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US')
}
