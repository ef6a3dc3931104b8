import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { wantedRecords } from '../wanted-records.ts'
import { type FormatOptions, formatRecords, type RecordFormat } from './format-records.ts'
import type { PlacedRecord } from './placed-record.ts'
import { quotedStrings, readQuotedStrings } from './quoted-text.ts'

const LONG = `v=TLSRPTv1; rua=${Array.from({ length: 9 }, (_, i) => `mailto:tls-${i}@reports.example.com`).join(',')};`
const records: readonly PlacedRecord[] = wantedRecords({
  domain: 'example.com',
  policyId: '20261125080000',
  tlsReportUris: LONG.slice('v=TLSRPTv1; rua='.length, -1).split(','),
  policyHost: {
    kind: 'addresses',
    addresses: [
      { family: 4, address: '192.0.2.1' },
      { family: 4, address: '192.0.2.2' },
      { family: 6, address: '2001:db8::1' },
    ],
  },
  delegation: { kind: 'direct' },
  ttlSeconds: 3600,
  tlsa: [{ mxHost: 'mx.example.com', values: [`3 1 1 ${'ab'.repeat(32)}`] }],
}).map(record => ({ ...record, zone: 'example.com' }))
const alias: PlacedRecord = {
  name: 'mta-sts.example.org',
  type: 'CNAME',
  values: ['policies.example.net'],
  ttlSeconds: 300,
  purpose: 'policy-host',
  part: 'domain',
  zone: 'example.org',
}

function written(format: RecordFormat, options: Partial<FormatOptions> = {}, placed = records): string {
  return formatRecords(placed, format, { provider: 'cloudflare', ownValues: () => [], ...options })
}

