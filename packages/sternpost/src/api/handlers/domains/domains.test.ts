import type { DomainName } from '@sternpost/protocol'
import { type FastifyInstance, fastify } from 'fastify'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AuditEntry, Principal } from '../../../access/index.ts'
import { createLogger } from '../../../log/index.ts'
import { createStateReader, DnsWriteError, OwnValues, RecordPublisher } from '../../../publish/index.ts'
import {
  createMemoryWriter,
  createRolloutWorld,
  type MemoryWriter,
  policy,
  type RolloutWorld,
} from '../../../publish/testing/index.ts'
import { contract } from '../../contract/index.ts'
import { API_PREFIX, registerApi } from '../../register-api.ts'
import type { ApiServices } from '../../services.ts'
import { somebody } from '../../testing/report-api.ts'
import { publishHandlers } from './index.ts'

const log = createLogger({ level: 'silent', format: 'json' }, { isTerminal: false, color: false })
const path = `${API_PREFIX}/domains/example.com`

let world: RolloutWorld
let app: FastifyInstance
let principal: Principal
let audited: AuditEntry[]
/** What the one name server says of every record. */
let served: readonly string[] | undefined
let writer: MemoryWriter
/** How often publishing was set to work. */
let begun: number

const noName = { kind: 'no-name' }
const answers = new Map([
  [
    'new.example MX',
    {
      kind: 'records',
      resolver: '192.0.2.53',
      ttlSeconds: 300,
      records: ['mx2', 'mx1'].map((host, index) => ({
        preference: 20 - index * 10,
        exchange: `${host}.new.example`,
      })),
    },
  ],
])

beforeEach(async () => {
  world = await createRolloutWorld(policy('testing', ['mx1.example.com', 'mx2.example.com']))
  principal = somebody({ role: 'operator' })
  audited = []
  served = []
  begun = 0
  const { rollout, store, clock, outside } = world
  writer = createMemoryWriter('ours', ['example.com'])
  const ask = async () => [{ server: 'ns1.example.com', ...(served === undefined ? {} : { values: served }) }]
  const ownValues = new OwnValues(store, clock)
  const services = {
    store,
    clock,
    publish: {
      rollout,
      autoAdvance: false,
      sources: {
        liveMx: async () => ({ hosts: outside.mx ?? [], ttlSeconds: 300 }),
        fetchPolicy: async () => ({ evidence: {} }) as never,
      },
      records: {
        ask,
        ownValues,
        publisher: new RecordPublisher({
          writers: [writer],
          ...{ ownValues, ask, clock, random: () => 0, verifyTimeoutSeconds: 0 },
        }),
        writers: [writer],
      },
      recordSettings: {
        ttlSeconds: 300,
        operatorZone: undefined,
        policyHost: { name: undefined, addresses: [] },
      },
      readCertificate: createStateReader({ store, clock, files: [], log }),
      ordersCertificates: false,
      dns: { lookup: async (name: string, type: string) => answers.get(`${name} ${type}`) ?? noName },
      policyHostListens: false,
      policyHostServesHttps: false,
      beginPublishing: async () => {
        begun += 1
      },
    },
  } as unknown as ApiServices
  const handlers = publishHandlers(services)
  app = fastify()
  registerApi(app, {
    contract: Object.fromEntries(Object.entries(contract).filter(([key]) => key in handlers)),
    handlers,
    gate: {
      identify: async () => ({ kind: 'somebody', principal }),
      audit: async entry => void audited.push(entry),
    },
    log,
  })
  await app.ready()
})
afterEach(async () => {
  await app.close()
  await world[Symbol.asyncDispose]()
})

async function call(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: object) {
  const response = await app.inject({ method, url, ...(body === undefined ? {} : { payload: body }) })
  return { status: response.statusCode, json: response.body === '' ? undefined : response.json() }
}

