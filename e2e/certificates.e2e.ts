// Certificates of the policy host, ordered from a real certificate authority (Pebble) on the real ports.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { POLICY_HOST_ADDRESS } from './ground/addresses.ts'
import { rootsOfGround, SCRATCH } from './ground/namespace.ts'
import {
  authorityOf,
  type CertificateRoom,
  type CertificateRoomOptions,
  openCertificateRoom,
  serialServed,
} from './harness/certificate-room.ts'
import { createDaemon } from './harness/daemon.ts'
import { type Names, startNames } from './harness/names.ts'
import { type Pebble, type PebbleOptions, startPebble } from './harness/pebble.ts'
import { waitFor } from './harness/root-process.ts'
import type { ZoneRecord } from './harness/zone.ts'

const DAY_MS = 86_400_000
const { trixie } = rootsOfGround()
const many = Array.from({ length: 50 }, (_, index) => `d${index}.many.insecure.test`)
const here = (domain: string): ZoneRecord => ({
  name: `mta-sts.${domain}`,
  type: 'A',
  data: POLICY_HOST_ADDRESS,
})
const caa = (name: string, value: string): ZoneRecord => ({ name, type: 'CAA', data: `0 issue "${value}"` })

const records: ZoneRecord[] = [
  ...many.map(here),
  ...['one', 'two', 'three', 'blocked', 'forbidden', 'narrow', 'account'].map(label =>
    here(`${label}.insecure.test`),
  ),
  { name: 'mta-sts.elsewhere.insecure.test', type: 'A', data: '127.0.80.99' },
  caa('forbidden.insecure.test', 'other.test'),
  caa('narrow.insecure.test', 'pebble.test; validationmethods=tls-alpn-01'),
]

let names: Names
let pebble: Pebble
let root: string
let room: CertificateRoom | undefined
const started: Pebble[] = []

beforeAll(async () => {
  names = await startNames(trixie, [{ origin: 'insecure.test', security: 'insecure' }], records)
  pebble = await start({ port: 14_000, managementPort: 15_000, rejectedNonces: 20 })
  root = await pebble.rootPem()
})
afterEach(async () => {
  await room?.close()
  room = undefined
})
afterAll(async () => {
  for (const one of started) await one.stop()
  await names.stop()
})

async function start(options: PebbleOptions): Promise<Pebble> {
  const one = await startPebble(trixie, options)
  started.push(one)
  return one
}

async function open(options: Partial<CertificateRoomOptions> = {}): Promise<CertificateRoom> {
  room = await openCertificateRoom({ settings: { authorities: [authorityOf(pebble)] }, ...options })
  return room
}

const state = (domain: string) => room?.certificates.state(`mta-sts.${domain}`)
const served = (domain: string, ca = root) => serialServed(`mta-sts.${domain}`, ca)

describe('an authority that rejects a fifth of all nonces', () => {
  it('certifies fifty domains by HTTP-01, and each is served its own certificate', async () => {
    const { certificates, addDomains, metric } = await open()
    await addDomains(...many)
    await certificates.runAll()
    expect(room?.log.filter(line => line.includes('"warn"'))).toEqual([])
    const serials = await Promise.all(many.map(domain => served(domain)))
    expect(new Set(serials).size).toBe(50)
    expect(serials.filter(serial => serial.startsWith('no'))).toEqual([])
    expect(await metric('sternpost_certificates{condition="valid"}')).toBe(50)
    expect(certificates.health).toMatchObject({ state: 'ok' })
  })

  it('certifies by TLS-ALPN-01', async () => {
    const { certificates, addDomains } = await open({
      settings: { authorities: [authorityOf(pebble)], challenges: ['tls-alpn-01'] },
    })
    await addDomains('one.insecure.test')
    await certificates.runAll()
    expect(await served('one.insecure.test')).toMatch(/^[0-9A-F]+$/)
    expect(await state('one.insecure.test')).toMatchObject({ condition: 'valid', daysLeft: 89, failures: 0 })
  })

  it('is never asked for a name that nobody published', async () => {
    const { certificates } = await open()
    expect(await served('two.insecure.test')).toMatch(/^no: /)
    await certificates.runAll()
    expect(await served('two.insecure.test')).toMatch(/^no: /)
    expect(await state('two.insecure.test')).toMatchObject({ condition: 'none', nextTryAt: undefined })
  })
})

