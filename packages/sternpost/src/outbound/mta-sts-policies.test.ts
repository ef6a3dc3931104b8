import { afterEach, describe, expect, test } from 'vitest'
import { createOutboundWorld, type OutboundWorld } from './testing/outbound-world.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

let world: OutboundWorld

afterEach(async () => {
  await world.close()
})

const enforced = {
  'enforced.test': { policy: { mode: 'enforce', id: 'a1', maxAgeSeconds: 604_800 } },
} as const

/** Lets the checks that a question started in the background come to their end. */
async function settle() {
  await new Promise(resolve => setTimeout(resolve, 150))
}

describe('first contact', () => {
  test('a policy in mode enforce decides the first answer', async () => {
    world = await createOutboundWorld({ domains: enforced })
    const { decision } = await world.decide('enforced.test')
    expect(decision).toMatchObject({
      action: 'require-mta-sts',
      policyId: 'a1',
      policyDomain: 'enforced.test',
    })
    expect(world.events.map(({ kind }) => kind)).toEqual(['policy-found'])
  })

  test('testing and none promise nothing', async () => {
    world = await createOutboundWorld({
      domains: { 'testing.test': { policy: { mode: 'testing' } }, 'none.test': { policy: { mode: 'none' } } },
    })
    expect(await world.verdict('testing.test')).toBe('no-promise mta-sts-testing')
    expect(await world.verdict('none.test')).toBe('no-promise mta-sts-none')
  })

  test('a domain without a record is asked about once in its negative TTL', async () => {
    world = await createOutboundWorld({ domains: { 'plain.test': {} } })
    expect(await world.verdict('plain.test')).toBe('no-promise no-policy')
    expect(await world.verdict('plain.test')).toBe('no-promise no-policy')
    expect(world.lab.zone.queries('_mta-sts.plain.test', 'TXT')).toBe(1)
    await world.clock.advance(2 * HOUR)
    await world.verdict('plain.test')
    expect(world.lab.zone.queries('_mta-sts.plain.test', 'TXT')).toBe(2)
  })

  test('a policy that cannot be had delivers as if there were none, and its host is left alone for five minutes', async () => {
    world = await createOutboundWorld({
      domains: { 'broken.test': { policy: { fault: { kind: 'status', status: 404 } } } },
    })
    const requests = () => world.lab.domain('broken.test').policyHost?.requests('broken.test')
    expect(await world.verdict('broken.test')).toBe('no-promise mta-sts-unavailable')
    expect(await world.verdict('broken.test')).toBe('no-promise mta-sts-unavailable')
    expect(requests()).toBe(1)
    await world.clock.advance(299_000)
    await world.verdict('broken.test')
    expect(requests()).toBe(1)
    await world.clock.advance(120_000)
    await world.verdict('broken.test')
    await settle()
    expect(requests()).toBe(2)
  })

  test('another id is fetched at once although the last one failed', async () => {
    world = await createOutboundWorld({
      domains: { 'mended.test': { policy: { id: 'x1', fault: { kind: 'status', status: 500 } } } },
      ttlSeconds: 60,
    })
    expect(await world.verdict('mended.test')).toBe('no-promise mta-sts-unavailable')
    world.lab.domain('mended.test').setPolicyFault(undefined)
    world.lab.rollPolicy('mended.test', { mode: 'enforce' }, 'x2')
    await world.clock.advance(61_000)
    await world.verdict('mended.test')
    await settle()
    expect(await world.verdict('mended.test')).toBe('require-mta-sts mta-sts-enforce')
  })

  test('a slow policy host has Postfix wait, and the policy applies when it came', async () => {
    world = await createOutboundWorld(
      { domains: { 'slow.test': { policy: { fault: { kind: 'hang', at: 'body' } } } } },
      { answerBudgetMs: 1 },
    )
    const first = world.verdict('slow.test')
    await settle()
    await world.clock.advance(10)
    expect(await first).toBe('defer mta-sts-pending')
    world.lab.domain('slow.test').setPolicyFault(undefined)
    await new Promise(resolve => setTimeout(resolve, 2_500))
    expect(await world.verdict('slow.test')).toBe('no-promise mta-sts-unavailable')
    await world.clock.advance(600_000)
    await world.verdict('slow.test')
    await settle()
    expect(await world.verdict('slow.test')).toBe('require-mta-sts mta-sts-enforce')
  })

  test('a record that cannot be looked up is no reason to hold mail', async () => {
    world = await createOutboundWorld({
      domains: { 'lame.test': {} },
      zone: { '_mta-sts.lame.test': { fault: 'servfail' } },
    })
    expect(await world.verdict('lame.test')).toBe('no-promise mta-sts-unknown')
  })
})

