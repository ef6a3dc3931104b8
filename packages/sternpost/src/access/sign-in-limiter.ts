import { LRUCache } from 'lru-cache'
import type { Clock } from '../base/index.ts'
import { AccessError } from './access-error.ts'

interface Failures {
  count: number
  /** No attempt counts before this moment. */
  waitUntil: number
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
/** Many places that try one name: never long, or anybody could lock the user out. */
const ofName: Rule = { free: 20, maxWaitSeconds: 10 }

const FORGOTTEN_AFTER_MS = 3_600_000

/**
 * Slows guessing down: after some failures each further one doubles the time before the next attempt counts.
 *
 * Kept in memory and bounded; a restart forgets it.
 */
export class SignInLimiter {
  readonly #clock: Clock
  readonly #failures: LRUCache<string, Failures>

  constructor(clock: Clock) {
    this.#clock = clock
    this.#failures = new LRUCache({
      max: 20_000,
      ttl: FORGOTTEN_AFTER_MS,
      updateAgeOnGet: false,
      perf: { now: () => clock.now() },
    })
  }

  /** Errors: `access/slow-down` while no attempt counts. */
  admit(name: string, ip: string): void {
    const now = this.#clock.now()
    const waits = this.#keys(name, ip).map(([key]) => (this.#failures.get(key)?.waitUntil ?? 0) - now)
    const waitMs = Math.max(...waits)
    if (waitMs <= 0) return
    const seconds = Math.ceil(waitMs / 1000)
    throw new AccessError(
      'access/slow-down',
      `too many sign-ins failed; the next can be tried in ${seconds} s`,
      seconds,
    )
  }

  failed(name: string, ip: string): void {
    const now = this.#clock.now()
    for (const [key, { free, maxWaitSeconds }] of this.#keys(name, ip)) {
      const count = (this.#failures.get(key)?.count ?? 0) + 1
      const seconds = count < free ? 0 : Math.min(maxWaitSeconds, 2 ** (count - free))
      this.#failures.set(key, { count, waitUntil: now + seconds * 1000 })
    }
  }

  /** Takes back the failure that was counted before it was known, and forgets this place's guesses at the name. */
  succeeded(name: string, ip: string): void {
    const [[pair], ...others] = this.#keys(name, ip)
    this.#failures.delete(pair)
    for (const [key, { free }] of others) {
      const count = (this.#failures.get(key)?.count ?? 1) - 1
      if (count < free) this.#failures.set(key, { count, waitUntil: 0 })
    }
  }

  #keys(name: string, ip: string): readonly [[string, Rule], [string, Rule], [string, Rule]] {
    const folded = name.slice(0, 200).normalize('NFKC').trim().toLowerCase()
    const place = placeOf(ip)
    return [
      [`pair ${place} ${folded}`, ofPair],
      [`address ${place}`, ofAddress],
      [`name ${folded}`, ofName],
    ]
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
