import { createLab, type Lab, type LabDomainSpec, type LabSpec } from '@sternpost/lab'
import { afterEach, describe, expect, it } from 'vitest'
import type { DnsRecordType } from './answer.ts'
import { type AuthoritativeLookupSettings, createAuthoritativeLookup } from './authoritative-lookup.ts'
import { createDnsClient, type DnsClient } from './dns-client.ts'
import { probeWildcard } from './probe-wildcard.ts'

let lab: Lab | undefined
let dns: DnsClient | undefined
afterEach(async () => {
  dns?.close()
  await lab?.close()
})

async function start(
  spec: LabDomainSpec,
  zone: LabSpec['zone'] = {},
  settings: Partial<AuthoritativeLookupSettings> = {},
) {
  lab = await createLab({ domains: { 'example.test': spec }, zone })
  dns = createDnsClient({ servers: [`${lab.dns.address}:${lab.dns.port}`], timeoutsMs: [300] })
  const authoritative = createAuthoritativeLookup({
    dns,
    port: lab.ports.dns,
    allowAddresses: ['127.77.0.0/16'],
    timeoutMs: 150,
    ...settings,
  })
  const ask = async <T extends DnsRecordType>(name: string, type: T, serial = false) =>
    await authoritative.lookup(name, type, { serial })
  return { dns, authoritative, ask }
}

describe('every server of the zone is asked', () => {
  it('and says what it says, with its serial', async () => {
    const { ask } = await start({
      policy: {},
      nameServers: {
        'ns1.example.test': { serial: 5 },
        'ns2.example.test': { serial: 4, answers: { '_mta-sts.example.test': { TXT: 'v=STSv1; id=old;' } } },
        'ns3.example.test': { serial: 3, without: ['_mta-sts.example.test'] },
      },
    })
    const answers = await ask('_MTA-STS.example.test.', 'TXT', true)
    expect(answers).toMatchObject({
      question: { name: '_mta-sts.example.test', type: 'TXT' },
      zone: 'example.test',
      nameServers: { kind: 'records' },
      withoutAddress: [],
      notAsked: 0,
    })
    expect(answers.servers).toMatchObject([
      {
        nameServer: 'ns1.example.test',
        serial: 5,
        outcome: { kind: 'records', records: ['v=STSv1; id=1;'] },
      },
      {
        nameServer: 'ns2.example.test',
        serial: 4,
        outcome: { records: ['v=STSv1; id=old;'], ttlSeconds: 300 },
      },
      { nameServer: 'ns3.example.test', serial: 3, outcome: { kind: 'no-name' } },
    ])
    expect(JSON.parse(JSON.stringify(answers))).toEqual(answers)
  })

  it('whatever is the matter with some of them', async () => {
    const { ask } = await start({
      nameServers: {
        'a.example.test': {},
        'b.example.test': { fault: 'lame' },
        'c.example.test': { fault: 'refuses' },
        'd.example.test': { fault: 'servfail' },
        'e.example.test': { fault: 'silent' },
        'f.example.test': { fault: 'garbage' },
        'g.example.test': { fault: 'dead' },
        'h.example.test': { fault: 'no-address' },
      },
    })
    const { servers, withoutAddress } = await ask('example.test', 'MX')
    expect(servers.map(({ outcome }) => ('code' in outcome ? outcome.code : outcome.kind))).toEqual([
      'records',
      'lame',
      'dns/refused',
      'dns/servfail',
      'dns/timeout',
      'dns/malformed',
      'dns/unreachable',
    ])
    expect(withoutAddress).toEqual([{ nameServer: 'h.example.test', message: 'it has no address' }])
  })

  it('also where the resolver finds the signatures broken', async () => {
    const { ask } = await start({ nameServers: 1, dnssec: 'bogus' })
    expect((await ask('example.test', 'MX')).servers).toMatchObject([{ outcome: { kind: 'records' } }])
  })

  it('by TCP where the answer is too long for UDP: 200 MX records, 20 KB of TXT', async () => {
    const MX = Array.from({ length: 200 }, (_, i) => `${i} mx${i}.long-name-for-a-mail-host.example.test`)
    const { ask, dns: client } = await start(
      { nameServers: 1 },
      { 'example.test': { MX, TXT: ['x'.repeat(20_000)] } },
    )
    const { servers } = await ask('example.test', 'MX')
    expect(servers[0]?.outcome.kind === 'records' && servers[0].outcome.records).toHaveLength(200)
    const txt = (await ask('example.test', 'TXT')).servers[0]?.outcome
    expect(txt?.kind === 'records' && txt.records[0]).toHaveLength(20_000)
    expect(await client.lookup('example.test', 'MX')).toMatchObject({ records: { length: 200 } })
  })

  it('and an alias is told as one, with what the same server holds of its end', async () => {
    const { ask } = await start(
      { nameServers: 1 },
      {
        'inside.example.test': { CNAME: 'real.example.test' },
        'real.example.test': { TXT: 'here' },
        'outside.example.test': { CNAME: 'hoster.test' },
        'hoster.test': { TXT: 'elsewhere' },
        'dangling.example.test': { CNAME: 'nothing.example.test' },
        'round.example.test': { CNAME: 'about.example.test' },
        'about.example.test': { CNAME: 'round.example.test' },
      },
    )
    const outcome = async (name: string) => (await ask(name, 'TXT')).servers[0]?.outcome
    expect(await outcome('inside.example.test')).toMatchObject({
      records: ['here'],
      aliases: ['inside.example.test'],
    })
    expect(await outcome('outside.example.test')).toMatchObject({ kind: 'alias', target: 'hoster.test' })
    expect(await outcome('dangling.example.test')).toMatchObject({
      kind: 'alias',
      target: 'nothing.example.test',
    })
    expect(await outcome('round.example.test')).toMatchObject({ kind: 'failure', code: 'dns/alias-loop' })
  })
})

