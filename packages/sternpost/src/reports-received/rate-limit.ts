import { LRUCache } from 'lru-cache'
import { sourceOf } from '../base/index.ts'

const MINUTE_MS = 60_000
/** Sources remembered; the longest silent are forgotten first, which gives them a full bucket again. */
const MAX_SOURCES = 50_000

export interface RateLimitOptions {
  /** What one source may do in a minute, all at once if it likes. */
  readonly perMinute: number
  /** Milliseconds, never going back. */
  readonly now: () => number
}

interface Bucket {
  tokens: number
  filledAt: number
}

/** Lets every source do so much a minute (token bucket); a source is an IPv4 address or an IPv6 /64. */
export class RateLimit {
  readonly #options: RateLimitOptions
  readonly #buckets = new LRUCache<string, Bucket>({ max: MAX_SOURCES })

  constructor(options: RateLimitOptions) {
    this.#options = options
  }

  /** Takes one for this address; answers 0, or after how many seconds there will be one again. */
  take(address: string): number {
    const { perMinute } = this.#options
    const now = this.#options.now()
    const source = sourceOf(address)
    const bucket = this.#buckets.get(source) ?? { tokens: perMinute, filledAt: now }
    const refill = ((now - bucket.filledAt) / MINUTE_MS) * perMinute
    bucket.tokens = Math.min(perMinute, bucket.tokens + Math.max(0, refill))
    bucket.filledAt = now
    this.#buckets.set(source, bucket)
    if (bucket.tokens < 1) return Math.max(1, Math.ceil(((1 - bucket.tokens) / perMinute) * 60))
    bucket.tokens -= 1
    return 0
  }
}
