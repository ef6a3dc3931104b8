import { expect, test } from 'vitest'
import { isDomainName, isNarrowed, readReportSearch, reportsQuery } from './report-search.ts'

test('what nobody could mean is left out of an address', () => {
  expect(
    readReportSearch({ domain: ['x'], days: -3, trust: 'maybe', failures: 'no', resultType: '', other: 1 }),
  ).toEqual({})
})

test('an address says the same after it was read', () => {
  const search = {
    domain: 'example.com',
    organization: 'Google Inc.',
    days: 30,
    resultType: 'certificate-expired',
    trust: 'authenticated',
    failures: true,
    quarantined: true,
  } as const
  expect(readReportSearch(search)).toEqual(search)
  expect(isNarrowed(readReportSearch(search))).toBe(true)
  expect(isNarrowed(readReportSearch({}))).toBe(false)
})

test('names of digits alone are names', () => {
  expect(readReportSearch({ organization: 163, domain: 'EXAMPLE.com.' })).toEqual({
    organization: '163',
    domain: 'example.com',
  })
})

test('days are counted backwards from today, which is one of them', () => {
  expect(reportsQuery({ days: 7 }, '2026-03-03')).toEqual({ from: '2026-02-25' })
  expect(reportsQuery({}, '2026-03-03')).toEqual({})
  expect(reportsQuery({ failures: true, quarantined: true }, '2026-03-03')).toEqual({
    hasFailures: 'true',
    quarantined: 'true',
  })
})

test('only what can be a name is asked about as a domain', () => {
  expect(isDomainName('_tls.example.com')).toBe(true)
  expect(isDomainName('exämple.com')).toBe(false)
  expect(isDomainName('a b')).toBe(false)
})
