import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DnsChange, DnsWriter } from './dns-writer.ts'
import { createRoute53Writer } from './route53-writer.ts'
import { errorXml, FAKE_KEY, type FakeRoute53, startFakeRoute53 } from './testing/fake-route53.ts'

const NAME = '_mta-sts.example.com'
const set = { name: NAME, type: 'TXT', ttlSeconds: 300 } as const

let api: FakeRoute53
let writer: DnsWriter

function writerWith(env: Readonly<Record<string, string>>): DnsWriter {
  return createRoute53Writer({
    settings: {
      type: 'route53',
      name: 'aws',
      zones: ['example.com', 'example.org'],
      timeoutSeconds: 5,
      apiUrl: api.url,
    },
    env,
  })
}

beforeEach(async () => {
  api = await startFakeRoute53()
  writer = writerWith({
    AWS_ACCESS_KEY_ID: FAKE_KEY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: FAKE_KEY.secretAccessKey,
  })
})
afterEach(() => api.close())

async function codeOf(change: DnsChange, by = writer): Promise<string> {
  const [outcome] = await by.apply([change])
  return outcome?.ok === false ? outcome.error.code : 'done'
}

describe('Route 53', () => {
  it('takes texts quoted, cut and in octal, and gives them back whole', async () => {
    const text = `v=TLSRPTv1; "é" <&> ${'a'.repeat(300)}`
    expect(await codeOf({ ...set, before: [], after: [text] })).toBe('done')
    expect(api.sets[0]?.values[0]).toMatch(/^"v=TLSRPTv1; \\"\\351\\" <&> a+" "a+"$/)
    expect(await writer.read([NAME])).toEqual([{ ...set, values: [text] }])
  })

  it('replaces a set in one batch, by its exact values', async () => {
    api.sets.push({ name: `${NAME}.`, type: 'TXT', ttl: 60, values: ['"theirs"', '"old"'] })
    api.sets.push({ name: 'beyond.example.com.', type: 'TXT', ttl: 60, values: ['"x"'] })
    expect(await codeOf({ ...set, before: ['old', 'theirs'], after: ['theirs', 'new'] })).toBe('done')
    expect(api.sets.find(({ name }) => name === `${NAME}.`)).toMatchObject({
      ttl: 300,
      values: ['"theirs"', '"new"'],
    })
    expect(api.bodies).toHaveLength(1)
    expect(api.bodies[0]).toContain('<Action>DELETE</Action>')
  })

  it('makes an alias of records, and takes it away again', async () => {
    api.sets.push({ name: `${NAME}.`, type: 'TXT', ttl: 300, values: ['"old"'] })
    const alias = { ...set, type: 'CNAME' } as const
    const outcomes = await writer.apply([
      { ...set, before: ['old'], after: [] },
      { ...alias, before: [], after: ['x.example.net'] },
    ])
    expect(outcomes.every(({ ok }) => ok)).toBe(true)
    expect(await writer.read([NAME])).toEqual([{ ...alias, values: ['x.example.net'] }])
    expect(await codeOf({ ...alias, before: ['x.example.net'], after: [] })).toBe('done')
    expect(api.sets).toEqual([])
  })

  it('does not write over what changed meanwhile, before or after the last look', async () => {
    const change: DnsChange = { ...set, before: [], after: ['new'] }
    api.sets.push({ name: `${NAME}.`, type: 'TXT', ttl: 300, values: ['"theirs"'] })
    expect(await codeOf(change)).toBe('dns-write/changed-meanwhile')
    api.sets.splice(0)
    await writer.read([NAME])
    api.faults.push(
      { status: 200, body: '<ListResourceRecordSetsResponse/>' },
      {
        status: 400,
        body: '<InvalidChangeBatch><Messages><Message>it exists</Message></Messages></InvalidChangeBatch>',
      },
    )
    expect(await codeOf(change)).toBe('dns-write/changed-meanwhile')
  })

  it('leaves sets alone that are more than records', async () => {
    const more = '<AliasTarget><HostedZoneId>Z</HostedZoneId><DNSName>x.</DNSName></AliasTarget>'
    api.sets.push({ name: 'mta-sts.example.com.', type: 'A', ttl: 60, values: [], more })
    await expect(writer.read(['mta-sts.example.com'])).rejects.toMatchObject({ code: 'dns-write/refused' })
  })

  it('tells faults apart', async () => {
    const change: DnsChange = { ...set, before: [], after: ['new'] }
    api.faults.push({ status: 400, body: errorXml('Throttling', 'Rate exceeded') })
    expect(await codeOf(change)).toBe('dns-write/rate-limited')
    api.faults.push({ status: 503, body: 'no xml at all' })
    expect(await codeOf(change)).toBe('dns-write/server-failure')
    api.faults.push({ status: 403, body: errorXml('AccessDenied', 'not authorized') })
    expect(await codeOf(change)).toBe('dns-write/refused')
    expect(await codeOf({ ...change, name: 'a.example.org' })).toBe('dns-write/zone-unknown')
    const other = writerWith({ AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'another-secret' })
    const [wrong] = await other.apply([change])
    expect(wrong).toMatchObject({ ok: false, error: { code: 'dns-write/credentials' } })
    expect(JSON.stringify(wrong)).not.toContain('another-secret')
    expect(await codeOf(change, writerWith({}))).toBe('dns-write/credentials')
    expect(await codeOf(change)).toBe('done')
  })
})
