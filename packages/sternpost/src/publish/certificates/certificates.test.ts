import { afterEach, describe, expect, it } from 'vitest'
import { CertificateStore } from './certificate-store.ts'
import { type CertificateWorld, createCertificateWorld } from './testing/certificate-world.ts'
import {
  type SmallAuthority,
  type SmallAuthorityOptions,
  startSmallAuthority,
} from './testing/small-authority.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const HOST = 'mta-sts.example.com'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

let now = () => Date.now()

async function authority(options: Partial<SmallAuthorityOptions> = {}): Promise<SmallAuthority> {
  const one = await startSmallAuthority({ now: () => now(), ...options })
  open.push(one)
  return one
}

async function world(
  authorities: readonly SmallAuthority[],
  ...more: Parameters<typeof createCertificateWorld> extends [unknown, ...infer Rest] ? Rest : never
): Promise<CertificateWorld> {
  const one = await createCertificateWorld(authorities, ...more)
  open.push(one)
  now = one.clock.now
  await one.addDomain('example.com')
  return one
}

const ordersAt = ({ calls }: SmallAuthority) => calls.filter(({ what }) => what === 'order')

describe('certificates', () => {
  it('come for published domains, and only for them', async () => {
    const ca = await authority()
    const { certificates, clock } = await world([ca])
    expect(await certificates.contextFor(HOST)).toBeUndefined()
    await certificates.runAll()
    clock.jump(10_000)
    expect(await certificates.contextFor(HOST)).toBeDefined()
    expect(await certificates.contextFor('MTA-STS.Example.COM')).toBeDefined()
    for (const stranger of [
      'mta-sts.example.org',
      'example.com',
      '*',
      '',
      'a'.repeat(300),
      '../../etc/passwd',
    ])
      expect(await certificates.contextFor(stranger)).toBeUndefined()
    await certificates.runAll()
    expect(ordersAt(ca)).toHaveLength(1)
    expect(await certificates.state(HOST)).toMatchObject({
      condition: 'valid',
      origin: 'acme',
      daysLeft: 89,
      issuer: 'CN=small',
      lastError: undefined,
    })
  })

  it('of a domain that is taken away are not renewed, and are there when it comes back', async () => {
    const ca = await authority()
    const { certificates, clock, publish, addDomain } = await world([ca])
    await certificates.runAll()
    await publish.remove('example.com' as never)
    clock.jump(80 * DAY_MS)
    await certificates.runAll()
    expect(ordersAt(ca)).toHaveLength(1)
    expect(await certificates.state(HOST)).toMatchObject({ nextTryAt: undefined })
    clock.jump(-70 * DAY_MS)
    await addDomain('example.com')
    expect(await certificates.state(HOST)).toMatchObject({ condition: 'valid' })
  })

  it('are not ordered without agreement to the terms', async () => {
    const ca = await authority()
    const { certificates } = await world([ca], { agreeTerms: false })
    await certificates.runAll()
    expect(ca.calls).toEqual([])
    expect(certificates.health).toMatchObject({ state: 'ok' })
    expect(certificates.health.message).toContain('agreeTerms')
  })

  it('that are none, or for another name, take nobody’s place', async () => {
    let isBroken = false
    const ca = await authority({
      fault: ({ what }) =>
        isBroken && what === 'certificate' ? { status: 200, body: 'no certificate' } : undefined,
    })
    const { certificates, clock } = await world([ca])
    await certificates.runAll()
    const { notAfter } = await certificates.state(HOST)
    isBroken = true
    clock.jump(61 * DAY_MS)
    await certificates.runAll()
    expect(await certificates.state(HOST)).toMatchObject({
      notAfter,
      lastError: { code: 'certificate/unfit' },
    })
    const other = await authority({ certifiedName: 'mta-sts.example.org' })
    const { certificates: wrong } = await world([other])
    await wrong.runAll()
    expect((await wrong.state(HOST)).lastError?.message).toContain('is for mta-sts.example.org and not for')
  })
})