describe('a policy in force', () => {
  test('holds while its record, its host and DNS fail, and after a restart', async () => {
    world = await createOutboundWorld({ domains: enforced })
    await world.decide('enforced.test')
    world.lab.zone.setState('_mta-sts.enforced.test', 'servfail')
    world.lab.domain('enforced.test').setPolicyFault({ kind: 'status', status: 500 })
    await world.clock.advance(2 * DAY)
    expect(await world.verdict('enforced.test')).toBe('require-mta-sts mta-sts-enforce')
    await settle()
    const again = await world.restart()
    const { lab } = world
    world = {
      ...again,
      async close() {
        await again.close()
        await lab.close()
      },
    }
    expect(await again.verdict('enforced.test')).toBe('require-mta-sts mta-sts-enforce')
  })

  test('a record that vanished is told of once, and the policy holds until max_age', async () => {
    world = await createOutboundWorld({ domains: enforced })
    await world.decide('enforced.test')
    world.lab.zone.remove('_mta-sts.enforced.test')
    world.lab.domain('enforced.test').setPolicyFault({ kind: 'status', status: 404 })
    for (let day = 0; day < 6; day += 1) {
      await world.clock.advance(DAY)
      expect(await world.verdict('enforced.test')).toBe('require-mta-sts mta-sts-enforce')
      await settle()
    }
    expect(world.events.filter(({ kind }) => kind === 'record-removed')).toHaveLength(1)
    expect(world.events.some(({ kind }) => kind === 'refresh-failing')).toBe(true)
    await world.clock.advance(2 * DAY)
    expect(await world.verdict('enforced.test')).toBe('no-promise no-policy')
    expect(world.events.at(-1)?.kind).toBe('policy-expired')
  })

  test('a new id is noticed in the background, and never makes a lookup wait', async () => {
    world = await createOutboundWorld({ domains: enforced, ttlSeconds: 300 })
    await world.decide('enforced.test')
    world.lab.rollPolicy('enforced.test', { mode: 'enforce', mx: ['new.enforced.test'] }, 'a2')
    await world.clock.advance(331_000)
    await world.refresher.runRound()
    const { decision } = await world.decide('enforced.test')
    expect(decision).toMatchObject({ action: 'require-mta-sts', policyId: 'a2' })
    expect(world.changed).toEqual(['enforced.test', 'enforced.test'])
    expect(world.events.map(({ kind }) => kind)).toEqual(['policy-found', 'policy-changed'])
  })

  test('mode none replaces it at once, and the weakening is told', async () => {
    world = await createOutboundWorld({ domains: enforced, ttlSeconds: 300 })
    await world.decide('enforced.test')
    world.lab.rollPolicy('enforced.test', { mode: 'none', mx: [] }, 'a2')
    await world.clock.advance(331_000)
    await world.refresher.runRound()
    expect(await world.verdict('enforced.test')).toBe('no-promise mta-sts-none')
    expect(world.events.at(-1)?.kind).toBe('policy-weakened')
  })

  test('a broken new policy changes nothing', async () => {
    world = await createOutboundWorld({ domains: enforced, ttlSeconds: 300 })
    await world.decide('enforced.test')
    world.lab.rollPolicy('enforced.test', 'version: STSv1\nmode: doubt\n', 'a2')
    await world.clock.advance(331_000)
    await world.refresher.runRound()
    expect(await world.decide('enforced.test')).toMatchObject({
      decision: { policyId: 'a1', action: 'require-mta-sts' },
    })
    expect(world.events.at(-1)).toMatchObject({
      kind: 'refresh-failing',
      detail: { code: 'mta-sts/policy-mode' },
    })
  })

  test('is fetched anew each day, which moves its end', async () => {
    world = await createOutboundWorld({ domains: enforced })
    await world.decide('enforced.test')
    const before = await world.policyStore.load('enforced.test' as never)
    for (let hour = 0; hour < 30; hour += 1) {
      await world.clock.advance(HOUR)
      await world.decide('enforced.test')
      await world.refresher.runRound()
    }
    const after = await world.policyStore.load('enforced.test' as never)
    expect(after?.expiresAt).toBeGreaterThan((before?.expiresAt ?? 0) + 12 * HOUR)
    expect(world.lab.domain('enforced.test').policyHost?.requests('enforced.test')).toBe(2)
  })
})

test('equal questions asked at one time lead to one lookup and one fetch', async () => {
  world = await createOutboundWorld({ domains: enforced })
  const verdicts = await Promise.all(Array.from({ length: 50 }, () => world.verdict('enforced.test')))
  expect(new Set(verdicts)).toEqual(new Set(['require-mta-sts mta-sts-enforce']))
  expect(world.lab.domain('enforced.test').policyHost?.requests('enforced.test')).toBe(1)
  expect(world.lab.zone.queries('enforced.test', 'MX')).toBe(1)
})

test('the text of a policy is stored as it was fetched', async () => {
  const text = 'version: STSv1 \t\nmode: enforce\nmx: MX.Enforced.test\nmax_age: 604800\nx: \u00e9'
  world = await createOutboundWorld({ domains: { 'enforced.test': { policy: { text } } } })
  await world.decide('enforced.test')
  expect((await world.policyStore.load('enforced.test' as never))?.document.text).toBe(text)
})