describe('what is wanted of a domain', () => {
  test('is changed from the state somebody saw, and from no other', async () => {
    const { json: seen } = await call('GET', path)
    expect(seen).toMatchObject({ domain: 'example.com', maxAgeSeconds: 604_800, dnsWriter: 'none' })
    const change = { revision: seen.revision, maxAgeSeconds: 1_209_600, tlsRptRua: ['tls@example.com'] }
    const { json: changed } = await call('PATCH', path, change)
    expect(changed).toMatchObject({ maxAgeSeconds: 1_209_600, tlsRptRua: ['mailto:tls@example.com'] })
    const late = await call('PATCH', path, { ...change, maxAgeSeconds: 86_400 })
    expect(late).toMatchObject({ status: 412, json: { code: 'api/changed-meanwhile' } })
    expect((await call('GET', path)).json.maxAgeSeconds).toBe(1_209_600)
    expect(audited.map(({ action, subject }) => [action, subject])).toEqual([['domain.set', 'example.com']])
  })

  test('is told of every fault with its place', async () => {
    const { revision } = (await call('GET', path)).json
    const answer = await call('PATCH', path, {
      revision,
      mxHostPatterns: ['mx1.example.com', 'mx*.example.com'],
      tlsRptRua: ['ftp://example.com'],
      dnsWriter: 'nobody',
    })
    expect(answer.status).toBe(422)
    expect(answer.json.issues.map((issue: { path: string }) => issue.path)).toEqual([
      'body.mxHostPatterns[1]',
      'body.tlsRptRua[0]',
      'body.dnsWriter',
    ])
  })

  test('has BIMI and TLSA, which stand in the records as they are', async () => {
    const bimi = { location: 'https://example.com/logo.svg' }
    const tlsa = [{ mxHost: 'MX1.example.com', records: [`3 1 1 ${'AB'.repeat(32)}`] }]
    // Without a revision what is not named stays as it is.
    const { json } = await call('PATCH', path, { bimi, tlsa })
    expect(json).toMatchObject({
      bimi: { selector: 'default', location: 'https://example.com/logo.svg', evidence: '' },
      tlsa: [{ mxHost: 'mx1.example.com', records: [`3 1 1 ${'ab'.repeat(32)}`] }],
      mode: 'testing',
      maxAgeSeconds: 604_800,
    })
    const { items } = (await call('GET', `${path}/records`)).json
    const ofPurpose = (purpose: string) => items.find((item: { purpose: string }) => item.purpose === purpose)
    expect(ofPurpose('bimi')).toMatchObject({ name: 'default._bimi.example.com' })
    expect(ofPurpose('tlsa')).toMatchObject({ name: '_25._tcp.mx1.example.com' })
    const wrong = await call('PATCH', path, {
      bimi: { ...bimi, evidence: 'https://a.example/; l=https://b.example/' },
      tlsa: [{ mxHost: 'mx1.example.com', records: ['3 1 z'] }],
    })
    expect(wrong.status).toBe(422)
    expect(wrong.json.issues.map((issue: { path: string }) => issue.path)).toEqual([
      'body.bimi',
      'body.tlsa[0]',
    ])
    expect((await call('PATCH', path, { bimi: null, tlsa: [] })).json).toMatchObject({ bimi: null, tlsa: [] })
    expect((await call('GET', `${API_PREFIX}/domains`)).json.items).toMatchObject([{ bimi: null, tlsa: [] }])
  })

  test('has TLSA records of MX hosts elsewhere by nobody who sees some domains only', async () => {
    const records = [`3 1 1 ${'ab'.repeat(32)}`]
    const shared = { mxHost: 'mx.shared.example', records }
    expect((await call('PATCH', path, { tlsa: [shared] })).status).toBe(200)
    principal = somebody({ role: 'operator', domains: new Set(['example.com']) })
    const own = { mxHost: 'mx1.example.com', records }
    expect((await call('PATCH', path, { tlsa: [shared, own] })).json.tlsa).toEqual([shared, own])
    const known = await world.rollout.publish.get(world.domain)
    await world.rollout.publish.add({ ...known!, domain: 'else.example.com' as DomainName })
    for (const mxHost of ['mx.other.example', 'notexample.com', 'mx.else.example.com', 'else.example.com'])
      expect(await call('PATCH', path, { tlsa: [{ mxHost, records }] })).toMatchObject({
        status: 403,
        json: { code: 'api/forbidden', detail: `${mxHost} is no MX host of example.com itself` },
      })
    const other = { ...shared, records: [`3 1 1 ${'cd'.repeat(32)}`] }
    expect((await call('PATCH', path, { tlsa: [other] })).status).toBe(403)
    expect((await call('GET', path)).json.tlsa).toEqual([shared, own])
  })

  test('belongs to those who may see the domain', async () => {
    principal = somebody({ role: 'operator', domains: new Set(['other.example']) })
    for (const part of ['', '/rollout', '/records', '/records/live', '/certificate'])
      expect((await call('GET', path + part)).status).toBe(404)
    expect((await call('DELETE', path)).status).toBe(404)
    principal = somebody({ role: 'viewer', domains: new Set(['example.com']) })
    expect((await call('GET', path)).status).toBe(200)
    expect((await call('PATCH', path, { revision: 1 })).status).toBe(403)
    expect((await call('POST', `${path}/rollout`, { order: 'hold' })).status).toBe(403)
  })

  test('that is not published is not there', async () => {
    for (const part of ['', '/rollout', '/records', '/certificate'])
      expect((await call('GET', `${API_PREFIX}/domains/nobody.example${part}`)).status).toBe(404)
  })
})