describe('an authority that refuses', () => {
  it('with 429 and Retry-After is left alone for as long, by that host', async () => {
    let limited = true
    const ca = await authority({
      fault: ({ what }) =>
        what === 'order' && limited
          ? {
              status: 429,
              type: 'rateLimited',
              detail: 'too many certificates',
              headers: { 'retry-after': '7200' },
            }
          : undefined,
    })
    const { certificates, clock } = await world([ca])
    await certificates.runAll()
    expect((await certificates.state(HOST)).lastError).toMatchObject({
      code: 'certificate/acme-rate-limited',
      message: expect.stringContaining('too many certificates (rateLimited)'),
    })
    limited = false
    for (let minutes = 0; minutes < 119; minutes += 7) {
      clock.jump(7 * MINUTE_MS)
      await certificates.runAll()
    }
    expect(ordersAt(ca)).toHaveLength(1)
    clock.jump(20 * MINUTE_MS)
    await certificates.runAll()
    expect(await certificates.state(HOST)).toMatchObject({ condition: 'valid', failures: 0 })
  })

  it('or fails is not asked for other hosts either for a minute', async () => {
    const ca = await authority({ fault: ({ what }) => (what === 'order' ? { status: 503 } : undefined) })
    const { certificates, addDomain } = await world([ca], { concurrency: 1 })
    for (let index = 0; index < 20; index += 1) await addDomain(`d${index}.example`)
    await certificates.runAll()
    expect(ordersAt(ca)).toHaveLength(1)
    expect((await certificates.state('mta-sts.d7.example')).failures).toBe(0)
  })

  it('day after day is asked less and less', async () => {
    const ca = await authority({
      fault: ({ what }) => (what === 'challenge' ? { status: 400, detail: 'no' } : undefined),
    })
    const { certificates, clock } = await world([ca])
    for (let hours = 0; hours < 24 * 14; hours += 1) {
      await certificates.runAll()
      clock.jump(HOUR_MS)
    }
    const tries = ca.calls.filter(({ what }) => what === 'challenge').length
    expect(tries).toBeGreaterThan(14)
    expect(tries).toBeLessThan(25)
    // What can be gone on with is not ordered again, unless it is that order which fails.
    expect(ordersAt(ca).length).toBeLessThanOrEqual(tries / 3)
  })

  it.each([
    ['what is no JSON', { status: 200, body: '<html>' }, 'certificate/acme-malformed'],
    ['a redirect', { status: 302, headers: { location: 'https://127.0.0.1/' } }, 'certificate/acme-refused'],
    ['more than anybody needs', { status: 200, body: ' '.repeat(300_000) }, 'certificate/acme-malformed'],
    ['an error page', { status: 500, body: 'oops' }, 'certificate/acme-unreachable'],
    ['an order without places', { status: 201, body: '{"status":"pending"}' }, 'certificate/acme-malformed'],
    ['terms that changed', { status: 403, type: 'userActionRequired' }, 'certificate/acme-account'],
  ])('with %s harms nothing', async (_what, fault, code) => {
    const ca = await authority({ fault: ({ what }) => (what === 'order' ? fault : undefined) })
    const { certificates } = await world([ca])
    await certificates.runAll()
    expect((await certificates.state(HOST)).lastError?.code).toBe(code)
    expect(certificates.health.state).toBe('ok')
  })
})

describe('the budget', () => {
  it('spreads many orders, and counts no host’s waiting as its failure', async () => {
    const ca = await authority()
    const { certificates, clock, addDomain } = await world([ca], {}, { ordersPerHour: 5 })
    for (let index = 0; index < 11; index += 1) await addDomain(`d${index}.example`)
    await certificates.runAll()
    expect(ordersAt(ca)).toHaveLength(5)
    for (let minutes = 0; minutes < 60; minutes += 6) {
      clock.jump(6 * MINUTE_MS)
      await certificates.runAll()
    }
    expect(ordersAt(ca).length).toBeLessThanOrEqual(10)
    clock.jump(HOUR_MS)
    await certificates.runAll()
    expect(ordersAt(ca)).toHaveLength(12)
    expect(await certificates.state('mta-sts.d10.example')).toMatchObject({ condition: 'valid' })
  })

  it('goes to renewals first', async () => {
    const ca = await authority()
    const { certificates, clock, addDomain } = await world([ca], { concurrency: 1 }, { ordersPerHour: 1 })
    await certificates.runAll()
    clock.jump(80 * DAY_MS)
    for (let index = 0; index < 5; index += 1) await addDomain(`a${index}.example`)
    await certificates.runAll()
    expect(ordersAt(ca).at(-1)?.payload.identifiers).toEqual([{ type: 'dns', value: HOST }])
  })
})

