/** Worlds of values for tests of other rooms. */
export { policy } from '../rollout/testing/policies.ts'
export { createRolloutWorld, type RolloutWorld } from '../rollout/testing/rollout-world.ts'
