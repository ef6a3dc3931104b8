import { expect, test } from 'vitest'
import { stackDays } from './session-stack.ts'

test('each session stands in one kind, failed ones together whatever policy they failed under', () => {
  const policy = (policyType: string, good: number, failed: number) => ({
    policyType,
    countedSuccessfulSessionCount: good,
    countedFailedSessionCount: failed,
  })
  expect(
    stackDays([
      {
        day: '2026-03-01',
        policies: [policy('sts', 10, 1), policy('tlsa', 5, 2), policy('no-policy-found', 3, 0)],
      },
      { day: '2026-03-02', policies: [policy('made-up', 4, 0)] },
      { day: '2026-03-03', policies: [] },
    ]),
  ).toEqual([
    { day: '2026-03-01', 'mta-sts': 10, dane: 5, unprotected: 3, failed: 3 },
    { day: '2026-03-02', 'mta-sts': 0, dane: 0, unprotected: 4, failed: 0 },
    { day: '2026-03-03', 'mta-sts': 0, dane: 0, unprotected: 0, failed: 0 },
  ])
})