describe('advice on renewal (RFC 9773)', () => {
  const at = (time: number) => new Date(time).toISOString()

  it('to renew at once is followed after a day, says what it replaces, and does not order without end', async () => {
    const ca = await authority({
      advice: () => ({
        suggestedWindow: { start: at(now() - 2 * DAY_MS), end: at(now() - DAY_MS) },
        explanationURL: 'https://ca.example/revoked',
      }),
    })
    const { certificates, clock, log } = await world([ca])
    await certificates.runAll()
    for (let hours = 0; hours < 48; hours += 1) {
      clock.jump(HOUR_MS)
      await certificates.runAll()
    }
    expect(ordersAt(ca).length).toBeGreaterThanOrEqual(2)
    expect(ordersAt(ca).length).toBeLessThanOrEqual(3)
    expect(ordersAt(ca)[0]?.payload).not.toHaveProperty('replaces')
    expect(ordersAt(ca)[1]?.payload.replaces).toMatch(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/)
    expect(log.some(line => line.includes('https://ca.example/revoked'))).toBe(true)
  })

  it('is chosen once within its window, and is asked for no more often than the authority says', async () => {
    const ca = await authority({
      advice: () => ({
        suggestedWindow: { start: at(now() + 40 * DAY_MS), end: at(now() + 42 * DAY_MS) },
      }),
    })
    const { certificates, clock } = await world([ca])
    await certificates.runAll()
    clock.jump(HOUR_MS)
    await certificates.runAll()
    const { nextTryAt } = await certificates.state(HOST)
    expect(nextTryAt).toBe(clock.now() + 41 * DAY_MS)
    await certificates.runAll()
    clock.jump(HOUR_MS)
    await certificates.runAll()
    expect((await certificates.state(HOST)).nextTryAt).toBe(nextTryAt)
    expect(ca.calls.filter(({ what }) => what === 'advice')).toHaveLength(2)
  })

  it('an order that replaces what the authority does not like is placed without', async () => {
    const ca = await authority({
      fault: ({ what, payload }) =>
        what === 'order' && 'replaces' in payload ? { status: 409, type: 'alreadyReplaced' } : undefined,
    })
    const { certificates, clock } = await world([ca])
    await certificates.runAll()
    clock.jump(61 * DAY_MS)
    await certificates.runAll()
    expect(await certificates.state(HOST)).toMatchObject({ condition: 'valid', failures: 0 })
    expect(ordersAt(ca)).toHaveLength(3)
  })

  it('that is nonsense changes nothing', async () => {
    for (const body of ['{}', '{"suggestedWindow":{"start":"x","end":"y"}}', 'oops']) {
      const ca = await authority({
        advice: () => ({}),
        fault: ({ what }) => (what === 'advice' ? { status: 200, body } : undefined),
      })
      const { certificates, clock } = await world([ca])
      await certificates.runAll()
      const { nextTryAt } = await certificates.state(HOST)
      clock.jump(2 * HOUR_MS)
      await certificates.runAll()
      expect((await certificates.state(HOST)).nextTryAt).toBe(nextTryAt)
    }
  })
})

describe('two processes on one database', () => {
  it('do not take the same host, and take over from one that is gone', async () => {
    const { store, clock, certificates } = await world([await authority()])
    await certificates.runAll()
    const [one, two] = [new CertificateStore(store, clock, 'one'), new CertificateStore(store, clock, 'two')]
    expect(await one.claim(HOST, 1000)).toBeDefined()
    expect(await two.claim(HOST, 1000)).toBeUndefined()
    expect(await one.claim(HOST, 1000)).toBeDefined()
    clock.jump(1001)
    expect(await two.claim(HOST, 1000)).toBeDefined()
    expect(await one.claim(HOST, 1000)).toBeUndefined()
  })

  it('that was killed leaves an order behind, and it is gone on with', async () => {
    const ca = await authority()
    const { certificates, store } = await world([ca])
    await certificates.runAll()
    const [{ host, order_key_pem: key } = {}] =
      (await store.read(db =>
        db.selectFrom('certificate_orders').select(['host', 'order_key_pem']).execute(),
      )) ?? []
    expect({ host, key }).toEqual({ host: HOST, key: null })
    const kept = await store.read(db => db.selectFrom('certificates').selectAll().executeTakeFirstOrThrow())
    await store.write(async db => {
      await db.deleteFrom('certificates').execute()
      await db
        .updateTable('certificate_orders')
        .set({
          next_try_at: 0,
          order_directory_url: ca.directoryUrl,
          order_url: ca.directoryUrl.replace('directory', 'poll/1'),
          order_key_pem: kept?.key_pem ?? '',
        })
        .execute()
    })
    await certificates.runAll()
    expect(ordersAt(ca)).toHaveLength(1)
    expect(await certificates.state(HOST)).toMatchObject({ condition: 'valid' })
  })
})

describe('secrets', () => {
  it('are in no line of the log', async () => {
    const ca = await authority({
      fault: ({ what }) => (what === 'finalize' ? { status: 500, body: 'oops' } : undefined),
    })
    const { certificates, store, log } = await world([ca])
    await certificates.runAll()
    const keys = await store.read(async db => [
      (await db.selectFrom('acme_accounts').select('key_pem').executeTakeFirstOrThrow()).key_pem,
      (await db.selectFrom('certificate_orders').select('order_key_pem').executeTakeFirstOrThrow())
        .order_key_pem ?? '',
    ])
    expect(keys).toHaveLength(2)
    for (const key of keys ?? []) {
      const secret = key.split('\n')[2] ?? ''
      expect(secret.length).toBeGreaterThan(20)
      expect(log.join('\n')).not.toContain(secret)
    }
  })
})
