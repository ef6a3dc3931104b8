import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runSternpost } from './testing/run-sternpost.ts'

let folder: string

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-records-'))
  writeFileSync(
    join(folder, 'sternpost.yaml'),
    `data: data
dns: { resolvers: ['127.0.0.1:9'], timeout: 200ms }
publish:
  dns:
    ttl: 5m
    policyHost: [192.0.2.1]
    operatorZone: hosted.example.net
    verifyTimeout: 0ms
    writers:
      - { name: primary, type: rfc2136, zones: [example.com], server: 127.0.0.1:9, keyFile: no-such-key }
`,
  )
  const wishes = ['--mx', 'mx.example.com', '--rua', 'tls@example.com']
  await run('domain', 'add', 'example.com', ...wishes, '--dns-writer', 'primary')
  await run('domain', 'add', 'example.org', ...wishes, '--delegation', 'cname')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const run = (...argv: string[]) => runSternpost(folder, argv)

describe('sternpost records', () => {
  it('shows people what to set, within 80 columns', async () => {
    const { out, code } = await run('records', 'example.com')
    expect(code).toBe(0)
    expect(out).toContain('Records of example.com, delegation direct, written by primary (ask)\n')
    expect(out).toMatch(/ {2}_mta-sts\.example\.com {2}TXT, TTL 300\n {6}"v=STSv1; id=[0-9]{14};"\n/)
    expect(Math.max(...out.split('\n').map(line => line.length))).toBeLessThanOrEqual(80)
  })

  it('writes several domains down in one format, with another TTL', async () => {
    const { out } = await run('records', '--all', '--format', 'bind', '--ttl', '60')
    expect(out).toContain('; zone example.com\n')
    expect(out).toContain(
      '; zone example.org\n_mta-sts.example.org. 60 IN CNAME example.org._mta-sts.hosted.',
    )
    expect(out).toContain('; zone hosted.example.net\n')
  })

  it('keeps the parts of a delegation apart, and one zone where a format has no place for two', async () => {
    const both = await run('records', 'example.org', '--format', 'octodns')
    expect(both).toMatchObject({ code: 2, out: '' })
    expect(both.err).toContain('--part')
    const operator = await run('records', 'example.org', '--format', 'octodns', '--part', 'operator')
    expect(operator).toMatchObject({ code: 0 })
    expect(operator.out).toContain('example.org._mta-sts:\n')
    expect(operator.out).not.toContain('CNAME')
  })

  it('gives JSON with its version', async () => {
    const { out } = await run('records', 'example.org', '--json', '--part', 'domain')
    const json = JSON.parse(out) as { domains: { records: { type: string }[] }[] }
    expect(json).toMatchObject({ version: 1, domains: [{ domain: 'example.org', delegation: 'cname' }] })
    expect(json.domains[0]?.records.map(({ type }) => type)).toEqual(['CNAME', 'CNAME', 'CNAME'])
  })

  it('tells what is not published here, and wants to know what is meant', async () => {
    expect(await run('records', 'example.net')).toMatchObject({ code: 1 })
    expect(await run('records')).toMatchObject({ code: 2 })
    expect(await run('records', 'example.com', '--all')).toMatchObject({ code: 2 })
    expect(await run('records', 'example.com', '--format', 'tinydns')).toMatchObject({ code: 2 })
  })

  it('a key that cannot be read is told by its place, for every record, and nothing is asked', async () => {
    const { out, code } = await run('records', 'example.com', '--apply', '--yes')
    expect(code).toBe(1)
    expect(out).toContain('_mta-sts.example.com is not written:\n')
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      'no-such-key cannot be read (ENOENT) [dns-write/credentials]',
    )
    expect(out.match(/ENOENT/g)).toHaveLength(1)
  })

  it('a check that can tell nothing says so', async () => {
    expect(await run('records', 'example.com', '--check')).toMatchObject({ code: 3 })
  })
})
