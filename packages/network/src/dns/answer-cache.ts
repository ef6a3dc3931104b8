import type { DnsAnswer } from './answer.ts'

/** RFC 8767 §4 and RFC 2308 §5 both advise a bound; a day and three hours are the customary ones. */
const MAX_POSITIVE_SECONDS = 86_400
const MAX_NEGATIVE_SECONDS = 10_800

export interface AnswerCacheOptions {
  readonly maxEntries: number
  /** How long a failure is kept; RFC 9520 §3.2 wants at least 1 second and at most 5 minutes. */
  readonly failureSeconds: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export interface AnswerCache {
  /** A kept answer with the TTL that is left of it. */
  get(key: string): DnsAnswer | undefined
  set(key: string, answer: DnsAnswer): void
  clear(): void
  readonly size: number
}

/** Caps the TTL of an answer at what is sensible to keep. */
export function capTtlSeconds(kind: 'records' | 'no-data' | 'no-name', ttlSeconds: number): number {
  return Math.min(ttlSeconds, kind === 'records' ? MAX_POSITIVE_SECONDS : MAX_NEGATIVE_SECONDS)
}

/**
 * Keeps answers for their TTL, at most `maxEntries`, the least recently used leaving first.
 *
 * A clock that jumps back ends an entry, as its age is then unknown.
 */
export function createAnswerCache({ maxEntries, failureSeconds, now }: AnswerCacheOptions): AnswerCache {
  const entries = new Map<
    string,
    { readonly answer: DnsAnswer; readonly storedAt: number; readonly ttlMs: number }
  >()
  // Walks from the oldest to the youngest, once for all evictions: a Map remembers the places of what was
  // deleted for a while, and a new iterator would step over all of them each time.
  let oldestFirst = entries.keys()

  function evictOldest(): void {
    let oldest = oldestFirst.next()
    if (oldest.done === true) {
      oldestFirst = entries.keys()
      oldest = oldestFirst.next()
    }
    if (oldest.done !== true) entries.delete(oldest.value)
  }

  return {
    get(key) {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      entries.delete(key)
      const ageMs = now() - entry.storedAt
      if (ageMs < 0 || ageMs >= entry.ttlMs) return undefined
      // Back in as the youngest: a Map keeps the order of insertion.
      entries.set(key, entry)
      const { answer } = entry
      if (answer.kind === 'failure') return answer
      return { ...answer, ttlSeconds: Math.max(0, answer.ttlSeconds - Math.floor(ageMs / 1000)) }
    },
    set(key, answer) {
      const ttlSeconds = answer.kind === 'failure' ? failureSeconds : answer.ttlSeconds
      entries.delete(key)
      if (ttlSeconds <= 0 || maxEntries <= 0) return
      entries.set(key, { answer, storedAt: now(), ttlMs: ttlSeconds * 1000 })
      if (entries.size > maxEntries) evictOldest()
    },
    clear: () => entries.clear(),
    get size() {
      return entries.size
    },
  }
}
