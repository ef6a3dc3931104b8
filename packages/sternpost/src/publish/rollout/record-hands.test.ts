import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualClock } from '@sternpost/lab'
import type { DomainName } from '@sternpost/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Store } from '../../store/index.ts'
import type { DnsWriter } from '../dns/dns-writer.ts'
import { OwnValues } from '../dns/own-values.ts'
import { RecordPublisher } from '../dns/record-publisher.ts'
import type { RecordSet } from '../dns/record-set.ts'
import { PublishStore } from '../domains/publish-store.ts'
import type { DomainDns } from '../domains/published-domain.ts'
import { plainDomain } from '../domains/testing/plain-domain.ts'
import type { RecordHands } from './create-publication-hands.ts'
import { createRecordHands } from './record-hands.ts'
import { policy } from './testing/policies.ts'

const domain = 'example.com' as DomainName
const clock = createManualClock(Date.UTC(2026, 10, 1))

let folder = ''
let store: Store
let publish: PublishStore
let hands: RecordHands
/** What the zone holds; two servers give it out, the second as it was before `lagging`. */
let zone: RecordSet[]
let lagging: RecordSet[] | undefined

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-record-hands-'))
  store = new Store({ dataDir: folder, clock, onNotice: () => {} })
  await store.open()
  publish = new PublishStore(store, clock)
  zone = []
  lagging = undefined
  const writer: DnsWriter = {
    name: 'primary',
    kind: 'hook',
    zones: ['example.com'],
    read: async names => zone.filter(set => names.includes(set.name)),
    apply: async changes =>
      changes.map(change => {
        const { name, type, after: values, ttlSeconds } = change
        zone = zone.filter(set => set.name !== name || set.type !== type)
        if (values.length > 0) zone.push({ name, type, values, ttlSeconds })
        return { change, ok: true }
      }),
  }
  const valuesIn = (sets: readonly RecordSet[], name: string, type: string) =>
    sets.find(set => set.name === name && set.type === type)?.values ?? []
  const ask = async (name: string, type: string) => [
    { server: 'ns1.example.com', values: valuesIn(zone, name, type) },
    { server: 'ns2.example.com', values: valuesIn(lagging ?? zone, name, type) },
  ]
  const publisher = new RecordPublisher({
    writers: [writer],
    ownValues: new OwnValues(store, clock),
    ask,
    clock,
    random: () => 0.5,
    verifyTimeoutSeconds: 0,
  })
  const settings = { ttlSeconds: 300, policyHost: { addresses: ['192.0.2.1'] } }
  hands = createRecordHands({ publish, publisher, ask, settings, clock })
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

async function addDomain(dns: DomainDns): Promise<string> {
  await publish.add({
    ...plainDomain(domain, policy('testing', ['mx.example.com'])),
    tlsRptRua: ['mailto:tls@example.com'],
    dns,
  })
  return (await publish.newVersion(domain, policy('testing', ['mx.example.com']))).policyId
}

test('writes what leads to the policy host first, and the id only when it is told to', async () => {
  const id = await addDomain({ writer: 'primary', apply: 'auto' })
  expect(await hands.prepare(domain)).toMatchObject({ kind: 'written' })
  expect(zone.map(({ name, type }) => `${name} ${type}`).sort()).toEqual([
    '_smtp._tls.example.com TXT',
    'mta-sts.example.com A',
  ])
  expect(await hands.see(domain, id)).toMatchObject({ isEverywhere: false })
  expect(await hands.write(domain, id)).toMatchObject({ kind: 'written' })
  expect(await hands.see(domain, id)).toEqual({
    isEverywhere: true,
    note: 'all 2 authoritative servers say so at _mta-sts.example.com',
  })
})

test('names the server that lags behind, and what it says', async () => {
  const first = await addDomain({ writer: 'primary', apply: 'auto' })
  await hands.write(domain, first)
  lagging = [...zone]
  clock.jump(60_000)
  const { policyId } = await publish.newVersion(domain, policy('enforce', ['mx.example.com']))
  await hands.write(domain, policyId)
  expect(await hands.see(domain, policyId)).toEqual({
    isEverywhere: false,
    note: `at _mta-sts.example.com ns2.example.com says v=STSv1; id=${first};`,
  })
})

test('tells the person which record to set, and takes no notice of it before it is there', async () => {
  const id = await addDomain({ writer: 'primary', apply: 'ask' })
  expect(await hands.write(domain, id)).toEqual({
    kind: 'by-hand',
    note: `set by hand: _mta-sts.example.com. 300 IN TXT "v=STSv1; id=${id};"`,
  })
  expect(zone).toEqual([])
  zone = [{ name: '_mta-sts.example.com', type: 'TXT', ttlSeconds: 300, values: [`v=STSv1; id=${id};`] }]
  expect(await hands.write(domain, id)).toMatchObject({ kind: 'written' })
  expect(await hands.see(domain, id)).toMatchObject({ isEverywhere: true })
})

test('takes away the record, and sees that it is gone from every server', async () => {
  const id = await addDomain({ writer: 'primary', apply: 'auto' })
  await hands.prepare(domain)
  await hands.write(domain, id)
  lagging = [...zone]
  await hands.write(domain, null)
  expect(await hands.see(domain, null)).toMatchObject({ isEverywhere: false })
  lagging = undefined
  expect(await hands.see(domain, null)).toMatchObject({ isEverywhere: true })
  await hands.retire(domain)
  expect(zone.map(({ name }) => name)).toEqual(['_smtp._tls.example.com'])
})
