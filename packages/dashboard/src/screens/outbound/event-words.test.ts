import { expect, test } from 'vitest'
import { policyDifferences } from './event-words.ts'

const before = {
  policyId: '1',
  mode: 'enforce',
  mx: ['mx1.example.com', '*.example.net'],
  maxAgeSeconds: 604_800,
}

test('of a changed policy only what changed is told', () => {
  expect(policyDifferences(before, { ...before, policyId: '2', mode: 'testing' })).toEqual([
    'policy 1 became 2',
    'mode enforce became testing',
  ])
  expect(
    policyDifferences(before, {
      ...before,
      mx: ['mx1.example.com', 'mx2.example.com'],
      maxAgeSeconds: 3_600,
    }),
  ).toEqual([
    'policy 1, whose id stayed the same',
    'MX hosts added: mx2.example.com',
    'MX hosts removed: *.example.net',
    'max_age 7 days became 3,600 seconds',
  ])
})

test('of a new policy everything is told, and of none nothing', () => {
  expect(policyDifferences(undefined, before)).toEqual([
    'policy 1',
    'mode enforce',
    'MX hosts mx1.example.com, *.example.net',
    'max_age 7 days',
  ])
  expect(policyDifferences(before, undefined)).toEqual([])
})
