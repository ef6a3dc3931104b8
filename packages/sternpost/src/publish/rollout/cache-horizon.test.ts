import { MAX_MAX_AGE_SECONDS } from '@sternpost/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cacheHorizon, describeHorizon, FETCH_SLACK_MS, formatDate } from './cache-horizon.ts'
import { DAY_MS, policy, version } from './testing/policies.ts'

describe('cacheHorizon', () => {
  it('lets an older policy with a longer max_age outlive the one before the present', () => {
    const horizon = cacheHorizon(
      [
        version('1', policy('enforce', ['a.example'], 60), 0, 10),
        version('2', policy('enforce', ['a.example'], 7), 10, 20),
        version('3', policy('testing', ['a.example'], 1), 20),
      ],
      21 * DAY_MS,
    )
    expect(horizon.held.map(({ policyId }) => policyId)).toEqual(['1', '2', '3'])
    expect(horizon.olderForgottenAt).toBe(70 * DAY_MS + FETCH_SLACK_MS)
    expect(horizon.enforceForgottenAt).toBe(70 * DAY_MS + FETCH_SLACK_MS)
  })

  it('counts a policy that is served as held from now on', () => {
    const { held, olderForgottenAt } = cacheHorizon(
      [version('1', policy('enforce', ['a.example'], 7), 0)],
      100 * DAY_MS,
    )
    expect(held).toMatchObject([{ isServed: true, heldUntil: 107 * DAY_MS + FETCH_SLACK_MS }])
    expect(olderForgottenAt).toBeUndefined()
  })

  it('leaves out what no sender could ever fetch, and what is forgotten', () => {
    const versions = [
      version('1', policy('enforce', ['a.example']), undefined),
      version('2', policy('enforce', ['a.example'], 1), 0, 1),
    ]
    expect(cacheHorizon(versions, 3 * DAY_MS)).toEqual({
      held: [],
      olderForgottenAt: undefined,
      enforceForgottenAt: undefined,
    })
  })

  it('says by which date caches forget, never a date too early', () => {
    const versions = [version('1', policy('enforce', ['a.example'], 7), 0)]
    const now = Date.UTC(2026, 10, 25, 12)
    expect(describeHorizon(cacheHorizon(versions, now), now)).toBe(
      'caches forget the last policy in mode enforce by 2026-12-03, 8 days from now',
    )
    expect(describeHorizon(cacheHorizon([], now), now)).toBe('no sender holds a policy in mode enforce')
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), at => {
        expect(Date.parse(`${formatDate(at)}T00:00:00Z`)).toBeGreaterThanOrEqual(at)
      }),
    )
  })

  it('never forgets earlier than any sender that fetched at any moment', () => {
    const served = fc.record({
      from: fc.integer({ min: 0, max: 100 }),
      days: fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined }),
      maxAgeDays: fc.integer({ min: 0, max: 400 }),
    })
    fc.assert(
      fc.property(fc.array(served, { maxLength: 6 }), fc.integer({ min: 100, max: 200 }), (list, today) => {
        const now = today * DAY_MS
        const versions = list.map(({ from, days, maxAgeDays }, index) =>
          version(
            String(index),
            policy('enforce', ['a.example'], maxAgeDays),
            from,
            days === undefined ? undefined : Math.min(from + days, today),
          ),
        )
        const { held } = cacheHorizon(versions, now)
        for (const { policyId, value, firstServedAt = 0, lastServedAt = now } of versions) {
          for (const fetchedAt of [firstServedAt, (firstServedAt + lastServedAt) / 2, lastServedAt]) {
            const forgottenAt = fetchedAt + Math.min(value.maxAgeSeconds, MAX_MAX_AGE_SECONDS) * 1000
            if (forgottenAt <= now) continue
            const known = held.find(policy => policy.policyId === policyId)
            expect(known?.heldUntil).toBeGreaterThanOrEqual(forgottenAt)
          }
        }
      }),
    )
  })
})
