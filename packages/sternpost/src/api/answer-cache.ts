import { hash } from 'node:crypto'
import type { Clock } from '../base/index.ts'
import { markUnchanging } from './unchanging-answers.ts'

export interface AnswerCacheOptions {
  readonly clock: Clock
  /** Another one each time the answers may be others. */
  readonly version: () => number
}

interface Kept {
  answer: Promise<object>
  version: number
  /** Milliseconds since 1970, of the moment it was asked. */
  at: number
  tookMs: number
  /** The answer that is being made in place of this one. */
  pending: Promise<object> | undefined
}

/** What another program changed is seen after so long at the latest. */
const GOOD_FOR_MS = 10_000
/** An answer as dear as this is made anew no more often than it takes ten times, and shown while it is. */
const DEAR_MS = 80
const DEAR_TIMES = 10
/** But not if it is older than this. */
const SHOWN_FOR_MS = 60_000
const MAX_ANSWERS = 200

/** Keeps answers for a moment, so that a screen open in twenty browsers asks the database once. */
export class AnswerCache {
  readonly #options: AnswerCacheOptions
  readonly #kept = new Map<string, Kept>()

  constructor(options: AnswerCacheOptions) {
    this.#options = options
  }

  /** The answer of a question by its name; the same object as long as it is the same answer. */
  get<T extends object>(key: string, ask: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(key)
    if (kept === undefined) return this.#first(key, ask)
    // The one that was used last is the last to be forgotten.
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    const age = Math.abs(this.#options.clock.now() - kept.at)
    const isDear = kept.tookMs >= DEAR_MS
    const isGood =
      age < GOOD_FOR_MS &&
      (kept.version === this.#options.version() || (isDear && age < DEAR_TIMES * kept.tookMs))
    if (isGood) return kept.answer as Promise<T>
    kept.pending ??= this.#again(kept, ask)
    return (isDear && age < SHOWN_FOR_MS ? kept.answer : kept.pending) as Promise<T>
  }

  #first<T extends object>(key: string, ask: () => Promise<T>): Promise<T> {
    const { clock, version } = this.#options
    const kept: Kept = { answer: unmade, version: version(), at: clock.now(), tookMs: 0, pending: undefined }
    const answer = timed(ask, kept)
    kept.answer = answer
    this.#kept.set(key, kept)
    const [oldest] = this.#kept.keys()
    if (oldest !== undefined && this.#kept.size > MAX_ANSWERS) this.#kept.delete(oldest)
    answer.catch(() => {
      if (this.#kept.get(key) === kept) this.#kept.delete(key)
    })
    return answer
  }

  #again<T extends object>(kept: Kept, ask: () => Promise<T>): Promise<T> {
    const { clock, version } = this.#options
    const [askedAt, ofVersion] = [clock.now(), version()]
    const answer = timed(ask, kept)
    answer.then(
      () => Object.assign(kept, { answer, version: ofVersion, at: askedAt, pending: undefined }),
      () => {
        kept.pending = undefined
      },
    )
    return answer
  }
}

/** The name of a question about something, short however many domains it names. */
export function nameOf(question: string, about: object): string {
  const text = JSON.stringify(about)
  return `${question} ${text.length <= 256 ? text : hash('sha256', text)}`
}

const unmade = Promise.resolve({})

async function timed<T extends object>(ask: () => Promise<T>, kept: Kept): Promise<T> {
  const startedAt = performance.now()
  const answer = await ask()
  kept.tookMs = performance.now() - startedAt
  markUnchanging(answer)
  return answer
}
