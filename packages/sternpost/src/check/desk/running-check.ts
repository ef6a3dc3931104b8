import type { CheckProgress } from '../check-domain.ts'
import type { CheckResult } from '../check-result.ts'
import type { KeptCheck } from './check-archive.ts'
import type { CheckNews, CheckWish } from './check-news.ts'

type News = CheckNews extends infer N ? (N extends CheckNews ? Omit<N, 'eventNumber'> : never) : never

/** One check from when it is asked for to its end, with everything it told, for whoever begins to watch. */
export class RunningCheck {
  readonly wish: CheckWish
  #kept: KeptCheck
  readonly #news: News[] = []
  #wake = Promise.withResolvers<void>()
  #isOver = false

  constructor(wish: CheckWish, checkId: string, now: number) {
    const { domain, input, requestedBy } = wish
    this.wish = wish
    this.#kept = {
      checkId,
      domain,
      input,
      requestedBy,
      state: 'waiting',
      requestedAt: now,
      finishedAt: undefined,
      worst: undefined,
      summary: undefined,
    }
    this.#push({ kind: 'state', check: this.#kept })
  }

  get kept(): KeptCheck {
    return this.#kept
  }

  isFor({ domain, timeoutMs, rcpt }: CheckWish): boolean {
    return (
      !this.#isOver &&
      this.wish.domain === domain &&
      this.wish.timeoutMs === timeoutMs &&
      this.wish.rcpt === rcpt
    )
  }

  begin(): void {
    this.#kept = { ...this.#kept, state: 'running' }
    this.#push({ kind: 'state', check: this.#kept })
  }

  tell(progress: CheckProgress): void {
    if (!this.#isOver) this.#push(progress)
  }

  end(state: 'finished' | 'interrupted', now: number, result?: CheckResult): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#kept = {
      ...this.#kept,
      state,
      finishedAt: now,
      worst: result?.worst,
      summary: result?.summary,
    }
    this.#push({ kind: 'state', check: this.#kept })
  }

  /** Yields everything from the event after number `after` on, to the end. */
  async *watch(signal: AbortSignal, after: number): AsyncGenerator<CheckNews, void, void> {
    const gone = new Promise<void>(resolve => {
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
    let place = Math.max(0, after)
    while (!signal.aborted) {
      const news = this.#news[place]
      place += 1
      if (news !== undefined) yield { ...news, eventNumber: place }
      else if (this.#isOver) return
      else {
        place -= 1
        await Promise.race([this.#wake.promise, gone])
      }
    }
  }

  #push(news: News): void {
    this.#news.push(news)
    this.#wake.resolve()
    this.#wake = Promise.withResolvers()
  }
}
