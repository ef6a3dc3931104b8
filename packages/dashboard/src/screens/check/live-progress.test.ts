import { expect, test } from 'vitest'
import { advanceProgress, type Progress, type ProgressEvent } from './live-progress.ts'

const tell = (...events: ProgressEvent<string>[]): Progress<string> =>
  events.reduce<Progress<string>>(advanceProgress, { parts: [], findings: [] })
const part = (what: string, state: 'begun' | 'done') =>
  ({ kind: 'part', part: { part: 'mx-host', what, state } }) as const

test('a part stays in its place when it is done', () => {
  expect(tell(part('mx1', 'begun'), part('mx2', 'begun'), part('mx1', 'done')).parts).toEqual([
    { part: 'mx-host', what: 'mx1', state: 'done' },
    { part: 'mx-host', what: 'mx2', state: 'begun' },
  ])
})

test('what is told again after a lost connection is there once', () => {
  const once = { kind: 'finding', finding: 'a' } as const
  expect(tell(part('mx1', 'begun'), once, { kind: 'again' }, part('mx1', 'begun'), once)).toEqual({
    parts: [{ part: 'mx-host', what: 'mx1', state: 'begun' }],
    findings: ['a'],
  })
})
