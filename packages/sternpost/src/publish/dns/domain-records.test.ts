import type { DomainName } from '@sternpost/protocol'
import { describe, expect, it } from 'vitest'
import type { PolicyVersion } from '../domains/policy-version.ts'
import type { PublishedDomain } from '../domains/published-domain.ts'
import { policyIdInRecord, recordsOfDomain } from './domain-records.ts'
import { placeRecords } from './place-records.ts'

const domain: PublishedDomain = {
  domain: 'example.com' as DomainName,
  wanted: { mode: 'testing', maxAgeSeconds: 604_800, mxHostPatterns: [] },
  tlsRptRua: [],
  dns: { writer: 'none', apply: 'ask' },
  delegation: 'direct',
  policyIdForm: 'utc',
  bimi: { selector: 'default', location: 'https://example.com/logo.svg', evidence: '' },
  tlsa: [{ mxHost: 'mx.example.net' as DomainName, records: [`3 1 1 ${'AB'.repeat(32)}`] }],
  servedPolicyId: '2',
  addedAt: 0,
  changedAt: 0,
  revision: 1,
}
const settings = {
  ttlSeconds: 300,
  policyHost: { addresses: ['192.0.2.1', '2001:DB8:0::1'] },
  operatorZone: undefined,
}

function version(policyId: string, announcedAt: number | undefined): PolicyVersion {
  const { wanted: value } = domain
  const common = { domain: domain.domain, policyId, text: '', value, createdAt: 0, firstServedAt: 0 }
  return { ...common, announcedAt, lastServedAt: undefined, lastFetchedAt: undefined }
}

describe('the records of a published domain', () => {
  it('are in the form in which they come back from DNS', () => {
    const values = recordsOfDomain(domain, '2', settings).flatMap(({ values: each }) => each)
    expect(values).toEqual([
      'v=STSv1; id=2;',
      '192.0.2.1',
      '2001:db8::1',
      'v=BIMI1; l=https://example.com/logo.svg; a=;',
      `3 1 1 ${'ab'.repeat(32)}`,
    ])
  })

  it('say nothing of the policy host where the settings do not, and give it up when retired', () => {
    const none = { ...settings, policyHost: { addresses: [] } }
    const host = (records: ReturnType<typeof recordsOfDomain>) =>
      records.filter(({ purpose }) => purpose === 'policy-host')
    expect(host(recordsOfDomain(domain, '2', none))).toEqual([])
    const retired = host(recordsOfDomain(domain, null, none, { retire: true }))
    expect(retired.map(({ type, values }) => [type, values])).toEqual([
      ['CNAME', []],
      ['A', []],
      ['AAAA', []],
    ])
  })

  it('cannot be told for a delegated domain without an operator zone', () => {
    const delegated = { ...domain, delegation: 'cname' } as const
    expect(() => recordsOfDomain(delegated, '2', settings)).toThrow('publish.dns.operatorZone')
  })

  it('are placed in the longest zone known, else where they most likely are', () => {
    const records = recordsOfDomain(domain, '2', settings)
    const zonesOf = (zones: readonly string[]) =>
      new Set(placeRecords(records, { domain: 'example.com', zones }).map(({ zone }) => zone))
    expect(zonesOf([])).toEqual(new Set(['example.com', 'example.net']))
    expect(zonesOf(['com', 'mx.example.net'])).toEqual(new Set(['com', 'mx.example.net']))
  })
})

describe('the id in the record', () => {
  it.each([
    ['the one announced last', domain, [version('1', 10), version('2', 20)], '2'],
    [
      'the announced one while a new policy is on its way',
      domain,
      [version('1', 10), version('2', undefined)],
      '1',
    ],
    ['the one served, where none was announced yet', domain, [version('2', undefined)], '2'],
    ['none, where nothing is served', { ...domain, servedPolicyId: undefined }, [version('1', 10)], null],
  ] as const)('is %s', (_, published, versions, expected) => {
    expect(policyIdInRecord(published, versions)).toBe(expected)
  })
})
