import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createCloudflareWriter } from './cloudflare-writer.ts'
import type { DnsChange, DnsWriter } from './dns-writer.ts'
import { FAKE_TOKEN, type FakeCloudflare, startFakeCloudflare } from './testing/fake-cloudflare.ts'

const NAME = '_mta-sts.example.com'
const set = { name: NAME, type: 'TXT', ttlSeconds: 300 } as const
const LONG = `v=TLSRPTv1; rua=mailto:${'a'.repeat(300)}@example.com;`

let api: FakeCloudflare
let writer: DnsWriter

function writerWith(token: string | undefined): DnsWriter {
  return createCloudflareWriter({
    settings: { type: 'cloudflare', name: 'cf', zones: ['example.com'], timeoutSeconds: 5, apiUrl: api.url },
    env: token === undefined ? {} : { CLOUDFLARE_API_TOKEN: token },
  })
}

beforeEach(async () => {
  api = await startFakeCloudflare()
  writer = writerWith(FAKE_TOKEN)
})
afterEach(() => api.close())

async function codeOf(change: DnsChange, by = writer): Promise<string> {
  const [outcome] = await by.apply([change])
  return outcome?.ok === false ? outcome.error.code : 'done'
}

describe('Cloudflare', () => {
  it('takes texts quoted and cut, and gives them back whole', async () => {
    expect(await codeOf({ ...set, before: [], after: [LONG] })).toBe('done')
    expect(api.records[0]?.content).toMatch(/^"[^"]{255}" "[^"]+"$/)
    expect(await writer.read([NAME])).toEqual([{ ...set, values: [LONG] }])
  })

  it('reads texts without quotes too, automatic TTLs and every page', async () => {
    for (const [index, content] of ['one', '"two"', '"th" "ree"'].entries())
      api.records.push({ id: `r${index}`, type: 'TXT', name: NAME, content, ttl: 1 })
    api.records.push({ id: 'x', type: 'CAA', name: NAME, content: '0 issue "ca.example"', ttl: 1 })
    expect(await writer.read([NAME])).toEqual([{ ...set, values: ['one', 'two', 'three'] }])
  })

  it('touches only what changes', async () => {
    api.records.push({ id: 'keep', type: 'TXT', name: NAME, content: '"theirs"', ttl: 300 })
    api.records.push({ id: 'go', type: 'TXT', name: NAME, content: '"old"', ttl: 300 })
    expect(await codeOf({ ...set, before: ['theirs', 'old'], after: ['theirs', 'new'] })).toBe('done')
    expect(api.records.map(({ id, content }) => [id.slice(0, 4), content])).toEqual([
      ['keep', '"theirs"'],
      ['aaaa', '"new"'],
    ])
  })

  it('makes an alias of records in one batch', async () => {
    api.records.push({ id: 'a', type: 'A', name: NAME, content: '192.0.2.1', ttl: 300, proxied: true })
    const changes: DnsChange[] = [
      { ...set, type: 'A', before: ['192.0.2.1'], after: [] },
      { ...set, type: 'CNAME', before: [], after: ['x.example.net'] },
    ]
    expect((await writer.apply(changes)).every(({ ok }) => ok)).toBe(true)
    expect(api.records).toMatchObject([{ type: 'CNAME', content: 'x.example.net', proxied: false }])
    expect(api.requests.filter(request => request.startsWith('POST'))).toHaveLength(1)
  })

  it('writes TLSA by its parts', async () => {
    const tlsa = { name: '_25._tcp.mx.example.com', type: 'TLSA', ttlSeconds: 300 } as const
    expect(await codeOf({ ...tlsa, before: [], after: ['3 1 1 abcd'] })).toBe('done')
    expect(await writer.read([tlsa.name])).toEqual([{ ...tlsa, values: ['3 1 1 abcd'] }])
  })

  it('does not write over what changed meanwhile', async () => {
    api.records.push({ id: 'a', type: 'TXT', name: NAME, content: '"theirs"', ttl: 300 })
    expect(await codeOf({ ...set, before: [], after: ['new'] })).toBe('dns-write/changed-meanwhile')
    expect(api.records).toHaveLength(1)
  })

  it('tells faults apart, and what they ask for', async () => {
    const change: DnsChange = { ...set, before: [], after: ['new'] }
    api.faults.push({ status: 429, headers: { 'retry-after': '120' } })
    const [limited] = await writer.apply([change])
    expect(limited).toMatchObject({
      ok: false,
      error: { code: 'dns-write/rate-limited', retryAfterSeconds: 120, temporary: true },
    })
    api.faults.push({ status: 502, body: '<html>bad gateway' })
    expect(await codeOf(change)).toBe('dns-write/server-failure')
    api.faults.push({ status: 200, body: 'nonsense' })
    expect(await codeOf(change)).toBe('dns-write/malformed-reply')
    api.faults.push({ status: 302, headers: { location: 'http://127.0.0.1:1/' } })
    expect(await codeOf(change)).toBe('dns-write/refused')
    expect(await codeOf(change, writerWith('other'))).toBe('dns-write/refused')
    expect(await codeOf(change, writerWith(undefined))).toBe('dns-write/credentials')
    expect(await codeOf({ ...change, name: 'a.example.org' })).toBe('dns-write/zone-unknown')
    expect(await codeOf(change)).toBe('done')
  })

  it('never tells the token', async () => {
    const [outcome] = await writerWith('a-secret-token').apply([{ ...set, before: [], after: ['x'] }])
    expect(JSON.stringify(outcome)).not.toContain('a-secret-token')
  })

  it('that is not there is unreachable', async () => {
    await api.close()
    expect(await codeOf({ ...set, before: [], after: ['new'] })).toBe('dns-write/unreachable')
    api = await startFakeCloudflare()
  })
})
