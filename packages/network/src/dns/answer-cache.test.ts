import { describe, expect, it } from 'vitest'
import type { DnsAnswer } from './answer.ts'
import { capTtlSeconds, createAnswerCache } from './answer-cache.ts'

function answer(ttlSeconds: number): DnsAnswer<'A'> {
  return {
    kind: 'records',
    question: { name: 'a.test', type: 'A' },
    dnssec: 'secure',
    canonicalName: 'a.test',
    aliases: [],
    ttlSeconds,
    resolver: '127.0.0.1:53',
    receivedAt: 0,
    records: ['192.0.2.1'],
  }
}

function cacheAt(clock: { now: number }, maxEntries = 10) {
  return createAnswerCache({ maxEntries, failureSeconds: 5, now: () => clock.now })
}

describe('answer cache', () => {
  it('counts the TTL down and ends with it', () => {
    const clock = { now: 1000 }
    const cache = cacheAt(clock)
    cache.set('k', answer(60))
    clock.now += 59_000
    expect(cache.get('k')).toMatchObject({ ttlSeconds: 1 })
    clock.now += 1000
    expect(cache.get('k')).toBeUndefined()
    expect(cache.size).toBe(0)
  })

  it('keeps nothing with TTL 0', () => {
    const cache = cacheAt({ now: 0 })
    cache.set('k', answer(60))
    cache.set('k', answer(0))
    expect(cache.get('k')).toBeUndefined()
  })

  it('does not trust an entry after the clock jumped back', () => {
    const clock = { now: 1_000_000 }
    const cache = cacheAt(clock)
    cache.set('k', answer(60))
    clock.now -= 3_600_000
    expect(cache.get('k')).toBeUndefined()
  })

  it('stays within its bound, the least recently used leaving first', () => {
    const cache = cacheAt({ now: 0 }, 2)
    cache.set('a', answer(60))
    cache.set('b', answer(60))
    cache.get('a')
    cache.set('c', answer(60))
    expect(cache.get('b')).toBeUndefined()
    expect(cache.get('a')).toBeDefined()
    expect(cache.get('c')).toBeDefined()
    expect(cache.size).toBe(2)
  })

  it('caps what is kept at a day, a denial at three hours', () => {
    expect(capTtlSeconds('records', 1_000_000)).toBe(86_400)
    expect(capTtlSeconds('no-data', 1_000_000)).toBe(10_800)
    expect(capTtlSeconds('no-name', 30)).toBe(30)
  })
})
