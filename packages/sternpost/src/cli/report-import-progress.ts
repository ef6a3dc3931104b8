export interface ProgressOptions {
  readonly isShown: boolean
  readonly now: () => number
  readonly draw: (text: string) => void
  /** All files, to be counted beforehand as far as that is quick. */
  readonly files: () => Iterable<unknown>
}

const BAR_CHARACTERS = 24
const DRAW_EVERY_MS = 100
/** Counting longer than this is not worth a bar. */
const COUNT_FOR_MS = 2_000
const CLEAR_LINE = '\r\u001b[K'

/** A line that shows how far a long import is, on a terminal only. */
export class ImportProgress {
  readonly #options: ProgressOptions
  readonly #startedAt: number
  readonly #total: number | undefined
  #documents = 0
  #drawnAt = 0
  #isDrawn = false

  constructor(options: ProgressOptions) {
    this.#options = options
    this.#total = options.isShown ? countFiles(options) : undefined
    this.#startedAt = options.now()
  }

  /** Counts a document; `filesDone` may have a fraction inside a large file. */
  step(filesDone: number): void {
    this.#documents += 1
    const now = this.#options.now()
    if (!this.#options.isShown || now - this.#drawnAt < DRAW_EVERY_MS) return
    this.#drawnAt = now
    this.#isDrawn = true
    this.#options.draw(`${CLEAR_LINE}${this.#format(filesDone, now)}`)
  }

  /** Takes the line away, so that others can be written. */
  clear(): void {
    if (this.#isDrawn) this.#options.draw(CLEAR_LINE)
    this.#isDrawn = false
  }

  #format(filesDone: number, now: number): string {
    const elapsedSeconds = Math.max(0.001, (now - this.#startedAt) / 1000)
    const count = `${formatCount(this.#documents)} read, ${formatCount(this.#documents / elapsedSeconds)}/s`
    if (this.#total === undefined || this.#total === 0) return count
    const share = Math.min(1, filesDone / this.#total)
    const full = Math.floor(share * BAR_CHARACTERS)
    const bar = '#'.repeat(full).padEnd(BAR_CHARACTERS, '-')
    const left = share === 0 ? '' : `, ${formatSeconds((elapsedSeconds / share) * (1 - share))} left`
    return `[${bar}] ${String(Math.floor(share * 100)).padStart(3)} %  ${count}${left}`
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

/** `8 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}
