import { isPolicyId } from '@sternpost/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextPolicyId } from './policy-id.ts'
import { policyIdForms } from './published-domain.ts'

const NOW = Date.UTC(2026, 10, 25, 19, 59, 37)

describe('nextPolicyId', () => {
  it.each([
    ['utc', [], '20261125195937'],
    ['daily', [], '2026112501'],
    ['utc', ['20261125195937'], '20261125195938'],
    ['daily', ['2026112501', '2026112502'], '2026112503'],
    // A day is full.
    ['daily', ['2026112599'], '2026112601'],
    // The clock went back.
    ['utc', ['20270101000000'], '20270101000001'],
    ['daily', ['2027010105'], '2027010106'],
    // Ids of the other form, or of another program, are in nobody's way.
    ['utc', ['2026112599', 'abc'], '20261125195937'],
    ['daily', ['20261125195937', 'zzz'], '2026112501'],
  ] as const)('%s after %j is %s', (form, used, expected) => {
    expect(nextPolicyId(form, NOW, used)).toBe(expected)
  })

  it('is never used before, grows within its form, and is an id, however the clock goes', () => {
    const times = fc.array(fc.integer({ min: NOW - 1e10, max: NOW + 1e10 }), { minLength: 1, maxLength: 250 })
    fc.assert(
      fc.property(times, fc.constantFrom(...policyIdForms), (clock, form) => {
        const used: string[] = []
        for (const now of clock) {
          const id = nextPolicyId(form, now, used)
          expect(isPolicyId(id)).toBe(true)
          expect(used.every(earlier => earlier < id)).toBe(true)
          used.push(id)
        }
      }),
    )
  })
})