describe('time', () => {
  it('renews after two thirds of a certificate’s life, once, with another key', async () => {
    const { certificates, addDomains, clock, store } = await open()
    await addDomains('one.insecure.test')
    await certificates.runAll()
    const first = await served('one.insecure.test')
    const keyOf = async () =>
      (await store.read(db => db.selectFrom('certificates').select('key_pem').executeTakeFirst()))?.key_pem
    const firstKey = await keyOf()
    clock.move(55 * DAY_MS)
    await certificates.runAll()
    expect(await served('one.insecure.test')).toBe(first)
    clock.move(6 * DAY_MS)
    await certificates.runAll()
    const second = await served('one.insecure.test')
    expect(second).not.toBe(first)
    expect(await keyOf()).not.toBe(firstKey)
    // The authority's clock stands where it was: what it gives looks old at once, and is not ordered again and again.
    await certificates.runAll()
    expect(await served('one.insecure.test')).toBe(second)
  })

  it('takes the advice of the authority on when to renew (RFC 9773)', async () => {
    const { certificates, addDomains, clock, store } = await open()
    await addDomains('one.insecure.test')
    await certificates.runAll()
    clock.move(2 * 3_600_000)
    await certificates.runAll()
    const order = await store.read(db =>
      db.selectFrom('certificate_orders').selectAll().executeTakeFirstOrThrow(),
    )
    expect(order?.advised_at).not.toBeNull()
    expect(order?.next_try_at).toBe(order?.advised_at)
    const inDays = (Number(order?.advised_at) - clock.now()) / DAY_MS
    expect(inDays).toBeGreaterThan(50)
    expect(inDays).toBeLessThan(80)
  })

  it('an authority that is down for days, and comes back with no memory, costs nothing', async () => {
    const own = { port: 14_010, managementPort: 15_010 }
    const first = await start(own)
    const firstRoot = await first.rootPem()
    const { certificates, addDomains, clock, log } = await open({
      settings: { authorities: [authorityOf(first)] },
    })
    await addDomains('one.insecure.test')
    await certificates.runAll()
    const serial = await served('one.insecure.test', firstRoot)
    await first.stop()
    clock.move(61 * DAY_MS)
    for (let day = 0; day < 5; day += 1) {
      await certificates.runAll()
      clock.move(DAY_MS)
    }
    expect(await served('one.insecure.test', firstRoot)).toBe(serial)
    expect(await state('one.insecure.test')).toMatchObject({
      condition: 'valid',
      lastError: { code: 'certificate/acme-unreachable' },
    })
    clock.move(10 * DAY_MS)
    await certificates.runAll()
    expect(await state('one.insecure.test')).toMatchObject({ condition: 'expiring' })
    expect(certificates.health).toMatchObject({ state: 'degraded' })
    expect(certificates.health.message).toContain('the first of which expires in')
    expect(certificates.health.message).not.toContain('insecure.test')
    const again = await start(own)
    clock.move(DAY_MS)
    await certificates.runAll()
    expect(await served('one.insecure.test', await again.rootPem())).toMatch(/^[0-9A-F]+$/)
    expect(log.some(line => line.includes('does not know our account any more'))).toBe(true)
    await again.stop()
  })
})

