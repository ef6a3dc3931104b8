import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ReplyTable } from './reply-table.ts'

const bytes = (text: string) => Buffer.from(text, 'latin1')
const get = (table: ReplyTable, request: string, now = 0) =>
  table.get(bytes(request), 0, request.length, now)?.toString('latin1')
const set = (table: ReplyTable, request: string, reply: string, domain = 'example.com', validUntil = 1) =>
  table.set(bytes(request), bytes(reply), domain, validUntil)

type Step =
  | { readonly do: 'set'; request: number; size: number; domain: number; lifetime: number }
  | { readonly do: 'get'; request: number }
  | { readonly do: 'forget'; domain: number }
  | { readonly do: 'wait'; time: number }
  | { readonly do: 'clear' }

const REQUESTS = 60
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 200,
    arbitrary: fc.record({
      do: fc.constant('set' as const),
      request: fc.nat(REQUESTS - 1),
      // Up to more than a quarter of the smallest segment, which is not kept.
      size: fc.oneof(fc.nat(1_200), fc.nat(60)),
      domain: fc.nat(7),
      lifetime: fc.nat(50),
    }),
  },
  {
    weight: 200,
    arbitrary: fc.record({ do: fc.constant('get' as const), request: fc.nat(REQUESTS - 1) }),
  },
  { weight: 10, arbitrary: fc.record({ do: fc.constant('forget' as const), domain: fc.nat(7) }) },
  { weight: 40, arbitrary: fc.record({ do: fc.constant('wait' as const), time: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'clear' as const }) },
)

/** Does the steps on a table and on a plain map; answers how often the table had what the map has. */
function compare(table: ReplyTable, steps: readonly Step[]): { hits: number; misses: number } {
  const model = new Map<number, { reply: string; domain: number; validUntil: number }>()
  let now = 0
  let serial = 0
  const count = { hits: 0, misses: 0 }
  for (const one of steps) {
    switch (one.do) {
      case 'set': {
        serial += 1
        // Each reply is another one, so that an old or foreign one is noticed.
        const reply = `${serial}:${'x'.repeat(one.size)}`
        const validUntil = now + one.lifetime
        set(table, `m ${one.request}.example`, reply, `d${one.domain}`, validUntil)
        model.set(one.request, { reply, domain: one.domain, validUntil })
        break
      }
      case 'get': {
        const found = get(table, `m ${one.request}.example`, now)
        const known = model.get(one.request)
        if (known === undefined || now >= known.validUntil) expect(found).toBeUndefined()
        else if (found === undefined) count.misses += 1
        else {
          expect(found).toBe(known.reply)
          count.hits += 1
        }
        break
      }
      case 'forget':
        table.forget(`d${one.domain}`)
        for (const [request, { domain }] of model) if (domain === one.domain) model.delete(request)
        break
      case 'wait':
        now += one.time
        break
      case 'clear':
        table.clear()
        model.clear()
        break
    }
  }
  return count
}

describe('ready replies against a plain map', () => {
  const steps = fc.array(step, { minLength: 400, maxLength: 1_500, size: 'max' })

  it('never a wrong, old, expired or forgotten reply, in the smallest table', () => {
    let hits = 0
    fc.assert(
      fc.property(steps, all => {
        hits += compare(new ReplyTable(1), all).hits
      }),
      { numRuns: 60 },
    )
    // Otherwise nothing was compared.
    expect(hits).toBeGreaterThan(1_000)
  })

  it('never a miss either, where there is room for everything', () => {
    fc.assert(
      fc.property(steps, all => {
        expect(compare(new ReplyTable(64 << 20), all).misses).toBe(0)
      }),
      { numRuns: 8 },
    )
  })

  it('stays right when the memory has been filled many times over', () => {
    const table = new ReplyTable(100_000)
    const replies = new Map<string, string>()
    let hits = 0
    for (let index = 0; index < 40_000; index += 1) {
      const request = `m ${(index * 7919) % 997}.example`
      const reply = `${index}:${'y'.repeat(index % 700)}`
      set(table, request, reply)
      replies.set(request, reply)
      const other = `m ${(index * 31) % 997}.example`
      const found = get(table, other)
      if (found !== undefined) {
        expect(found).toBe(replies.get(other))
        hits += 1
      }
      expect(get(table, request)).toBe(reply)
    }
    expect(hits).toBeGreaterThan(1_000)
  })
})

