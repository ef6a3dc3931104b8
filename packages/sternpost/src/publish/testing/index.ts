/** Worlds of values for tests of other rooms. */

export { createMemoryWriter, type MemoryWriter } from '../dns/testing/memory-writer.ts'
export { plainDomain } from '../domains/testing/plain-domain.ts'
export { policy } from '../rollout/testing/policies.ts'
export { createRolloutWorld, type RolloutWorld } from '../rollout/testing/rollout-world.ts'