describe('what is not asked', () => {
  it('is a private address', async () => {
    const { ask } = await start({ nameServers: 1 }, {}, { allowAddresses: [] })
    expect((await ask('example.test', 'MX')).servers).toMatchObject([
      { outcome: { code: 'dns/address-refused' } },
    ])
  })

  it('are more servers than the limit', async () => {
    const { ask } = await start({ nameServers: 5 }, {}, { maxServers: 2 })
    expect(await ask('example.test', 'MX')).toMatchObject({ servers: { length: 2 }, notAsked: 3 })
  })

  it('is anything where no zone is found, or its servers cannot be looked up', async () => {
    const { ask } = await start({}, { 'example.test': { states: { NS: 'refused' } } })
    expect(await ask('a.b.example.test', 'MX')).toMatchObject({
      zone: null,
      servers: [],
      nameServers: { kind: 'failure' },
    })
    expect(await ask('nowhere.test', 'MX')).toMatchObject({ zone: null, servers: [] })
  })

  it('is what the caller has given up', async () => {
    const { authoritative } = await start(
      { nameServers: { 'a.example.test': { fault: 'silent' } } },
      {},
      { timeoutMs: 60_000 },
    )
    const { servers } = await authoritative.lookup('example.test', 'MX', { signal: AbortSignal.timeout(100) })
    expect(servers).toMatchObject([{ outcome: { kind: 'failure' } }])
  })
})

it('a wildcard is found by a made-up name beside the real one', async () => {
  const { dns: client } = await start(
    { policy: {} },
    {
      '*.wild.test': { TXT: 'v=spf1 -all' },
      'real.wild.test': { A: '192.0.2.1' },
      'broken.test': { dnssec: 'bogus' },
    },
  )
  const probe = (beside: string) => probeWildcard(client, { beside, type: 'TXT', label: 'x7q2' })
  expect(await probe('_mta-sts.wild.test')).toMatchObject({
    kind: 'wildcard',
    answer: { question: { name: 'x7q2.wild.test' }, canonicalName: 'x7q2.wild.test' },
  })
  expect(await probe('_mta-sts.example.test')).toMatchObject({ kind: 'none' })
  expect(await probe('_mta-sts.broken.test')).toMatchObject({ kind: 'unknown' })
  expect(await client.lookup('real.wild.test', 'TXT')).toMatchObject({ kind: 'no-data' })
})

it('an answer that is garbage is a failure of that answer and of nothing else', async () => {
  const { dns: client } = await start({}, { 'junk.test': { fault: 'garbage' } })
  expect(await client.lookup('junk.test', 'MX')).toMatchObject({ kind: 'failure', code: 'dns/malformed' })
  expect(await client.lookup('example.test', 'MX')).toMatchObject({ kind: 'records' })
})
