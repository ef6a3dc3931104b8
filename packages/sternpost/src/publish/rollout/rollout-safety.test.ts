import type { DomainName } from '@sternpost/protocol'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fetchablePolicies } from './fetchable-policies.ts'
import { planMxChange } from './plan-mx-change.ts'
import { hosts, policy } from './testing/policies.ts'
import { createRolloutWorld, type RolloutWorld } from './testing/rollout-world.ts'

const names = ['a.example.com', 'b.example.com', 'c.example.net'] as const
const order = { by: 'test', reason: 'a test' }

/** What an operator does, wisely or not, but never with an override. */
type Action =
  | { readonly kind: 'pass'; readonly days: number }
  | { readonly kind: 'advance' | 'hold' | 'exit' }
  | { readonly kind: 'roll-back'; readonly to: 'testing' | 'none' }
  | { readonly kind: 'want'; readonly mx: readonly string[]; readonly maxAgeDays: number }
  /** Changes the MX records as soon as the plan allows it, and not otherwise. */
  | { readonly kind: 'move'; readonly mx: readonly string[] }
  /** The program is killed at the n-th moment of its next publications. */
  | { readonly kind: 'kill'; readonly after: number }

const some = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 })
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), days: fc.integer({ min: 1, max: 16 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('advance' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('hold' as const, 'exit' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('roll-back' as const),
      to: fc.constantFrom('testing' as const, 'none' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('want' as const),
      mx: some,
      maxAgeDays: fc.constantFrom(1, 7, 30),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('move' as const), mx: some }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill' as const), after: fc.nat(8) }) },
)

/** Whether the plan lets the MX records change at this moment. */
async function mayMove(
  { rollout, domain, clock, outside }: RolloutWorld,
  mx: DomainName[],
): Promise<boolean> {
  const served = await rollout.publish.servedVersion(domain)
  if (served === undefined) return true
  const versions = fetchablePolicies(
    await rollout.publish.versions(domain),
    await rollout.publications.list(domain, 100),
    clock.now(),
  )
  const plan = planMxChange({
    versions,
    policy: served.value,
    currentMx: outside.mx ?? [],
    newMx: mx,
    mxTtlSeconds: outside.mxTtlSeconds,
    now: clock.now(),
  })
  // A publication under way may enforce in a moment what does not know the new host yet.
  const running = await rollout.publications.running(domain)
  return plan.isSafeNow && running?.mode !== 'enforce'
}

async function act(world: RolloutWorld, action: Action): Promise<void> {
  const { control, evidence } = world.rollout
  const { domain } = world
  switch (action.kind) {
    case 'pass':
      await world.pass(action.days, 24)
      return
    case 'advance': {
      const [verdict] = await evidence.gates(domain, 1)
      await control.advance(domain, verdict, order)
      return world.settle()
    }
    case 'hold':
      await control.hold(domain, order)
      return world.settle()
    case 'exit':
      await control.exit(domain, order)
      return world.settle()
    case 'roll-back':
      await control.rollBack(domain, action.to, order)
      return world.settle()
    case 'want':
      return world.want({
        mxHostPatterns: policy('enforce', action.mx).mxHostPatterns,
        maxAgeSeconds: action.maxAgeDays * 86_400,
      })
    case 'move':
      if (await mayMove(world, hosts(...action.mx))) await world.moveMx(...action.mx)
      return
    case 'kill': {
      let left = action.after
      world.onProgress = () => {
        left -= 1
        if (left !== -1) return
        world.onProgress = () => {}
        throw new Error('killed')
      }
      return
    }
  }
}

it('without an override nothing an operator does makes a caching sender refuse an MX host that works', async () => {
  let enforced = 0
  await fc.assert(
    fc.asyncProperty(some, fc.array(action, { minLength: 8, maxLength: 24 }), async (start, actions) => {
      await using world = await createRolloutWorld(policy('testing', start, 7))
      await world.settle()
      await world.pass(15, 24)
      for (const each of actions) await act(world, each)
      if ((await world.stage()) === 'enforced') enforced += 1
      expect(world.sender.stopped).toEqual([])
      // What is announced is what is served, or something older: never the other way round.
      const announced = world.seen.filter(text => text.startsWith('record 2'))
      for (const text of announced) {
        const id = text.slice('record '.length)
        expect(world.seen.indexOf(`serve ${id}`)).toBeGreaterThanOrEqual(0)
        expect(world.seen.indexOf(`serve ${id}`)).toBeLessThan(world.seen.indexOf(text))
      }
    }),
    { numRuns: 30 },
  )
  // The sequences do get as far as what could do harm.
  expect(enforced).toBeGreaterThan(0)
}, 240_000)