describe('a new domain', () => {
  const wishes = { domain: 'New.Example.', mxHostPatterns: ['mx1.new.example', 'mx2.new.example.'] }

  test('is proposed by what DNS says, or by what is given, and what that leaves out is told', async () => {
    const propose = (body: object) => call('POST', `${API_PREFIX}/domains/propose`, body)
    expect((await propose({ domain: 'New.Example.' })).json).toMatchObject({
      domain: 'new.example',
      isPublished: false,
      mx: { kind: 'hosts', hosts: ['mx1.new.example', 'mx2.new.example'] },
      patterns: ['mx1.new.example', 'mx2.new.example'],
      leftOut: [],
      choices: { delegations: ['direct'], dnsWriters: ['ours'] },
    })
    expect((await propose({ domain: 'new.example', wildcards: true })).json.patterns).toEqual([
      '*.new.example',
    ])
    expect((await propose({ domain: 'new.example', mx: ['mx1.new.example'] })).json).toMatchObject({
      patterns: ['mx1.new.example'],
      leftOut: ['mx2.new.example'],
    })
    expect((await propose({ domain: 'example.com' })).json).toMatchObject({ isPublished: true, patterns: [] })
    expect((await propose({ domain: 'new.example', preset: 'microsoft' })).json).toMatchObject({
      patterns: ['*.mail.protection.outlook.com'],
      hoster: { title: 'Microsoft 365' },
      leftOut: ['mx1.new.example', 'mx2.new.example'],
    })
    expect(
      (await propose({ domain: 'new.example', mx: ['mx9.new.example'], fromMx: true })).json.patterns,
    ).toEqual(['mx9.new.example', 'mx1.new.example', 'mx2.new.example'])
    const wrong = await propose({ domain: 'new.example', mx: ['mx1.new.example', 'mx*.new.example'] })
    expect(wrong).toMatchObject({ status: 422, json: { issues: [{ path: 'body.mx[1]' }] } })
  })

  test('is published in mode testing, once, and publishing is set to work', async () => {
    const added = await call('POST', `${API_PREFIX}/domains`, { ...wishes, tlsRptRua: ['tls@new.example'] })
    expect(added).toMatchObject({
      status: 201,
      json: { domain: 'new.example', tlsRptRua: ['mailto:tls@new.example'], versions: [{ mode: 'testing' }] },
    })
    expect(added.json.servedPolicyId).toBe(added.json.versions[0].policyId)
    expect(begun).toBe(1)
    expect(audited).toMatchObject([{ action: 'domain.add', subject: 'new.example' }])
    expect(await call('POST', `${API_PREFIX}/domains`, wishes)).toMatchObject({ status: 409 })
  })

  test('may say all that is wanted, and begins in no mode but testing and none', async () => {
    const all = {
      domain: 'new.example',
      mode: 'none',
      policyIdForm: 'daily',
      bimi: { selector: 'brand', location: '' },
      tlsa: [{ mxHost: 'mx1.new.example', records: [`3 1 1 ${'00'.repeat(32)}`] }],
    }
    const { json, status } = await call('POST', `${API_PREFIX}/domains`, all)
    expect(status).toBe(201)
    expect(json).toMatchObject({
      mode: 'none',
      mxHostPatterns: [],
      bimi: { selector: 'brand', location: '' },
    })
    expect(json.servedPolicyId).toMatch(/^[0-9]{8}01$/)
    expect(
      await call('POST', `${API_PREFIX}/domains`, { ...wishes, domain: 'a.example', mode: 'enforce' }),
    ).toMatchObject({
      status: 422,
      json: {
        detail: 'enforce comes at the end of a roll-out, on evidence: sternpost rollout',
        issues: [{ path: 'body.mode' }],
      },
    })
    expect(await call('POST', `${API_PREFIX}/domains`, { domain: 'a.example' })).toMatchObject({
      status: 422,
      json: { issues: [{ path: 'body.mxHostPatterns' }] },
    })
  })

  test('is proposed anew to whoever may change it, and to nobody else', async () => {
    principal = somebody({ role: 'operator', domains: new Set(['example.com']) })
    const propose = (domain: string) =>
      call('POST', `${API_PREFIX}/domains/${domain}/propose`, { preset: 'google' })
    expect((await propose('example.com')).json).toMatchObject({
      isPublished: true,
      hoster: { title: 'Google Workspace' },
    })
    expect((await propose('new.example')).status).toBe(404)
  })

  test('is refused with the place of what is wrong, and to whoever sees some domains only', async () => {
    const wrong = { ...wishes, dnsWriter: 'nobody' }
    expect(await call('POST', `${API_PREFIX}/domains`, wrong)).toMatchObject({
      status: 422,
      json: { issues: [{ path: 'body.dnsWriter' }] },
    })
    expect(await call('POST', `${API_PREFIX}/domains`, { ...wishes, delegation: 'cname' })).toMatchObject({
      status: 422,
      json: { issues: [{ path: 'body.delegation' }] },
    })
    principal = somebody({ role: 'operator', domains: new Set(['new.example']) })
    expect((await call('POST', `${API_PREFIX}/domains`, wishes)).status).toBe(403)
    expect(begun).toBe(0)
  })
})

