import { describe, expect, it } from 'vitest'
import { recordSetKey } from './record-set.ts'
import { operatorRecordName, type WantedRecordsInput, wantedRecords } from './wanted-records.ts'

const base: WantedRecordsInput = {
  domain: 'example.com',
  policyId: '20261125080000',
  tlsReportUris: ['mailto:tls@example.com', 'https://reports.example.net/v1'],
  policyHost: {
    kind: 'addresses',
    addresses: [
      { family: 4, address: '192.0.2.1' },
      { family: 6, address: '2001:db8::1' },
    ],
  },
  delegation: { kind: 'direct' },
  ttlSeconds: 3600,
}

function shown(input: WantedRecordsInput): Record<string, string> {
  const sets = wantedRecords(input).filter(({ values }) => values.length > 0)
  return Object.fromEntries(sets.map(set => [recordSetKey(set), `${set.part}: ${set.values.join(' | ')}`]))
}

describe('the records a domain needs', () => {
  it('stand in its own zone when nothing is delegated', () => {
    expect(shown(base)).toEqual({
      '_mta-sts.example.com TXT': 'domain: v=STSv1; id=20261125080000;',
      '_smtp._tls.example.com TXT':
        'domain: v=TLSRPTv1; rua=mailto:tls@example.com,https://reports.example.net/v1;',
      'mta-sts.example.com A': 'domain: 192.0.2.1',
      'mta-sts.example.com AAAA': 'domain: 2001:db8::1',
    })
  })

  it('without a policy id or report address the record shall be gone, and the others stay', () => {
    const input = { ...base, policyId: null, tlsReportUris: [] }
    expect(Object.keys(shown(input))).toEqual(['mta-sts.example.com A', 'mta-sts.example.com AAAA'])
    expect(wantedRecords(input)).toContainEqual(
      expect.objectContaining({ name: '_mta-sts.example.com', type: 'TXT', values: [] }),
    )
  })

  it('a policy host elsewhere is an alias and has no addresses', () => {
    const input = { ...base, policyHost: { kind: 'alias', target: 'policies.example.net' } as const }
    expect(shown(input)).toMatchObject({ 'mta-sts.example.com CNAME': 'domain: policies.example.net' })
    expect(shown(input)).not.toHaveProperty(['mta-sts.example.com A'])
  })

  it('delegated, the domain holds three aliases and the operator the rest', () => {
    expect(shown({ ...base, delegation: { kind: 'cname', operatorZone: 'hosted.example.net' } })).toEqual({
      '_mta-sts.example.com CNAME': 'domain: example.com._mta-sts.hosted.example.net',
      'example.com._mta-sts.hosted.example.net TXT': 'operator: v=STSv1; id=20261125080000;',
      '_smtp._tls.example.com CNAME': 'domain: example.com._smtp._tls.hosted.example.net',
      'example.com._smtp._tls.hosted.example.net TXT':
        'operator: v=TLSRPTv1; rua=mailto:tls@example.com,https://reports.example.net/v1;',
      'mta-sts.example.com CNAME': 'domain: mta-sts-host.hosted.example.net',
      'mta-sts-host.hosted.example.net A': 'operator: 192.0.2.1',
      'mta-sts-host.hosted.example.net AAAA': 'operator: 2001:db8::1',
    })
  })

  it('delegated, giving up one policy leaves the aliases and the shared host', () => {
    const sets = wantedRecords({
      ...base,
      policyId: null,
      policyHost: null,
      delegation: { kind: 'cname', operatorZone: 'hosted.example.net' },
    })
    expect(sets.some(({ name }) => name === 'mta-sts-host.hosted.example.net')).toBe(false)
    expect(sets).toContainEqual(expect.objectContaining({ name: '_mta-sts.example.com', type: 'CNAME' }))
  })

  it('a domain too long to stand before the operator zone gets a name of its own, always the same', () => {
    const domain = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.example`
    const name = operatorRecordName('_mta-sts', domain, 'hosted.example.net')
    expect(name).toMatch(/^[0-9a-f]{40}\._mta-sts\.hosted\.example\.net$/)
    expect(operatorRecordName('_mta-sts', domain, 'hosted.example.net')).toBe(name)
  })
})
