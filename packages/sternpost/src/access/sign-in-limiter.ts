import { LRUCache } from 'lru-cache'
import type { Clock } from '../base/index.ts'
import { AccessError } from './access-error.ts'

interface Failures {
  readonly count: number
  /** No attempt counts before this moment. */
  readonly waitUntil: number
}

interface Rule {
  /** Failures before anybody has to wait. */
  readonly free: number
  readonly maxWaitSeconds: number
}

/** Somebody who guesses at one name from one place waits long. */
const ofPair: Rule = { free: 5, maxWaitSeconds: 900 }
/** One place that tries many names. */
const ofAddress: Rule = { free: 20, maxWaitSeconds: 900 }
/** Many places that try one name: never long, and not for a place the user was in from, or anybody could lock the user out. */
const ofName: Rule = { free: 20, maxWaitSeconds: 10 }

const FORGOTTEN_AFTER_MS = 3_600_000
/** A place somebody signed in from is theirs for so long. */
const KNOWN_FOR_MS = 30 * 86_400_000
const MOST_KEPT = 20_000

/**
 * Slows guessing down: after some failures each further one doubles the time before the next attempt counts.
 *
 * Kept in memory and bounded; a restart forgets it.
 */
export class SignInLimiter {
  readonly #clock: Clock
  readonly #failures: LRUCache<string, Failures>
  /** Pairs of place and name that signed in. */
  readonly #known: LRUCache<string, true>

  constructor(clock: Clock) {
    this.#clock = clock
    const kept = { max: MOST_KEPT, updateAgeOnGet: false, perf: { now: () => clock.now() } }
    this.#failures = new LRUCache({ ...kept, ttl: FORGOTTEN_AFTER_MS })
    this.#known = new LRUCache({ ...kept, ttl: KNOWN_FOR_MS })
  }

  /**
   * Counts an attempt as failed before it is known, so that many at once cannot slip through together; what it returns
   * takes that back and forgets this place's guesses at the name. Without a name only the place is counted.
   *
   * Errors: `access/slow-down` while no attempt counts.
   */
  begin(name: string | undefined, ip: string): () => void {
    const keys = this.#keysOf(name, ip)
    this.#admit(keys)
    const now = this.#clock.now()
    const counted = keys.map(([key, rule]) => {
      const before = this.#failures.get(key)
      const count = (before?.count ?? 0) + 1
      const seconds = count < rule.free ? 0 : Math.min(rule.maxWaitSeconds, 2 ** (count - rule.free))
      const failures: Failures = { count, waitUntil: now + seconds * 1000 }
      this.#failures.set(key, failures)
      return { key, rule, before, failures }
    })
    return () => {
      for (const { key, rule, before, failures } of counted) {
        const current = this.#failures.get(key)
        if (rule === ofPair) {
          this.#failures.delete(key)
          this.#known.set(key, true)
        } else if (current === failures) this.#failures.set(key, before)
        else if (current !== undefined) {
          // Others failed meanwhile: what they have to wait for stays, but where they are still free to try.
          const count = current.count - 1
          this.#failures.set(key, { count, waitUntil: count < rule.free ? 0 : current.waitUntil })
        }
      }
    }
  }

  #keysOf(name: string | undefined, ip: string): readonly (readonly [string, Rule])[] {
    const place = placeOf(ip)
    const ofPlace = [`address ${place}`, ofAddress] as const
    if (name === undefined) return [ofPlace]
    const folded = name.slice(0, 200).normalize('NFKC').trim().toLowerCase()
    const pair = `pair ${place} ${folded}`
    return [[pair, ofPair], ofPlace, ...(this.#known.has(pair) ? [] : [[`name ${folded}`, ofName] as const])]
  }

  #admit(keys: readonly (readonly [string, Rule])[]): void {
    const now = this.#clock.now()
    const waitMs = Math.max(...keys.map(([key]) => (this.#failures.get(key)?.waitUntil ?? 0) - now))
    if (waitMs <= 0) return
    const seconds = Math.ceil(waitMs / 1000)
    throw new AccessError(
      'access/slow-down',
      `too many sign-ins failed; the next can be tried in ${seconds} s`,
      seconds,
    )
  }
}

/** An IPv4 address, or the /64 of an IPv6 one, which is what one customer has. */
function placeOf(ip: string): string {
  if (!ip.includes(':') || ip.startsWith('::ffff:')) return ip
  const [head = '', tail = ''] = ip.split('::')
  const groups = head.split(':').filter(group => group !== '')
  if (!ip.includes('::')) return groups.slice(0, 4).join(':')
  const missing = Math.max(0, 8 - groups.length - tail.split(':').filter(group => group !== '').length)
  return [...groups, ...Array<string>(missing).fill('0')].slice(0, 4).join(':')
}