describe('many domains at once', () => {
  const bring = async (domains: object[], more: object = {}) => {
    const { status, json } = await call('POST', `${API_PREFIX}/domains/import`, { domains, ...more })
    expect(status).toBe(200)
    return json.items as {
      domain: string
      state: string
      message: string | null
      newMxHostPatterns: string[]
    }[]
  }
  const lines = [
    { domain: 'new.example' },
    { domain: 'Other.Example', mxHostPatterns: ['mx.other.example'], mode: 'none' },
    { domain: 'other.example', mxHostPatterns: ['mx.other.example'] },
    { domain: 'nothing.example' },
    { domain: 'not a name', mxHostPatterns: ['mx.example'] },
    { domain: 'bad.example', mxHostPatterns: ['mx*.example'], dnsWriter: 'nobody', mode: 'enforce' },
    { domain: 'example.com', maxAgeSeconds: 86_400, mxHostPatterns: ['mx1.example.com', 'mx2.example.com'] },
  ]

  test('are taken in where they are good, each told of by itself, and twice does it once', async () => {
    const first = await bring(lines)
    expect(first.map(({ state }) => state)).toEqual([
      'added',
      'added',
      'bad',
      'bad',
      'bad',
      'bad',
      'unchanged',
    ])
    expect(first[0]?.newMxHostPatterns).toEqual(['mx1.new.example', 'mx2.new.example'])
    expect(first[2]?.message).toBe('other.example stands here twice')
    expect(first[3]?.message).toBe('nothing.example: no MX host is known: the domain does not exist in DNS')
    expect(first[5]?.message).toMatch(/; the configuration has no writer of this name$/)
    expect(audited.map(({ action, subject }) => `${action} ${subject}`)).toEqual([
      'domain.add new.example',
      'domain.add other.example',
    ])
    expect(begun).toBe(1)
    expect((await bring(lines)).map(({ state }) => state)).not.toContain('added')
    expect(begun).toBe(1)
    expect((await bring(lines, { update: true })).at(-1)?.state).toBe('changed')
    expect((await bring(lines, { update: true })).at(-1)?.state).toBe('unchanged')
    expect((await call('GET', path)).json.maxAgeSeconds).toBe(86_400)
  })

  test('are looked at without being stored, and what DNS said can be given back', async () => {
    const looked = await bring(lines, { dryRun: true, update: true })
    expect(looked.map(({ state }) => state)).toEqual(['good', 'good', 'bad', 'bad', 'bad', 'bad', 'good'])
    expect((await call('GET', `${API_PREFIX}/domains`)).json.items).toHaveLength(1)
    expect(audited).toEqual([])
    // Nobody is there to ask any more.
    const known = [{ domain: 'nothing.example', newMxHostPatterns: ['mx.nothing.example'] }]
    expect(await bring(known)).toMatchObject([{ state: 'added', newMxHostPatterns: ['mx.nothing.example'] }])
  })

  test('are brought in by nobody who sees some domains only', async () => {
    principal = somebody({ role: 'operator', domains: new Set(['new.example']) })
    expect((await call('POST', `${API_PREFIX}/domains/import`, { domains: lines })).status).toBe(403)
  })
})

