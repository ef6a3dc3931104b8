import { expect, test } from 'vitest'
import { judgeObservation } from '../check-domain.ts'
import { observationWith, observationWithSessions, sampleObservation } from '../testing/sample-observation.ts'
import { compareResults } from './compare-results.ts'

const judge = (observation = sampleObservation()) => judgeObservation(observation, 'sample.test')

test('nothing is otherwise in a second check of the same', () => {
  expect(compareResults(judge(), judge())).toMatchObject({ appeared: [], gone: [], changed: [], facts: [] })
})

test('a fault that appeared is gone in the other direction', () => {
  const worse = judge(
    observationWithSessions(smtp => ({ ...smtp, startTlsOffered: false, capabilities: [] })),
  )
  const there = compareResults(judge(), worse)
  expect(there.appeared.map(({ code }) => code)).toContain('starttls/not-offered')
  expect(there.facts).toContainEqual({
    subject: { kind: 'mx-host', host: 'mx2.sample.test', address: expect.any(String) },
    what: 'STARTTLS',
    before: 'offered',
    after: 'not offered',
  })
  expect(compareResults(worse, judge()).gone.map(({ code }) => code)).toContain('starttls/not-offered')
})

test('a fault that weighs otherwise has changed', () => {
  const { policyHost } = sampleObservation()
  const broken = (mode: string) =>
    judge({
      ...observationWithSessions(smtp => ({ ...smtp, startTlsOffered: false })),
      policyHost:
        policyHost === null
          ? null
          : {
              ...policyHost,
              responses: policyHost.responses.map(response => ({
                ...response,
                bodyText: response.bodyText?.replace('enforce', mode) ?? '',
              })),
            },
    })
  const { changed } = compareResults(broken('enforce'), broken('testing'))
  expect(changed.map(({ before, after }) => `${before.code} ${before.severity} ${after.severity}`)).toContain(
    'starttls/not-offered error warning',
  )
})

test('records that changed are told with both, and their order is no change', () => {
  const answers = sampleObservation().answers
  const moved = answers.map(answer =>
    answer.type === 'MX' && answer.kind === 'records' && answer.name === 'sample.test'
      ? { ...answer, records: [{ preference: 10, exchange: 'new.sample.test' }] }
      : answer,
  )
  const [change] = compareResults(judge(), judge(observationWith({ answers: moved }))).facts
  expect(change).toEqual({
    subject: { kind: 'record', name: 'sample.test', type: 'MX' },
    what: 'records',
    before: '10 mx1.sample.test, 20 mx2.sample.test',
    after: '10 new.sample.test',
  })
  const turned = answers.map(answer =>
    answer.kind === 'records' ? { ...answer, records: [...answer.records].reverse() } : answer,
  ) as typeof answers
  expect(compareResults(judge(), judge(observationWith({ answers: turned }))).facts).toEqual([])
})

test('a new certificate is told by its end and its fingerprint', () => {
  const renewed = observationWithSessions((smtp, place) => {
    const [leaf, ...above] = smtp.tls?.chain.certificates ?? []
    if (place !== 0 || smtp.tls === undefined || leaf === undefined) return smtp
    const certificates = [{ ...leaf, fingerprint: 'ab'.repeat(32), notAfter: Date.UTC(2030, 0, 1) }, ...above]
    return { ...smtp, tls: { ...smtp.tls, chain: { ...smtp.tls.chain, certificates } } }
  })
  const [change] = compareResults(judge(), judge(renewed)).facts
  expect(change?.what).toBe('certificate')
  expect(change?.after).toContain('until 2030-01-01, SHA-256 abababababababab…')
})
