import type { DomainName } from '@sternpost/protocol'
import { expect, test } from 'vitest'
import { policyIdToAnnounce } from './policy-id-to-announce.ts'
import { freshSteps, type Publication, type PublicationStepKind } from './publication.ts'

function publication(doneUpTo?: PublicationStepKind): Publication {
  const steps = freshSteps('exit')
  const last = steps.findIndex(({ kind }) => kind === doneUpTo)
  return {
    publicationId: 1,
    domain: 'example.com' as DomainName,
    purpose: 'exit',
    mode: 'none',
    policyId: '7',
    policyText: '',
    state: 'running',
    requestedAt: 0,
    requestedBy: 'test',
    reason: 'a test',
    override: undefined,
    steps: steps.map((step, index) => (index <= last ? { ...step, state: 'done' } : step)),
    nextTryAt: 0,
    endedAt: undefined,
  }
}

test.each([
  [undefined, undefined],
  ['serve', undefined],
  ['verify-served', '7'],
  ['verify-announced', '7'],
  ['wait-horizon', null],
  ['wait-ttl', null],
] as const)('after %s the record is to have %s', (doneUpTo, id) => {
  expect(policyIdToAnnounce(publication(doneUpTo))).toBe(id)
})

test('without a publication nothing is to be changed', () => {
  expect(policyIdToAnnounce(undefined)).toBeUndefined()
})
