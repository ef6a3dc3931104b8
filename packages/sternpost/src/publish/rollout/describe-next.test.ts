import { expect, test } from 'vitest'
import { describeNext, type NextFacts } from './describe-next.ts'
import type { RolloutState } from './rollout-state.ts'

const facts: NextFacts = { running: undefined, verdict: undefined, autoAdvance: false, asksForReports: true }
const at = (stage: RolloutState['stage']) => ({ stage }) as RolloutState

test('who waits for reports has asked for them', () => {
  expect(describeNext(at('published'), facts)).toMatch(/^Wait for TLS reports/)
  expect(describeNext(at('published'), { ...facts, asksForReports: false })).toMatch(/rua, RFC 8460 §3/)
})

test('a domain that is ready is advanced by whoever advances it here', () => {
  expect(describeNext(at('ready'), facts)).toMatch(/: advance it/)
  expect(describeNext(at('ready'), { ...facts, autoAdvance: true })).toMatch(/the daemon publishes/)
})
