import type { DomainName } from '@sternpost/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readCriteria, setCriteria } from './set-criteria.ts'
import { policy } from './testing/policies.ts'
import { createRolloutWorld, type RolloutWorld } from './testing/rollout-world.ts'

const domain = 'example.com' as DomainName
let world: RolloutWorld
beforeEach(async () => {
  world = await createRolloutWorld(policy('testing', ['mx.example.com']))
})
afterEach(() => world[Symbol.asyncDispose]())

test('what is left out stays, null goes back to the configuration', async () => {
  const { rollouts } = world.rollout
  expect(await readCriteria(rollouts, domain)).toEqual({ domain, settings: {}, autoAdvance: null })
  await setCriteria(rollouts, domain, { minDays: 3, autoAdvance: false })
  expect(await setCriteria(rollouts, domain, { minSessions: 50 })).toEqual({
    domain,
    settings: { minDays: 3, minSessions: 50 },
    autoAdvance: false,
  })
  expect(await setCriteria(rollouts, domain, { minDays: null, autoAdvance: null })).toEqual({
    domain,
    settings: { minSessions: 50 },
    autoAdvance: null,
  })
  expect(await readCriteria(rollouts, domain)).toMatchObject({ settings: { minSessions: 50 } })
})

test('two changes at once lose none of both', async () => {
  const { rollouts } = world.rollout
  await Promise.all([
    setCriteria(rollouts, domain, { minDays: 1 }),
    setCriteria(rollouts, domain, { minSessions: 2 }),
    setCriteria(rollouts, domain, { minReporters: 3 }),
  ])
  expect((await readCriteria(rollouts, domain)).settings).toEqual({
    minDays: 1,
    minSessions: 2,
    minReporters: 3,
  })
})
