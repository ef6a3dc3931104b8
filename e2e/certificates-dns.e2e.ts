// Certificates proved by DNS-01, with records written to a real BIND, and a real Knot that follows it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthoritativeLookup, createDnsClient } from '@sternpost/network'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { askEveryServer, createWriters } from '../packages/sternpost/src/publish/index.ts'
import { BIND_ADDRESS, KNOT_ADDRESS, POLICY_HOST_ADDRESS, RESOLVER_ADDRESS } from './ground/addresses.ts'
import { rootsOfGround } from './ground/namespace.ts'
import { authorityOf, type CertificateRoom, openCertificateRoom } from './harness/certificate-room.ts'
import { type Names, startNames } from './harness/names.ts'
import { type Pebble, startPebble } from './harness/pebble.ts'
import { waitFor } from './harness/root-process.ts'
import {
  delegationTo,
  startUpdatableServers,
  type UpdatableServers,
  type UpdatableZone,
} from './harness/updatable-servers.ts'

const OWN = 'own.test'
const OURS = 'ours.test'
const CUSTOMER = 'customer.insecure.test'
const zones: readonly UpdatableZone[] = [
  { origin: OWN, primary: 'bind', notifies: true },
  { origin: OURS, primary: 'bind', notifies: true },
]
const key = { name: 'writer', algorithm: 'hmac-sha256', secret: Buffer.alloc(32, 7).toString('base64') }
const stranger = { ...key, name: 'stranger', secret: Buffer.alloc(32, 9).toString('base64') }

let names: Names
let servers: UpdatableServers
let pebble: Pebble
let folder: string
let room: CertificateRoom | undefined

beforeAll(async () => {
  const { trixie } = rootsOfGround()
  folder = mkdtempSync(join(tmpdir(), 'sternpost-dns-01-'))
  for (const { name, algorithm, secret } of [key, stranger])
    writeFileSync(
      join(folder, `${name}.key`),
      `key "${name}" {\n  algorithm ${algorithm};\n  secret "${secret}";\n};\n`,
      { mode: 0o600 },
    )
  names = await startNames(
    trixie,
    [{ origin: 'insecure.test', security: 'insecure' }],
    [
      ...delegationTo(zones),
      { name: 'mta-sts.plain.insecure.test', type: 'A', data: POLICY_HOST_ADDRESS },
      { name: `_acme-challenge.mta-sts.${CUSTOMER}`, type: 'CNAME', data: `customer.${OURS}.` },
    ],
  )
  servers = await startUpdatableServers(trixie, zones, key, stranger)
  pebble = await startPebble(trixie, { port: 14_000, managementPort: 15_000 })
})
afterEach(async () => {
  await room?.close()
  room = undefined
})
afterAll(async () => {
  await pebble.stop()
  await servers.stop()
  await names.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function open(
  challenges: readonly ('http-01' | 'dns-01')[],
  keyName = key.name,
): Promise<CertificateRoom> {
  const dns = createDnsClient({ servers: [RESOLVER_ADDRESS], maxCachedAnswers: 0 })
  const ask = askEveryServer(createAuthoritativeLookup({ dns, allowAddresses: ['127.0.0.0/8'] }))
  const writer = (name: string, zone: string) =>
    ({
      type: 'rfc2136',
      name,
      zones: [zone],
      server: { address: BIND_ADDRESS, port: 53 },
      keyFile: join(folder, `${keyName}.key`),
      timeoutSeconds: 5,
    }) as const
  const writers = createWriters([writer('own', OWN), writer('ours', OURS)], {
    env: {},
    now: Date.now,
    ask,
  })
  room = await openCertificateRoom({
    settings: { authorities: [authorityOf(pebble)], challenges },
    dnsWriting: { writers, askEveryServer: ask },
  })
  return room
}

const state = (domain: string) => room?.certificates.state(`mta-sts.${domain}`)

it('the record is written, seen at every server, and taken away again; the host needs no address', async () => {
  const { certificates, addDomains } = await open(['dns-01'])
  await addDomains(OWN)
  await certificates.runAll()
  expect(await state(OWN)).toMatchObject({ condition: 'valid', lastError: undefined })
  for (const server of [BIND_ADDRESS, KNOT_ADDRESS])
    await waitFor(
      async () => {
        const answer = await servers.ask(server, `_acme-challenge.mta-sts.${OWN}`, 'TXT')
        return answer.some(line => line.startsWith('TXT')) ? undefined : true
      },
      () => `${server} still has the record`,
    )
})

it('a customer who set a CNAME once is certified through our zone', async () => {
  const { certificates, addDomains } = await open(['http-01', 'dns-01'])
  await addDomains(CUSTOMER)
  await certificates.runAll()
  expect(await state(CUSTOMER)).toMatchObject({ condition: 'valid', lastError: undefined })
  expect(servers.output()).toContain(`customer.${OURS}`)
})

it('a server that refuses is told of in words, and no order is made again and again', async () => {
  const { certificates, addDomains } = await open(['dns-01'], stranger.name)
  await addDomains(OWN)
  await certificates.runAll()
  const { lastError, failures } = (await state(OWN)) ?? {}
  expect({ code: lastError?.code, failures }).toEqual({ code: 'certificate/dns-not-written', failures: 1 })
  expect(lastError?.message).toContain(`_acme-challenge.mta-sts.${OWN} TXT`)
})

it('a domain that no writer can write is proved at its address', async () => {
  const { certificates, addDomains } = await open(['dns-01', 'http-01'])
  await addDomains('plain.insecure.test')
  await certificates.runAll()
  expect(await state('plain.insecure.test')).toMatchObject({ condition: 'valid' })
})
