import { expect, test } from 'vitest'
import { AnswerLog } from './answer-log.ts'

const answer = (nextHop: string) => ({
  nextHop,
  rule: 'no-policy' as const,
  action: 'no-promise' as const,
  reason: '',
  reply: { kind: 'not-found' as const },
  dryRun: false,
})

function createLog() {
  const clock = { at: 1_000, now: () => clock.at }
  return { clock, log: new AnswerLog(clock) }
}

test('a next hop keeps its count when its answer is worked out anew', () => {
  const { log, clock } = createLog()
  const mark = log.note(answer('a.example'))
  log.count(mark, 2_000)
  clock.at = 5_000
  log.note({ ...answer('a.example'), rule: 'mta-sts-enforce', reply: { kind: 'found', data: 'secure' } })
  expect(log.find('a.example')).toMatchObject({
    count: 3,
    countedSince: 1_000,
    decidedAt: 5_000,
    lastAskedAt: 5_000,
    rule: 'mta-sts-enforce',
  })
  expect(log.counts).toEqual({ found: 1, 'not-found': 2, temporary: 0, permanent: 0 })
})

test('memory is bounded, and who was asked for lately stays', () => {
  const { log, clock } = createLog()
  const busy = log.note(answer('busy.example'))
  for (let index = 0; index < 50_000; index += 1) {
    clock.at = 2_000 + index
    log.count(busy, clock.now())
    log.note(answer(`h${index}.example`))
  }
  expect(log.list()).toHaveLength(4_096)
  expect(log.find('busy.example')).toMatchObject({ count: 50_001 })
  expect(log.counts['not-found']).toBe(100_001)
})

test('a ready reply of a forgotten next hop counts for nobody in its place', () => {
  const { log, clock } = createLog()
  const old = log.note(answer('old.example'))
  for (let index = 0; index < 10_000; index += 1) {
    clock.at = 2_000 + index
    log.note(answer(`h${index}.example`))
  }
  expect(log.find('old.example')).toBeUndefined()
  log.count(old, 99_000)
  expect(log.list().every(({ count }) => count === 1)).toBe(true)
  expect(log.counts['not-found']).toBe(10_002)
})

test('in a dry run it is "not found" that counts', () => {
  const { log } = createLog()
  log.note({ ...answer('a.example'), reply: { kind: 'found', data: 'secure' }, dryRun: true })
  expect(log.counts).toMatchObject({ found: 0, 'not-found': 1 })
  expect(log.find('a.example')).toMatchObject({ reply: { kind: 'found' }, dryRun: true })
})