describe('a roll-out', () => {
  test('is advanced on evidence, held and rolled back, and told with what comes next', async () => {
    await world.settle()
    expect((await call('GET', `${path}/rollout`)).json).toMatchObject({
      stage: 'gathering',
      served: { mode: 'testing' },
      publication: null,
      caches: { enforceForgottenAt: null },
    })
    const refused = await call('POST', `${path}/rollout`, { order: 'advance' })
    expect(refused).toMatchObject({ status: 409, json: { code: 'api/conflict' } })
    const forced = await call('POST', `${path}/rollout`, { order: 'advance', override: 'a drill' })
    expect(forced.json).toMatchObject({ rollout: { publication: { mode: 'enforce', requestedBy: 'ada' } } })
    await world.settle()
    const enforced = (await call('GET', `${path}/rollout`)).json
    expect(enforced).toMatchObject({ stage: 'enforced', gate: null })
    expect(enforced.history[0]).toMatchObject({ to: 'enforced', override: { reason: 'a drill' } })
    await call('POST', `${path}/rollout`, { order: 'rollback', to: 'none', reason: 'trouble' })
    await world.settle()
    expect((await call('GET', `${path}/rollout`)).json).toMatchObject({ stage: 'none' })
    expect(audited.map(({ action }) => action)).toEqual(['rollout.advance', 'rollout.rollback'])
  })

  test('keeps a domain that senders hold an enforced policy of, unless a reason is given', async () => {
    await world.settle()
    await call('POST', `${path}/rollout`, { order: 'advance', override: 'a drill' })
    await world.settle()
    expect((await call('GET', path)).json).toMatchObject({ enforceForgottenAt: expect.any(String) })
    const refused = await call('DELETE', path)
    expect(refused).toMatchObject({ status: 409, json: { code: 'api/conflict' } })
    expect((await call('DELETE', `${path}?force=gone%20for%20good`)).status).toBe(204)
    const gone = await call('GET', path)
    expect(gone.status).toBe(404)
    expect(gone.json.detail).toMatch(/^example\.com is not published here any more; caches forget the last/)
    expect((await call('GET', `${path}/rollout`)).json.history[0]).toMatchObject({
      to: 'removed',
      by: 'ada',
      reason: 'gone for good',
    })
  })
})

describe('records', () => {
  test('are told as wanted, and as each name server has them', async () => {
    await world.settle()
    const { policyId, items } = (await call('GET', `${path}/records`)).json
    expect(items[0]).toMatchObject({ name: '_mta-sts.example.com', purpose: 'policy-id' })
    expect(items[0].text).toContain(`id=${policyId}`)
    const live = async () =>
      (await call('GET', `${path}/records/live`)).json.items.find(
        ({ name, type }: { name: string; type: string }) => name === '_mta-sts.example.com' && type === 'TXT',
      )
    expect(await live()).toMatchObject({ state: 'missing', servers: [{ server: 'ns1.example.com' }] })
    served = undefined
    expect(await live()).toMatchObject({ state: 'unknown' })
  })

  test('are told with another TTL, by their part and zone, and with those that shall not be there', async () => {
    await world.settle()
    const items = async (query: string) => (await call('GET', `${path}/records?${query}`)).json.items
    expect((await items('ttlSeconds=60'))[0]).toMatchObject({ ttlSeconds: 60, zone: 'example.com' })
    expect((await items('zone=com'))[0]).toMatchObject({ zone: 'com', ownValues: [] })
    expect(await items('part=operator')).toEqual([])
    const names = (found: { name: string; values: string[] }[]) =>
      found.filter(({ values }) => values.length === 0).map(({ name }) => name)
    expect(names(await items(''))).toEqual([])
    expect(names(await items('absent=true'))).toContain('_smtp._tls.example.com')
    expect((await call('GET', `${path}/records?ttlSeconds=0`)).status).toBe(400)
  })

  test('and the certificate are told before there is one', async () => {
    expect((await call('GET', `${path}/certificate`)).json).toMatchObject({
      host: 'mta-sts.example.com',
      condition: 'none',
      isOrdered: false,
    })
  })
})