describe('what cannot be proved', () => {
  it('is seen in DNS before an order is spent on it', async () => {
    const { certificates, addDomains } = await open()
    await addDomains('elsewhere.insecure.test', 'nowhere.insecure.test')
    await certificates.runAll()
    expect(await state('elsewhere.insecure.test')).toMatchObject({
      condition: 'none',
      failures: 1,
      lastError: {
        code: 'certificate/host-elsewhere',
        message: `mta-sts.elsewhere.insecure.test leads to 127.0.80.99, and the policy host is at ${POLICY_HOST_ADDRESS}`,
      },
    })
    expect(await state('nowhere.insecure.test')).toMatchObject({
      lastError: { code: 'certificate/host-not-found' },
    })
    expect(pebble.output()).not.toContain('elsewhere.insecure.test')
  })

  it('is refused by the authority where we could not know, and is not asked for again at once', async () => {
    const { certificates, addDomains, clock } = await open({ reach: () => ({ addresses: [], names: [] }) })
    await addDomains('elsewhere.insecure.test')
    await certificates.runAll()
    const failed = await state('elsewhere.insecure.test')
    expect(failed).toMatchObject({ failures: 1, lastError: { code: 'certificate/challenge-failed' } })
    expect(failed?.lastError?.message).toContain('mta-sts.elsewhere.insecure.test')
    expect(Number(failed?.nextTryAt) - clock.now()).toBeGreaterThan(10 * 60_000)
  })

  it('because CAA forbids it costs no order; CAA that allows one way has that way gone', async () => {
    const authority = authorityOf(pebble, { caaIdentities: ['pebble.test'] })
    const { certificates, addDomains, metric } = await open({
      settings: { authorities: [authority], challenges: ['http-01', 'tls-alpn-01'] },
    })
    await addDomains('forbidden.insecure.test', 'narrow.insecure.test')
    await certificates.runAll()
    const forbidden = await state('forbidden.insecure.test')
    expect(forbidden?.lastError).toMatchObject({ code: 'certificate/caa-forbids' })
    expect(forbidden?.lastError?.message).toContain('forbidden.insecure.test allows other.test')
    expect(await state('narrow.insecure.test')).toMatchObject({ condition: 'valid' })
    expect(await metric('sternpost_policy_host_challenges_total{kind="http"}')).toBe(0)
  })
})

describe('accounts', () => {
  it('whose key is lost are made anew, and that is told', async () => {
    const { certificates, addDomains, store, log } = await open()
    const damaged = {
      directory_url: pebble.directoryUrl,
      account_url: 'https://localhost/1',
      key_pem: 'lost',
      created_at: 1,
    }
    await store.write(db => db.insertInto('acme_accounts').values(damaged).execute())
    await addDomains('account.insecure.test')
    await certificates.runAll()
    expect(await state('account.insecure.test')).toMatchObject({ condition: 'valid' })
    expect(log.some(line => line.includes('the key of our account cannot be read'))).toBe(true)
  })

  it('that the authority wants to know otherwise are bound with their key (EAB)', async () => {
    const mac = 'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W'
    const bound = await start({
      port: 14_020,
      managementPort: 15_020,
      externalAccounts: { 'kid-1': mac },
    })
    const file = join(trixie, SCRATCH, 'eab.key')
    writeFileSync(file, `${mac}\n`, { mode: 0o600 })
    const without = await open({ settings: { authorities: [authorityOf(bound)] } })
    await without.addDomains('one.insecure.test')
    await without.certificates.runAll()
    const refused = await state('one.insecure.test')
    expect(refused?.lastError).toMatchObject({ code: 'certificate/acme-account' })
    expect(refused?.lastError?.message).toContain('externalAccountKeyId')
    await without.close()
    const external = { externalAccountKeyId: 'kid-1', externalAccountKeyFile: file }
    const { certificates, addDomains, log } = await open({
      settings: { authorities: [authorityOf(bound, external)] },
    })
    await addDomains('one.insecure.test')
    await certificates.runAll()
    expect(await state('one.insecure.test')).toMatchObject({ condition: 'valid' })
    expect(log.join('')).not.toContain(mac.slice(0, 16))
  })
})

