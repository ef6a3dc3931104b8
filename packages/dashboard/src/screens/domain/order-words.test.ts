import { expect, test } from 'vitest'
import { formatDays, orderWords, possibleOrders } from './order-words.ts'

const stages = [
  'planned',
  'published',
  'gathering',
  'ready',
  'enforced',
  'held',
  'rolling-back',
  'none',
  'removed',
]

test('every order that is offered says what it does to mail', () => {
  for (const stage of stages) {
    for (const kind of possibleOrders({ stage }, false)) {
      const { consequences, title } = orderWords(kind, {
        stage,
        maxAgeSeconds: 604_800,
        enforceForgottenAt: '2026-12-02T10:00:00.000Z',
      })
      expect(title).not.toBe('')
      expect(consequences.length).toBeGreaterThan(0)
      for (const sentence of consequences) expect(sentence).toMatch(/\.$/)
    }
  }
})

test('enforced is not advanced any further, and nothing is offered while it goes back', () => {
  expect(possibleOrders({ stage: 'enforced' }, false)).not.toContain('advance')
  expect(possibleOrders({ stage: 'rolling-back' }, false)).toEqual([])
})

test('what is being published is not advanced meanwhile, but where it is held', () => {
  expect(possibleOrders({ stage: 'planned' }, true)).toEqual(['hold'])
  expect(possibleOrders({ stage: 'gathering' }, true)).not.toContain('advance')
  expect(possibleOrders({ stage: 'held' }, true)).toContain('advance')
})

test('who goes back is told until when an enforced policy may be held', () => {
  const situation = { stage: 'enforced', maxAgeSeconds: 604_800 }
  const held = orderWords('rollback-none', { ...situation, enforceForgottenAt: '2026-12-02T10:00:00.000Z' })
  expect(held.consequences.join(' ')).toContain('until 2026-12-02')
  const free = orderWords('rollback-none', { ...situation, enforceForgottenAt: null })
  expect(free.consequences.join(' ')).toContain('No sender holds')
})

test.each([
  [86_400, '1 day'],
  [604_800, '7 days'],
  [3600, '3,600 seconds'],
])('%i seconds are %s', (seconds, words) => {
  expect(formatDays(seconds)).toBe(words)
})