describe('ready replies', () => {
  it('hold until validUntil and not at it', () => {
    const table = new ReplyTable(1)
    set(table, 'm a', 'x', 'example.com', 1_000)
    expect(get(table, 'm a', 999)).toBe('x')
    expect(get(table, 'm a', 1_000)).toBeUndefined()
  })

  it('are found inside a larger buffer', () => {
    const table = new ReplyTable(1)
    set(table, 'm a', 'x')
    expect(table.get(bytes('3:m a,'), 2, 5, 0)?.toString()).toBe('x')
    expect(table.get(bytes('3:m a,'), 2, 6, 0)).toBeUndefined()
  })

  it('are copies: what is given out does not change when its place is used again', () => {
    const table = new ReplyTable(1)
    set(table, 'm a', 'first')
    const given = table.get(bytes('m a'), 0, 3, 0)
    for (let index = 0; index < 1_000; index += 1) set(table, `m ${index}`, 'z'.repeat(500))
    expect(given?.toString()).toBe('first')
  })

  it('that are too large are not kept, nor is the smaller one they replace', () => {
    const table = new ReplyTable(1)
    set(table, 'm a', 'small')
    set(table, 'm a', 'x'.repeat(100_000))
    expect(get(table, 'm a')).toBeUndefined()
    expect(table.size).toBe(0)
  })

  it('of an empty request are never kept nor given', () => {
    const table = new ReplyTable(1)
    set(table, '', 'x')
    expect(get(table, '')).toBeUndefined()
    expect(table.size).toBe(0)
  })

  it('may be empty themselves', () => {
    const table = new ReplyTable(1)
    set(table, 'm a', '')
    expect(get(table, 'm a')).toBe('')
  })

  it('in use stay when the unused give way', () => {
    // One bucket of eight places.
    const table = new ReplyTable(1)
    for (let index = 0; index < 8; index += 1) set(table, `m ${index}`, `${index}`)
    for (const index of [0, 1, 2, 4, 5, 6, 7]) get(table, `m ${index}`)
    set(table, 'm new', 'new')
    expect(get(table, 'm 3')).toBeUndefined()
    for (const index of [0, 1, 2, 4, 5, 6, 7]) expect(get(table, `m ${index}`)).toBe(`${index}`)
    expect(table.size).toBe(8)
  })

  it('of two requests with the same hash are told apart', () => {
    const [one, other] = findCollision()
    const table = new ReplyTable(1)
    set(table, one, 'one')
    expect(get(table, other)).toBeUndefined()
    set(table, other, 'other')
    expect([get(table, one), get(table, other)]).toEqual(['one', 'other'])
  })

  it('whose memory is used again are gone, even if a foreign reply now spells their request there', () => {
    const table = new ReplyTable(1)
    set(table, 'm first', 'x'.repeat(10))
    set(table, 'm victim', 'good')
    // Four of a thousand bytes fit a segment of 4,096, and there are 16; the next one begins where `first` was.
    for (let count = 0; count < 64; count += 1) {
      set(table, 'm filler', 'z'.repeat(992))
      expect(get(table, 'm victim')).toBe('good')
    }
    set(table, 'm other', `${'y'.repeat(10)}m victimevil${'!'.repeat(100)}`)
    expect(get(table, 'm victim')).toBeUndefined()
  })

  it('a hundred thousand fit the default memory', () => {
    const table = new ReplyTable(64 << 20)
    const reply = 'x'.repeat(340)
    for (let index = 0; index < 100_000; index += 1) set(table, `postfix310 domain-${index}.example`, reply)
    let kept = 0
    for (let index = 0; index < 100_000; index += 1)
      if (get(table, `postfix310 domain-${index}.example`) === reply) kept += 1
    expect(kept).toBeGreaterThan(99_000)
  })
})

/** Two requests of one length that FNV-1a does not tell apart; the birthday paradox finds them quickly. */
function findCollision(): [string, string] {
  const seen = new Map<number, string>()
  for (let index = 1_000_000; ; index += 1) {
    const request = `m ${index}.example`
    let hash = 0x811c9dc5
    for (let at = 0; at < request.length; at += 1) hash = Math.imul(hash ^ request.charCodeAt(at), 0x01000193)
    const known = seen.get(hash)
    if (known !== undefined) return [known, request]
    seen.set(hash, request)
  }
}