describe('two authorities', () => {
  it('the second is asked where the first refuses, but not for a renewal that has time', async () => {
    const blockedDomains = ['blocked.insecure.test']
    const first = await start({ port: 14_030, managementPort: 15_030, blockedDomains })
    const firstRoot = await first.rootPem()
    const { certificates, addDomains, clock } = await open({
      settings: { authorities: [authorityOf(first), authorityOf(pebble)] },
    })
    await addDomains('blocked.insecure.test', 'three.insecure.test')
    await certificates.runAll()
    expect(await served('three.insecure.test', firstRoot)).toMatch(/^[0-9A-F]+$/)
    const serial = await served('blocked.insecure.test')
    expect(serial).toMatch(/^[0-9A-F]+$/)
    clock.move(60 * DAY_MS)
    await certificates.runAll()
    expect(await served('blocked.insecure.test')).toBe(serial)
    expect(await state('blocked.insecure.test')).toMatchObject({
      condition: 'valid',
      lastError: { code: 'certificate/acme-refused' },
    })
    clock.move(20 * DAY_MS)
    await certificates.runAll()
    // What one try comes to on a busy machine, the next mends within a day.
    for (let tries = 0; tries < 2 && (await served('blocked.insecure.test')) === serial; tries += 1) {
      clock.move(DAY_MS)
      await certificates.runAll()
    }
    expect(await served('blocked.insecure.test')).not.toBe(serial)
  })
})

describe('a proof that the authority remembers', () => {
  it('is not asked for again', async () => {
    const mindful = await start({ port: 14_040, managementPort: 15_040, reusedAuthorizations: 100 })
    const { certificates, addDomains, metric } = await open({
      settings: { authorities: [authorityOf(mindful)] },
    })
    const looks = () => metric('sternpost_policy_host_challenges_total{kind="http"}')
    await addDomains('one.insecure.test')
    await certificates.runAll()
    const [serial, before] = [await served('one.insecure.test', await mindful.rootPem()), await looks()]
    expect(before).toBeGreaterThan(0)
    expect(await certificates.orderSoon('one.insecure.test')).toBe(true)
    await certificates.runAll()
    expect(await served('one.insecure.test', await mindful.rootPem())).not.toBe(serial)
    expect(await looks()).toBe(before)
  })
})

describe('the daemon', () => {
  it('has the certificate of a domain some seconds after a person added it, and renews it when told', async () => {
    const daemon = createDaemon({
      caPem: readFileSync(pebble.caFile, 'utf8'),
      more: `publish:
  policyHost:
    listen: ['${POLICY_HOST_ADDRESS}:443']
    http: ['${POLICY_HOST_ADDRESS}:80']
  dns:
    policyHost: ['${POLICY_HOST_ADDRESS}']
  certificates:
    agreeTerms: true
    email: hostmaster@one.insecure.test
    authorities:
      - { name: pebble, directory: '${pebble.directoryUrl}', caFile: '${pebble.caFile}' }
`,
    })
    const serial = (isNew: (serial: string) => boolean) =>
      waitFor(
        async () => {
          const found = await served('one.insecure.test')
          return /^[0-9A-F]+$/.test(found) && isNew(found) ? found : undefined
        },
        () => daemon.output(),
        40_000,
      )
    try {
      await daemon.start()
      expect(await served('one.insecure.test')).toMatch(/^no/)
      const add = await daemon.command('domain', 'add', 'one.insecure.test', '--mx', 'mx.one.insecure.test')
      expect(add).toMatchObject({ code: 0 })
      const first = await serial(() => true)
      const show = await daemon.command('domain', 'show', 'one.insecure.test')
      expect(show.stdout).toMatch(
        /Certificate of mta-sts\.one\.insecure\.test\n {2}Good until .*, 89 days from now, from CN=Pebble/,
      )
      const list = await daemon.command('certificate', 'list', '--json')
      expect(JSON.parse(list.stdout)).toMatchObject({
        certificates: [{ domain: 'one.insecure.test', condition: 'valid', origin: 'acme', lastError: null }],
        next: null,
      })
      expect(await daemon.command('certificate', 'renew', 'one.insecure.test')).toMatchObject({ code: 0 })
      await serial(found => found !== first)
      expect((await daemon.command('certificate', 'list', '--failing')).stdout).toBe(
        'All certificates are good.\n',
      )
      expect(daemon.output()).not.toContain('PRIVATE KEY')
    } finally {
      await daemon.dispose()
    }
  }, 120_000)
})
