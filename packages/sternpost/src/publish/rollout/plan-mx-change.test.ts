import { matchMxHost } from '@sternpost/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cacheHorizon, FETCH_SLACK_MS } from './cache-horizon.ts'
import { planMxChange } from './plan-mx-change.ts'
import { DAY_MS, hosts, policy, version } from './testing/policies.ts'

const now = 100 * DAY_MS
const mxTtlSeconds = 3600

describe('planMxChange', () => {
  it('widens, waits for every cache, moves, waits for DNS and narrows', () => {
    const served = policy('enforce', ['old.example'], 30)
    const plan = planMxChange({
      versions: [version('7', served, 0)],
      policy: served,
      currentMx: hosts('old.example'),
      newMx: hosts('new.example'),
      mxTtlSeconds,
      now,
    })
    expect(plan.isSafeNow).toBe(false)
    expect(plan.breaks).toEqual([
      {
        policyId: '7',
        mode: 'enforce',
        mxHost: 'new.example',
        isServed: true,
        heldUntil: 130 * DAY_MS + FETCH_SLACK_MS,
        effect: 'refused',
      },
    ])
    expect(plan.moveAt).toBe(130 * DAY_MS + FETCH_SLACK_MS)
    expect(plan.steps.map(({ kind, at }) => [kind, (at - FETCH_SLACK_MS) / DAY_MS])).toEqual([
      ['widen', 100 - FETCH_SLACK_MS / DAY_MS],
      ['wait-caches', 100 - FETCH_SLACK_MS / DAY_MS],
      ['check', 100 - FETCH_SLACK_MS / DAY_MS],
      ['move', 130],
      ['wait-dns', 130],
      ['narrow', 131],
    ])
    expect(plan.widened).toEqual(policy('enforce', ['old.example', 'new.example'], 30))
    expect(plan.narrowed).toEqual(policy('enforce', ['new.example'], 30))
  })

  it('waits for an old policy with a long max_age even where the present one allows the new host', () => {
    const served = policy('enforce', ['old.example', 'new.example'], 1)
    const plan = planMxChange({
      versions: [version('1', policy('enforce', ['old.example'], 365), 0, 50), version('2', served, 50)],
      policy: served,
      currentMx: hosts('old.example'),
      newMx: hosts('new.example'),
      mxTtlSeconds,
      now,
    })
    expect(plan.breaks.map(({ policyId }) => policyId)).toEqual(['1'])
    expect(plan.moveAt).toBe(415 * DAY_MS + FETCH_SLACK_MS)
  })

  it('lets MX hosts change at once where only testing is held, and says that it will be reported', () => {
    const served = policy('testing', ['old.example'])
    const plan = planMxChange({
      versions: [version('1', served, 0)],
      policy: served,
      currentMx: hosts('old.example'),
      newMx: hosts('old.example', 'new.example'),
      mxTtlSeconds,
      now,
    })
    expect(plan).toMatchObject({ isSafeNow: true, moveAt: now, breaks: [{ effect: 'reported' }] })
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['widen', 'check', 'move'])
  })

  it('has nothing to do where nothing changes', () => {
    const served = policy('enforce', ['*.example'])
    const plan = planMxChange({
      versions: [version('1', served, 0)],
      policy: served,
      currentMx: hosts('a.example'),
      newMx: hosts('a.example'),
      mxTtlSeconds,
      now,
    })
    expect(plan).toMatchObject({ isSafeNow: true, breaks: [], steps: [], moveAt: now })
  })

  const host = fc.constantFrom('a.example', 'b.example', 'c.test', 'd.test')
  const pattern = fc.oneof(host, fc.constantFrom('*.example', '*.test'))
  const someHosts = fc.uniqueArray(host, { minLength: 1 }).map(names => hosts(...names))
  const older = fc.record({
    mx: fc.uniqueArray(pattern, { minLength: 1 }),
    mode: fc.constantFrom('enforce' as const, 'testing' as const, 'none' as const),
    maxAgeDays: fc.integer({ min: 1, max: 300 }),
    servedToDay: fc.integer({ min: 1, max: 100 }),
  })

  it('never lets a host in before every policy in force that some sender holds allows it', () => {
    fc.assert(
      fc.property(fc.array(older, { maxLength: 4 }), older, someHosts, someHosts, (olds, last, from, to) => {
        const served = policy(last.mode, last.mx, last.maxAgeDays)
        const versions = [
          ...olds.map(({ mode, mx, maxAgeDays, servedToDay }, index) =>
            version(`old${index}`, policy(mode, mx, maxAgeDays), 0, servedToDay),
          ),
          version('served', served, 0),
        ]
        const plan = planMxChange({ versions, policy: served, currentMx: from, newMx: to, mxTtlSeconds, now })
        // As the plan says: widened now, so that what was served is not served any more.
        const widensNow = plan.steps.some(({ kind }) => kind === 'widen')
        const after = widensNow
          ? [
              ...versions.map(each => ({ ...each, lastServedAt: each.lastServedAt ?? now })),
              { policyId: 'wide', value: plan.widened, firstServedAt: now, lastServedAt: undefined },
            ]
          : versions
        for (const { mode, value } of cacheHorizon(after, plan.moveAt).held) {
          if (mode !== 'enforce') continue
          for (const mxHost of to) expect(matchMxHost(mxHost, value.mxHostPatterns)).toBe(true)
        }
        const narrow = plan.steps.find(({ kind }) => kind === 'narrow')
        for (const mxHost of to) expect(matchMxHost(mxHost, plan.narrowed.mxHostPatterns)).toBe(true)
        if (narrow !== undefined) expect(narrow.at).toBeGreaterThanOrEqual(plan.moveAt)
      }),
    )
  })
})
