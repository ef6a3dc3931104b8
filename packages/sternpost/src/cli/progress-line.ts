const DRAW_EVERY_MS = 100
const CLEAR_LINE = '\r\u001b[K'
const BAR_CHARACTERS = 24

export interface ProgressLineOptions {
  readonly isShown: boolean
  readonly now: () => number
  readonly draw: (text: string) => void
}

/** A line that is drawn over and over while something long runs, on a terminal only. */
export class ProgressLine {
  readonly #options: ProgressLineOptions
  #drawnAt = 0
  #isDrawn = false

  constructor(options: ProgressLineOptions) {
    this.#options = options
  }

  /** Draws the line anew, unless that was done a moment ago. */
  update(format: (now: number) => string): void {
    if (!this.#options.isShown) return
    const now = this.#options.now()
    if (now - this.#drawnAt < DRAW_EVERY_MS) return
    this.#drawnAt = now
    this.#isDrawn = true
    this.#options.draw(`${CLEAR_LINE}${format(now)}`)
  }

  /** Takes the line away, so that others can be written. */
  clear(): void {
    if (this.#isDrawn) this.#options.draw(CLEAR_LINE)
    this.#isDrawn = false
  }
}

/** `[######------]  25 %`: how much of something is done. */
export function formatBar(share: number): string {
  const full = Math.floor(share * BAR_CHARACTERS)
  const bar = '#'.repeat(full).padEnd(BAR_CHARACTERS, '-')
  return `[${bar}] ${String(Math.floor(share * 100)).padStart(3)} %`
}

/** `8 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}
