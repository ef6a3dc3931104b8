import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualClock } from '@sternpost/lab'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLogger } from '../log/index.ts'
import { Store } from '../store/index.ts'
import { AccessControl, CSRF_HEADER, SESSION_COOKIE } from './access-control.ts'
import { AccessError } from './access-error.ts'
import type { RequestSigns } from './access-gate.ts'
import { SETUP_LINK_SECONDS } from './setup-link.ts'

const START = Date.UTC(2026, 10, 25, 12)
const HOUR_MS = 3_600_000
const PASSWORD = 'a long sentence of words'
const FROM = { ip: '192.0.2.7', userAgent: 'test' }
const log = createLogger(
  { level: 'silent', format: 'json' },
  { isTerminal: false, color: false, write: () => {} },
)

let dataDir: string
let clock: ReturnType<typeof createManualClock>
let store: Store
let access: AccessControl
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sternpost-access-'))
  clock = createManualClock(START)
  await open()
})
afterEach(async () => {
  await store.close()
  rmSync(dataDir, { recursive: true, force: true })
})

async function open(): Promise<void> {
  store = new Store({ dataDir, clock, onNotice: () => {} })
  await store.open()
  access = new AccessControl({
    store,
    clock,
    log,
    settings: {
      sessions: { idleSeconds: 12 * 3600, absoluteSeconds: 14 * 86_400 },
      loopbackGraceSeconds: 3600,
      auditRetentionSeconds: 86_400,
    },
  })
}

interface Asked {
  readonly method?: string
  readonly httpVersion?: string
  readonly peer?: string
  readonly host?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly cookie?: string
}

function signs({
  method = 'GET',
  httpVersion = '1.1',
  peer = '127.0.0.1',
  host = '127.0.0.1:8460',
  headers = {},
  cookie,
}: Asked): RequestSigns {
  return {
    method,
    httpVersion,
    ip: peer,
    peer,
    isSecure: false,
    host,
    header: name => (name === 'cookie' && cookie !== undefined ? 'x' : headers[name]),
    cookie: name => (name === SESSION_COOKIE ? cookie : undefined),
  }
}

const ask = (asked: Asked) => access.identify(signs(asked))
const addAdmin = () => access.users.add({ name: 'ada', password: PASSWORD, role: 'admin', domains: 'all' })
const codeOf = (error: unknown) => (error instanceof AccessError ? error.code : error)