describe('records written down', () => {
  it('as a zone file, every text in strings of at most 255 bytes', () => {
    const text = written('bind', {}, [...records, alias])
    expect(text).toContain('_mta-sts.example.com. 3600 IN TXT "v=STSv1; id=20261125080000;"\n')
    expect(text).toContain('; zone example.org\nmta-sts.example.org. 300 IN CNAME policies.example.net.\n')
    expect(text).toContain(`_25._tcp.mx.example.com. 3600 IN TLSA 3 1 1 ${'ab'.repeat(32)}\n`)
    const strings = [...text.matchAll(/"([^"]*)"/g)].map(match => match[1]?.length ?? 0)
    expect(Math.max(...strings)).toBe(255)
    expect(text).not.toContain('CNAME _')
  })

  it('as input of nsupdate, which takes away only what was ours', () => {
    const text = written('nsupdate', {
      ownValues: (name, type) => (`${name} ${type}` === '_mta-sts.example.com TXT' ? ['v=STSv1; id=1;'] : []),
    })
    const lines = text.trim().split('\n')
    expect(lines[0]).toBe('zone example.com.')
    expect(lines[1]).toBe('update delete _mta-sts.example.com. TXT "v=STSv1; id=1;"')
    expect(lines.filter(line => line.startsWith('update delete'))).toHaveLength(1)
    expect(lines.at(-1)).toBe('send')
  })

  it('as a batch for the API of Cloudflare', () => {
    const { posts } = JSON.parse(written('cloudflare')) as { posts: Record<string, unknown>[] }
    expect(posts).toContainEqual({
      type: 'TXT',
      name: '_mta-sts.example.com',
      ttl: 3600,
      content: '"v=STSv1; id=20261125080000;"',
      comment: 'Written by Sternpost',
    })
    expect(posts.filter(({ type }) => type === 'A')).toMatchObject([{ proxied: false }, { proxied: false }])
    expect(posts.find(({ type }) => type === 'TLSA')).toMatchObject({
      data: { usage: 3, selector: 1, matching_type: 1, certificate: 'ab'.repeat(32) },
    })
  })

  it('as a change batch of Route 53', () => {
    const batch = JSON.parse(written('route53')) as { Changes: { ResourceRecordSet: object }[] }
    const sets = batch.Changes.map(({ ResourceRecordSet }) => ResourceRecordSet)
    expect(sets).toContainEqual({
      Name: 'mta-sts.example.com.',
      Type: 'A',
      TTL: 3600,
      ResourceRecords: [{ Value: '192.0.2.1' }, { Value: '192.0.2.2' }],
    })
  })

  it('as YAML of octoDNS, in order, with its semicolons escaped', () => {
    const zone = parse(written('octodns')) as Record<string, unknown>
    expect(Object.keys(zone)).toEqual(Object.keys(zone).sort())
    expect(zone['_mta-sts']).toEqual({
      ttl: 3600,
      type: 'TXT',
      value: 'v=STSv1\\; id=20261125080000\\;',
    })
    expect(zone['mta-sts']).toMatchObject([
      { type: 'A', values: ['192.0.2.1', '192.0.2.2'] },
      { type: 'AAAA' },
    ])
  })

  it('as JavaScript of DNSControl, which runs', () => {
    const seen: unknown[] = []
    const call =
      (word: string) =>
      (...given: unknown[]) => ({ word, given })
    runInNewContext(written('dnscontrol', {}, [...records, alias]), {
      D_EXTEND: (zone: string, ...calls: unknown[]) => seen.push({ zone, calls }),
      ...Object.fromEntries(['A', 'AAAA', 'CNAME', 'TXT', 'TLSA', 'TTL'].map(word => [word, call(word)])),
    })
    expect(seen).toMatchObject([
      { zone: 'example.com' },
      {
        zone: 'example.org',
        calls: [
          { word: 'CNAME', given: ['mta-sts', 'policies.example.net.', { word: 'TTL', given: [300] }] },
        ],
      },
    ])
    expect(JSON.stringify(seen)).toContain(LONG)
  })

  it.each(['cloudflare', 'aws'] as const)(
    'as Terraform for %s, with long texts and templates escaped',
    provider => {
      const odd = { ...alias, type: 'TXT', values: ['a $' + '{b} %{c} "d"'] } as const
      const text = written('terraform', { provider }, [...records, odd])
      expect(text).toContain('$$' + '{b} %%{c}')
      if (provider === 'aws') expect(text).toMatch(/records = \["v=TLSRPTv1; rua=[^"]*\\"\\"[^"]*"\]/)
      else expect(text).toMatch(/content = "\\"v=TLSRPTv1; rua=[^"]*\\" \\"[^"]*\\""/)
      // Where Terraform is at hand, its own parser and formatter have no wish left.
      if (!has('terraform')) return
      const folder = mkdtempSync(join(tmpdir(), 'sternpost-hcl-'))
      try {
        writeFileSync(join(folder, 'records.tf'), text)
        execFileSync('terraform', ['fmt', '-check', '-diff', folder], { stdio: 'pipe' })
      } finally {
        rmSync(folder, { recursive: true })
      }
    },
  )
})

describe('quoted strings', () => {
  it('come back as they were, whatever bytes they hold', () => {
    const text = fc.string({
      unit: fc.integer({ min: 0, max: 255 }).map(code => String.fromCharCode(code)),
      maxLength: 600,
    })
    fc.assert(
      fc.property(text, fc.constantFrom(8 as const, 10 as const), (value, radix) => {
        expect(readQuotedStrings(quotedStrings(value, radix), radix)).toBe(value)
      }),
    )
  })

  it('text without quotes stands for itself, and quotes that do not match for nothing', () => {
    expect(readQuotedStrings('v=STSv1; id=1;')).toBe('v=STSv1; id=1;')
    expect(readQuotedStrings('"a" "b"')).toBe('ab')
    expect(readQuotedStrings('"a')).toBeUndefined()
    expect(readQuotedStrings('"a"b')).toBeUndefined()
  })
})

function has(program: string): boolean {
  try {
    execFileSync(program, ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