describe('what there is of many domains', () => {
  beforeEach(async () => {
    const { rollout } = world
    const known = await rollout.publish.get(world.domain)
    if (known === undefined) throw new Error('the world has no domain')
    for (const domain of ['a.example', 'b.example'])
      await rollout.publish.add({ ...known, domain: domain as typeof known.domain })
  })
  const names = async (query: string) =>
    (await call('GET', `${API_PREFIX}/domains${query}`)).json.items.map(
      ({ domain }: { domain: string }) => domain,
    )

  test('comes page by page, and by a part of the name as it is written', async () => {
    const first = (await call('GET', `${API_PREFIX}/domains?limit=2`)).json
    expect(first.items).toHaveLength(2)
    expect(await names(`?limit=2&cursor=${first.nextCursor}`)).toEqual(['example.com'])
    expect(await names('?after=a.example&limit=1')).toEqual(['b.example'])
    expect(await names('?text=B.EX')).toEqual(['b.example'])
    expect(await names('?text=%25')).toEqual([])
  })

  test('is told to a customer of his own domains only', async () => {
    for (const [customer, domain] of [
      ['ann', 'a.example'],
      ['bob', 'b.example'],
    ] as const) {
      principal = somebody({ name: customer, role: 'viewer', domains: new Set([domain]) })
      expect(await names('')).toEqual([domain])
      expect((await call('GET', `${API_PREFIX}/domains`)).json.seesAll).toBe(false)
      const { items } = (await call('GET', `${API_PREFIX}/certificates`)).json
      expect(items).toMatchObject([{ domain, condition: 'none' }])
    }
    principal = somebody({ role: 'viewer', domains: new Set() })
    expect(await names('')).toEqual([])
  })

  test('has certificates that are ordered only where terms were agreed to', async () => {
    const answer = await call('POST', `${path}/certificate/renew`)
    expect(answer).toMatchObject({ status: 409, json: { code: 'api/conflict' } })
    expect(audited).toEqual([])
  })
})

describe('records that a writer keeps', () => {
  beforeEach(async () => {
    await world.rollout.publish.update(world.domain, () => ({ dns: { writer: 'ours', apply: 'ask' } }))
    await world.settle()
  })
  const apply = (body: object) => call('POST', `${path}/records/apply`, { waitSeconds: 0, ...body })

  test('are written when that is confirmed, and not before', async () => {
    const plan = await apply({})
    expect(plan.json).toMatchObject({ writer: 'ours', done: false })
    expect(plan.json.changes).toHaveLength(1)
    expect(writer.applied).toEqual([])
    expect(audited).toEqual([])
    const { json } = await apply({ confirm: true })
    expect(json.records).toContainEqual(
      expect.objectContaining({ name: '_mta-sts.example.com', state: 'written' }),
    )
    expect(writer.applied).toHaveLength(1)
    expect(audited.map(({ action }) => action)).toEqual(['records.apply'])
  })

  test('say by code and words why they could not be written', async () => {
    writer.faults.push(new DnsWriteError('dns-write/refused', 'ns1 refuses; allow this key to update'))
    const { json } = await apply({ confirm: true })
    expect(json.done).toBe(false)
    expect(json.records).toContainEqual(
      expect.objectContaining({
        state: 'failed',
        code: 'dns-write/refused',
        message: 'ns1 refuses; allow this key to update',
        temporary: false,
      }),
    )
  })
})

test('a publication that waits goes on when somebody says so, and only where there is one', async () => {
  world.outside.isByHand = true
  await world.settle()
  const order = () => call('POST', `${path}/rollout`, { order: 'continue' })
  expect((await order()).json).toMatchObject({ rollout: { publication: { state: 'running' } } })
  const running = await world.rollout.publications.running(world.domain)
  world.outside.recordId = running?.policyId ?? null
  await order()
  await world.settle()
  expect(await world.stage()).not.toBe('planned')
  expect(await order()).toMatchObject({ status: 409, json: { code: 'api/conflict' } })
})