describe('at the machine itself, in the first hour', () => {
  test('a program may change things, and a stranger from elsewhere may not even look', async () => {
    expect(await ask({ method: 'POST' })).toMatchObject({ principal: { kind: 'loopback', role: 'admin' } })
    expect(await ask({ peer: '192.0.2.7', host: 'mail.example:8460' })).toMatchObject({ kind: 'nobody' })
  })

  test.each([
    ['a proxy on this machine', { headers: { 'x-forwarded-for': '198.51.100.1' } }],
    ['a proxy that only names itself', { headers: { via: '1.1 proxy' } }],
    ['a proxy that names nobody, as nginx does by default', { httpVersion: '1.0' }],
    ['a page whose name was led to 127.0.0.1', { host: 'attacker.example:8460' }],
  ])('%s brings nobody in', async (_what, asked) => {
    expect(await ask(asked)).toMatchObject({ kind: 'nobody' })
  })

  test('a browser needs the token of the page for changes, and no other site has it', async () => {
    const standing = await access.standing(signs({}))
    if (standing.kind !== 'loopback') throw new Error(standing.kind)
    const token = { [CSRF_HEADER]: standing.csrfToken }
    const own = { origin: 'http://127.0.0.1:8460', 'sec-fetch-site': 'same-origin' }
    expect(await ask({ method: 'POST', headers: { ...own, ...token } })).toMatchObject({ kind: 'somebody' })
    expect(await ask({ method: 'POST', headers: own })).toMatchObject({ kind: 'forged' })
    for (const foreign of [
      { origin: 'https://attacker.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      // Another port of the same machine is another program's page.
      { origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-site' },
    ])
      expect(await ask({ method: 'POST', headers: { ...foreign, ...token } })).toMatchObject({
        kind: 'forged',
      })
  })

  test('the hour is counted from the first start, over restarts, and a clock set back opens nothing', async () => {
    expect(await ask({})).toMatchObject({ kind: 'somebody' })
    await store.close()
    await clock.advance(HOUR_MS - 1)
    await open()
    expect(await ask({})).toMatchObject({ kind: 'somebody' })
    await clock.advance(1)
    const refused = await ask({})
    expect(refused).toMatchObject({ kind: 'nobody' })
    expect('reason' in refused && refused.reason).toContain('user add')
    await store.close()
    clock = createManualClock(START - HOUR_MS)
    await open()
    expect(await ask({})).toMatchObject({ kind: 'nobody' })
  })

  test('it runs also while nobody asks', async () => {
    await access.begin()
    await clock.advance(HOUR_MS)
    expect(await ask({})).toMatchObject({ kind: 'nobody' })
  })

  test('it ends with the first user', async () => {
    await addAdmin()
    expect(await ask({})).toMatchObject({ kind: 'nobody' })
  })
})

describe('the setup link', () => {
  const token = async () => (await access.begin())!.split('#')[1]!

  test('makes one admin, once, and is printed no more', async () => {
    const secret = await token()
    await access.setUp(secret, 'Ada', PASSWORD)
    expect(await access.users.list()).toMatchObject([{ name: 'ada', role: 'admin', domains: 'all' }])
    expect(await access.begin()).toBeUndefined()
    await expect(access.setUp(secret, 'eve', PASSWORD)).rejects.toThrow(AccessError)
  })

  test('two at once make one admin', async () => {
    const secret = await token()
    const both = await Promise.allSettled([
      access.setUp(secret, 'ada', PASSWORD),
      access.setUp(secret, 'bob', PASSWORD),
    ])
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await access.users.count()).toBe(1)
  })

  test('a wrong, an old and an empty one make nobody; a weak password does not spend it', async () => {
    const secret = await token()
    for (const wrong of ['', 'x', `${secret}x`, secret.toLowerCase()])
      await expect(access.setUp(wrong, 'eve', PASSWORD)).rejects.toThrow(AccessError)
    await expect(access.setUp(secret, 'ada', 'short')).rejects.toThrow('at least 10')
    await clock.advance(SETUP_LINK_SECONDS * 1000)
    await expect(access.setUp(secret, 'ada', PASSWORD)).rejects.toThrow('spent')
    expect(await access.users.count()).toBe(0)
  })
})

describe('signing in', () => {
  test('name and password give a session that lives over a restart, in any case of the name', async () => {
    await addAdmin()
    const { secret } = await access.signIn(' ADA ', PASSWORD, FROM)
    await store.close()
    await open()
    expect(await ask({ peer: '198.51.100.9', cookie: secret })).toMatchObject({
      principal: { kind: 'user', name: 'ada', role: 'admin' },
    })
  })

  test('a change by a session needs its own token', async () => {
    await addAdmin()
    const one = await access.signIn('ada', PASSWORD, FROM)
    const other = await access.signIn('ada', PASSWORD, FROM)
    const post = (csrf: string) =>
      ask({ method: 'DELETE', cookie: one.secret, headers: { [CSRF_HEADER]: csrf } })
    expect(await post(one.session.csrfToken)).toMatchObject({ kind: 'somebody' })
    expect(await post(other.session.csrfToken)).toMatchObject({ kind: 'forged' })
    expect(await post('')).toMatchObject({ kind: 'forged' })
  })

  test('a session ends idle, ends old however much it is used, and does not come back with an older clock', async () => {
    await addAdmin()
    const { secret } = await access.signIn('ada', PASSWORD, FROM)
    for (let day = 0; day < 27; day += 1) {
      await clock.advance(12 * HOUR_MS - 60_000)
      expect(await ask({ cookie: secret })).toMatchObject({ kind: 'somebody' })
    }
    await clock.advance(12 * HOUR_MS)
    expect(await ask({ cookie: secret })).toMatchObject({ kind: 'nobody' })
    const again = await access.signIn('ada', PASSWORD, FROM)
    await clock.advance(12 * HOUR_MS)
    expect(await ask({ cookie: again.secret })).toMatchObject({ kind: 'nobody' })
  })

  test('an open stream that looks whether it may go on keeps no session awake', async () => {
    await addAdmin()
    const { secret } = await access.signIn('ada', PASSWORD, FROM)
    const look = () => access.identify(signs({ cookie: secret }), 'looks-again')
    for (let hour = 0; hour < 11; hour += 1) {
      await clock.advance(HOUR_MS)
      expect(await look()).toMatchObject({ kind: 'somebody' })
    }
    await clock.advance(HOUR_MS)
    expect(await look()).toMatchObject({ kind: 'nobody' })
  })

  test('a new password ends the other sessions and keeps this one', async () => {
    const { userId } = await addAdmin()
    const here = await access.signIn('ada', PASSWORD, FROM)
    const there = await access.signIn('ada', PASSWORD, FROM)
    await access.users.setPassword(userId, 'another long sentence', here.session.sessionHash)
    expect(await ask({ cookie: here.secret })).toMatchObject({ kind: 'somebody' })
    expect(await ask({ cookie: there.secret })).toMatchObject({ kind: 'nobody' })
    await expect(access.signIn('ada', PASSWORD, FROM)).rejects.toThrow('wrong')
  })

  test('neither names nor hostile text tell by the error which user exists', async () => {
    await addAdmin()
    const tries = ['ada', 'bob', '', 'a'.repeat(10_000), 'ada\u0000', 'ad\u202ea', "' or 1=1 --"]
    const errors = await Promise.all(
      tries.map(name => access.signIn(name, 'not the password', FROM).catch(codeOf)),
    )
    expect(new Set(errors)).toEqual(new Set(['access/wrong-password']))
  })

  test('guessing at a name from one place has to wait, longer each time, and the user elsewhere gets in soon', async () => {
    await addAdmin()
    const guess = () => access.signIn('ada', 'not the password', FROM).catch(codeOf)
    for (let count = 0; count < 5; count += 1) expect(await guess()).toBe('access/wrong-password')
    expect(await guess()).toBe('access/slow-down')
    // Even the right password waits there.
    expect(await access.signIn('ada', PASSWORD, FROM).catch(codeOf)).toBe('access/slow-down')
    await access.signIn('ada', PASSWORD, { ...FROM, ip: '203.0.113.5' })
    await clock.advance(1_000)
    expect(await guess()).toBe('access/wrong-password')
    expect(await guess()).toBe('access/slow-down')
    await clock.advance(1_000)
    expect(await guess()).toBe('access/slow-down')
    await clock.advance(900_000)
    await access.signIn('ada', PASSWORD, FROM)
  })

  test('many attempts at once cannot slip past the limit together', async () => {
    await addAdmin()
    const errors = await Promise.all(
      Array.from({ length: 30 }, () => access.signIn('ada', 'not the password', FROM).catch(codeOf)),
    )
    expect(errors.filter(code => code === 'access/wrong-password')).toHaveLength(5)
  })

  test('a flood from many places never keeps the user out for more than ten seconds', async () => {
    await addAdmin()
    for (let place = 0; place < 30; place += 1) {
      await clock.advance(11_000)
      await access.signIn('ada', 'guess', { ...FROM, ip: `198.51.100.${place}` }).catch(() => {})
    }
    await clock.advance(10_000)
    await access.signIn('ada', PASSWORD, { ...FROM, ip: '203.0.113.5' })
  })

  test('nor where the user was in from before, however fast others guess', async () => {
    await addAdmin()
    await access.signIn('ada', PASSWORD, FROM)
    for (let place = 0; place < 60; place += 1)
      await access.signIn('ada', 'guess', { ...FROM, ip: `198.51.100.${place}` }).catch(() => {})
    expect(await access.signIn('ada', PASSWORD, { ...FROM, ip: '203.0.113.5' }).catch(codeOf)).toBe(
      'access/slow-down',
    )
    await access.signIn('ada', PASSWORD, FROM)
    // Who guesses there is slowed down as anywhere.
    const guess = () => access.signIn('ada', 'guess', FROM).catch(codeOf)
    for (let count = 0; count < 5; count += 1) expect(await guess()).toBe('access/wrong-password')
    expect(await guess()).toBe('access/slow-down')
  })

  test('thirty people behind one address can all sign in, again and again', async () => {
    await addAdmin()
    for (let time = 0; time < 30; time += 1) await access.signIn('ada', PASSWORD, FROM)
  })

  test('where many guess behind one address, whoever knows the password does not have to wait the longer', async () => {
    await addAdmin()
    for (let guess = 0; guess < 24; guess += 1) {
      await clock.advance(900_000 / 24)
      await access.signIn(`nobody${guess}`, 'guess', FROM).catch(() => {})
    }
    await clock.advance(900_000)
    for (let time = 0; time < 10; time += 1) {
      await clock.advance(16_000)
      await access.signIn('ada', PASSWORD, FROM)
    }
  })

  test('a right password between guesses makes none of them count sooner', async () => {
    await addAdmin()
    await access.users.add({ name: 'eve', password: PASSWORD, role: 'viewer', domains: [] })
    const guess = (name: string) => access.signIn(name, 'guess', FROM).catch(codeOf)
    for (let each = 0; each < 19; each += 1) await guess(`nobody${each}`)
    // Both are under way at once: the guess counts, and stays counted when the other is found right.
    await Promise.all([guess('ada'), access.signIn('eve', PASSWORD, FROM).catch(codeOf)])
    expect(await guess('ada')).toBe('access/slow-down')
  })

  test('addresses of one IPv6 network are one place', async () => {
    await addAdmin()
    const guess = (tail: string) =>
      access.signIn('ada', 'guess', { ...FROM, ip: `2001:db8:0:1::${tail}` }).catch(codeOf)
    for (const tail of ['1', '2', '3', '4:5', 'ffff:1'])
      expect(await guess(tail)).toBe('access/wrong-password')
    expect(await guess('6')).toBe('access/slow-down')
  })
})

test('while the database cannot be written, who is signed in and what has a token can still look', async () => {
  const { userId } = await addAdmin()
  const { secret } = await access.signIn('ada', PASSWORD, FROM)
  const { text } = await access.tokens.create(userId, {
    ...{ name: 'monitor', scopes: ['status:read'], domains: 'all', expiresAt: undefined },
  })
  await store.read(db => sql`pragma query_only = on`.execute(db))
  await clock.advance(HOUR_MS)
  expect(await ask({ cookie: secret })).toMatchObject({ principal: { name: 'ada' } })
  expect(await ask({ headers: { authorization: `Bearer ${text}` } })).toMatchObject({
    principal: { name: 'ada/monitor' },
  })
  expect(store.state.kind).toBe('not-writable')
})

describe('tokens', () => {
  const create = (userId: number, change: object = {}) =>
    access.tokens.create(userId, {
      name: 'backup',
      scopes: ['reports:read'],
      domains: 'all',
      expiresAt: undefined,
      ...change,
    })
  const use = (text: string) => ask({ peer: '203.0.113.1', headers: { authorization: `Bearer ${text}` } })

  test('a token is its user, bounded by its scopes, and needs no CSRF token', async () => {
    const { userId } = await addAdmin()
    const { text } = await create(userId)
    const found = await ask({
      method: 'POST',
      peer: '203.0.113.1',
      headers: { authorization: `Bearer ${text}`, origin: 'https://elsewhere.example' },
    })
    expect(found).toMatchObject({ principal: { kind: 'token', name: 'ada/backup', domains: 'all' } })
    expect('principal' in found && found.principal.scopes).toEqual(new Set(['reports:read']))
  })

  test('a token never does more than its user may at that moment', async () => {
    await addAdmin()
    const { userId } = await access.users.add({
      name: 'cy',
      password: PASSWORD,
      role: 'operator',
      domains: ['a.example', 'b.example'],
    })
    const { text } = await create(userId, { domains: ['b.example', 'c.example'] })
    const domains = async () => {
      const found = await use(text)
      return 'principal' in found ? found.principal.domains : found.kind
    }
    expect(await domains()).toEqual(new Set(['b.example']))
    await access.users.update(userId, { domains: ['a.example'], role: 'viewer' })
    expect(await domains()).toEqual(new Set())
    await access.users.remove(userId)
    expect(await domains()).toBe('nobody')
  })

  test('an expired, a revoked and a made-up one are nobody, even at the machine in the first hour', async () => {
    const { userId } = await addAdmin()
    const { text, token } = await create(userId, { expiresAt: START + 1_000 })
    const other = await create(userId)
    await clock.advance(1_000)
    expect(await use(text)).toMatchObject({ kind: 'nobody' })
    expect(await access.tokens.revoke(other.token.tokenId, userId)).toBe(true)
    expect(await use(other.text)).toMatchObject({ kind: 'nobody' })
    expect(await access.tokens.revoke(token.tokenId, userId + 1)).toBe(false)
    for (const made of ['spt_', 'x', 'spt_%00', "spt_' or 1=1"])
      expect(await use(made)).toMatchObject({ kind: 'nobody' })
  })
})

describe('users', () => {
  test('the last admin of all domains can be neither removed nor demoted nor bounded', async () => {
    const { userId } = await addAdmin()
    await access.users.add({ name: 'part', password: PASSWORD, role: 'admin', domains: ['a.example'] })
    for (const change of [{ role: 'operator' as const }, { domains: ['a.example'] }])
      expect(await access.users.update(userId, change).catch(codeOf)).toBe('access/last-admin')
    expect(await access.users.remove(userId).catch(codeOf)).toBe('access/last-admin')
    expect(await access.users.get(userId)).toMatchObject({ role: 'admin', domains: 'all' })
  })

  test('the first must be an admin, or nobody could go on', async () => {
    const first = { name: 'vi', password: PASSWORD, role: 'viewer' as const, domains: 'all' as const }
    expect(await access.users.add(first).catch(codeOf)).toBe('access/last-admin')
    const bounded = { ...first, role: 'admin' as const, domains: ['a.example'] }
    expect(await access.users.add(bounded).catch(codeOf)).toBe('access/last-admin')
    expect(await access.users.count()).toBe(0)
  })

  test('two admins who demote each other at once leave one', async () => {
    const one = await addAdmin()
    const two = await access.users.add({ name: 'bob', password: PASSWORD, role: 'admin', domains: 'all' })
    const both = await Promise.allSettled([
      access.users.update(one.userId, { role: 'viewer' }),
      access.users.update(two.userId, { role: 'viewer' }),
    ])
    expect(both.filter(({ status }) => status === 'rejected')).toHaveLength(1)
  })

  test.each([
    ['Ada', 'access/name-taken'],
    ['', 'access/bad-name'],
    ['a b', 'access/bad-name'],
    ['a\u0000', 'access/bad-name'],
    ['\u202eada', 'access/bad-name'],
    ['<script>', 'access/bad-name'],
    ['a'.repeat(121), 'access/bad-name'],
    ['x'.repeat(1_000_000), 'access/bad-name'],
  ])('the name %j is refused', async (name, code) => {
    await addAdmin()
    const adding = access.users.add({ name, password: PASSWORD, role: 'viewer', domains: 'all' })
    expect(await adding.catch(codeOf)).toBe(code)
  })

  test('domains are folded and what is none is refused', async () => {
    await addAdmin()
    const user = await access.users.add({
      name: 'cy',
      password: undefined,
      role: 'viewer',
      domains: ['B.Example', 'a.example', 'b.example.'],
    })
    expect(user.domains).toEqual(['a.example', 'b.example'])
    expect(await access.users.update(user.userId, { domains: ['no domain'] }).catch(codeOf)).toBe(
      'access/bad-domain',
    )
    // Without a password nobody signs in by one.
    expect(await access.signIn('cy', '', FROM).catch(codeOf)).toBe('access/wrong-password')
  })

  test('no password, cookie or token can be read from the database', async () => {
    const { userId } = await addAdmin()
    const { secret } = await access.signIn('ada', PASSWORD, FROM)
    const { text } = await access.tokens.create(userId, {
      name: 't',
      scopes: ['reports:read'],
      domains: 'all',
      expiresAt: undefined,
    })
    const dump = JSON.stringify(
      await store.read(async db => [
        await db.selectFrom('users').selectAll().execute(),
        await db.selectFrom('sessions').selectAll().execute(),
        await db.selectFrom('api_tokens').selectAll().execute(),
        await db.selectFrom('audit_log').selectAll().execute(),
      ]),
    )
    for (const known of [PASSWORD, secret, text, text.slice(4)]) expect(dump).not.toContain(known)
  })
})

describe('the log of changes', () => {
  test('sign-ins, refused ones too, are told with the place; old entries go', async () => {
    await addAdmin()
    await access.signIn('ada', 'wrong wrong', FROM).catch(() => {})
    // A password in the field of the name is not kept.
    await access.signIn(PASSWORD, 'ada', FROM).catch(() => {})
    await access.signIn('ada', PASSWORD, FROM)
    expect(await access.auditLog.list({ limit: 10 })).toMatchObject([
      { action: 'session.begin', who: 'ada', subject: 'ada', ip: FROM.ip },
      { action: 'session.refuse', who: '', subject: 'no such user' },
      { action: 'session.refuse', who: '', subject: 'ada' },
    ])
    await clock.advance(2 * 86_400_000)
    await access.audit({ principal: { name: 'ada' }, ip: FROM.ip, action: 'x', subject: 's' })
    expect(await access.auditLog.list({ limit: 10 })).toMatchObject([{ action: 'x' }])
  })

  test('hostile lengths are cut', async () => {
    await access.audit({
      principal: undefined,
      ip: '::1',
      action: 'session.refuse',
      subject: 'a'.repeat(1_000_000),
      detail: { text: 'b'.repeat(1_000_000) },
    })
    const [entry] = await access.auditLog.list({ limit: 1 })
    expect(JSON.stringify(entry).length).toBeLessThan(1_000)
  })
})
