import { expect, test } from 'vitest'
import { rolloutHealth } from './start-rollout.ts'

test('health counts what waits for somebody, by stage where nothing does', () => {
  expect(rolloutHealth(0, {})).toMatchObject({ state: 'ok', message: 'no domain is published' })
  expect(rolloutHealth(0, { enforced: 2, held: 1 })).toMatchObject({ message: '2 enforced, 1 held' })
  expect(rolloutHealth(1, { held: 1 })).toMatchObject({ state: 'degraded' })
  expect(rolloutHealth(1, { held: 1 }).message).toMatch(/^1 domain waits/)
  expect(rolloutHealth(1_000, { held: 1_000 }).message).toMatch(/^1000 domains wait/)
})
