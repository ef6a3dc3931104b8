import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualClock } from '@sternpost/lab'
import { type FastifyInstance, fastify } from 'fastify'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AccessControl, type OidcSettings, OidcSignIn } from '../access/index.ts'
import { startTestProvider, type TestProvider } from '../access/testing/index.ts'
import { createLogger } from '../log/index.ts'
import { Store } from '../store/index.ts'
import { auditContract } from './contract/audit.ts'
import { oidcContract } from './contract/oidc.ts'
import { sessionContract } from './contract/session.ts'
import { usersContract } from './contract/users.ts'
import { auditHandlers } from './handlers/audit.ts'
import { oidcHandlers } from './handlers/oidc.ts'
import { sessionHandlers } from './handlers/session.ts'
import { usersHandlers } from './handlers/users.ts'
import { registerApi } from './register-api.ts'

const ORIGIN = 'http://sternpost.example'
const PASSWORD = 'a long sentence of words'
const HOUR_MS = 3_600_000

let folder = ''
let clock: ReturnType<typeof createManualClock>
let app: FastifyInstance
let store: Store
let access: AccessControl
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-access-'))
  clock = createManualClock(Date.now())
  await start()
})
afterEach(async () => {
  await stop()
  rmSync(folder, { recursive: true })
})

async function start(oidc?: OidcSettings): Promise<void> {
  store = new Store({ dataDir: folder, clock, onNotice: () => {} })
  await store.open()
  const log = createLogger({ level: 'silent', format: 'json' }, { isTerminal: false, color: false })
  access = new AccessControl({
    store,
    clock,
    log,
    settings: {
      sessions: { idleSeconds: 3_600, absoluteSeconds: 86_400 },
      loopbackGraceSeconds: 3_600,
      auditRetentionSeconds: 86_400,
    },
  })
  const services = {
    access,
    oidc: oidc === undefined ? undefined : new OidcSignIn({ settings: oidc, users: access.users, clock }),
    publicUrl: () => ORIGIN,
  }
  app = fastify()
  registerApi(app, {
    contract: { ...auditContract, ...oidcContract, ...sessionContract, ...usersContract },
    handlers: {
      ...auditHandlers(services),
      ...oidcHandlers(services),
      ...sessionHandlers(services),
      ...usersHandlers(services),
    },
    gate: access,
    log,
  })
  await app.ready()
}

async function stop(): Promise<void> {
  await app.close()
  await store.close()
}

/** A browser: it keeps cookies, and says where its requests come from. */
class Browser {
  readonly cookies = new Map<string, string>()
  csrfToken = ''
  headers: Record<string, string> = {
    host: 'sternpost.example',
    origin: ORIGIN,
    'sec-fetch-site': 'same-origin',
  }
  peer = '192.0.2.7'

  async call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) {
    const answer = await app.inject({
      method,
      url: `/api/v1${path}`,
      remoteAddress: this.peer,
      headers: {
        ...this.headers,
        ...(this.cookies.size === 0
          ? {}
          : { cookie: [...this.cookies].map(each => each.join('=')).join('; ') }),
        ...(this.csrfToken === '' ? {} : { 'x-csrf-token': this.csrfToken }),
      },
      ...(body === undefined ? {} : { payload: body }),
    })
    for (const { name, value, maxAge } of answer.cookies)
      maxAge === 0 ? this.cookies.delete(name) : this.cookies.set(name, value)
    const json = answer.body === '' ? undefined : answer.json()
    if (typeof json?.csrfToken === 'string') this.csrfToken = json.csrfToken
    return { status: answer.statusCode, json, headers: answer.headers }
  }
}

async function setUp(browser: Browser) {
  const token = (await access.begin())?.split('#')[1] ?? ''
  return browser.call('POST', '/setup', { token, name: 'ada', password: PASSWORD })
}

describe('the setup link', () => {
  test('makes the first admin once, and signs in', async () => {
    const browser = new Browser()
    const token = (await access.begin())?.split('#')[1] ?? ''
    const { status, json, headers } = await setUp(browser)
    expect(status).toBe(201)
    expect(json).toMatchObject({ kind: 'signed-in', user: { name: 'ada', role: 'admin', domains: 'all' } })
    expect(headers['set-cookie']).toMatch(/HttpOnly; SameSite=Lax/)
    expect((await browser.call('GET', '/users')).status).toBe(200)
    const again = await new Browser().call('POST', '/setup', { token, name: 'eve', password: PASSWORD })
    expect(again).toMatchObject({ status: 403, json: { code: 'access/setup-link' } })
    expect(await access.begin()).toBeUndefined()
  })

  test('is none for who guesses, nor after a day', async () => {
    const wrong = { token: 'x'.repeat(43), name: 'eve', password: PASSWORD }
    expect((await new Browser().call('POST', '/setup', wrong)).status).toBe(403)
    await clock.advance(25 * HOUR_MS)
    expect((await setUp(new Browser())).status).toBe(403)
    expect(await access.users.count()).toBe(0)
  })
})

describe('a session', () => {
  test('outlives a restart, and ends when idle', async () => {
    const browser = new Browser()
    await setUp(browser)
    await stop()
    await start()
    expect((await browser.call('GET', '/users')).status).toBe(200)
    await clock.advance(2 * HOUR_MS)
    expect(await browser.call('GET', '/users')).toMatchObject({
      status: 401,
      json: { code: 'api/not-signed-in' },
    })
  })

  test('changes nothing for a page of another site, nor without its token', async () => {
    const browser = new Browser()
    await setUp(browser)
    const body = { name: 'bo', password: PASSWORD, role: 'viewer' }
    const token = browser.csrfToken
    browser.csrfToken = ''
    expect(await browser.call('POST', '/users', body)).toMatchObject({
      status: 403,
      json: { code: 'api/csrf' },
    })
    browser.csrfToken = token
    browser.headers = { ...browser.headers, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    expect((await browser.call('POST', '/users', body)).status).toBe(403)
    expect(await access.users.count()).toBe(1)
  })

  test('can be begun in a window that does not know of the one that another window began', async () => {
    const [one, other] = [new Browser(), new Browser()]
    await setUp(one)
    for (const [name, value] of one.cookies) other.cookies.set(name, value)
    expect(await other.call('POST', '/session', { name: 'ada', password: PASSWORD })).toMatchObject({
      status: 200,
      json: { kind: 'signed-in' },
    })
    other.csrfToken = ''
    expect((await other.call('DELETE', '/session')).status).toBe(403)
    other.headers.origin = 'https://elsewhere.example'
    expect((await other.call('POST', '/session', { name: 'ada', password: PASSWORD })).status).toBe(403)
  })

  test('that is begun again in a browser ends the one before', async () => {
    const browser = new Browser()
    await setUp(browser)
    const before = new Browser()
    for (const [name, value] of browser.cookies) before.cookies.set(name, value)
    expect((await before.call('GET', '/session')).json).toMatchObject({ kind: 'signed-in' })
    expect((await browser.call('POST', '/session', { name: 'ada', password: PASSWORD })).status).toBe(200)
    expect((await before.call('GET', '/session')).json).toMatchObject({ kind: 'signed-out' })
    expect((await browser.call('GET', '/sessions')).json).toMatchObject({ items: [{ isCurrent: true }] })
  })

  test('is refused slower and slower for who guesses, and let in again afterwards', async () => {
    await setUp(new Browser())
    const guess = () => new Browser().call('POST', '/session', { name: 'ada', password: 'a wrong sentence' })
    for (let count = 0; count < 5; count += 1)
      expect(await guess()).toMatchObject({ status: 401, json: { code: 'access/wrong-password' } })
    const slow = await guess()
    expect(slow).toMatchObject({ status: 429, json: { code: 'access/slow-down' } })
    expect(Number(slow.headers['retry-after'])).toBeGreaterThan(0)
    await clock.advance(HOUR_MS)
    const right = { name: 'Ada', password: PASSWORD }
    expect((await new Browser().call('POST', '/session', right)).status).toBe(200)
  })
})

describe('the first hour', () => {
  const atTheMachine = (more: Record<string, string> = {}) => {
    const browser = new Browser()
    browser.peer = '127.0.0.1'
    browser.headers = { host: '127.0.0.1:8460', ...more }
    return browser.call('GET', '/users')
  }

  test('is for the machine itself alone', async () => {
    expect((await atTheMachine()).status).toBe(200)
    expect((await new Browser().call('GET', '/users')).status).toBe(401)
  })

  test.each([
    { host: 'rebound.example' },
    { 'x-forwarded-for': '203.0.113.9' },
    { forwarded: 'for=203.0.113.9' },
    { via: '1.1 proxy' },
  ])('is not for strangers behind a proxy or a name that leads here: %j', async headers => {
    expect((await atTheMachine(headers)).status).toBe(401)
  })

  test('ends, also over a restart and with a clock that went back', async () => {
    await atTheMachine()
    await clock.advance(HOUR_MS + 1)
    expect((await atTheMachine()).status).toBe(401)
    await stop()
    await start()
    expect((await atTheMachine()).json).toMatchObject({ code: 'api/not-signed-in' })
    clock.jump(-2 * HOUR_MS)
    expect((await atTheMachine()).status).toBe(401)
  })
})

describe('OpenID Connect', () => {
  let provider: TestProvider
  beforeEach(async () => {
    provider = await startTestProvider({
      redirectUri: `${ORIGIN}/sign-in/oidc`,
      clientSecret: 'for the other client',
    })
  })
  afterEach(() => provider.close())

  const settings = (): OidcSettings => ({
    issuer: provider.issuer,
    label: 'Example ID',
    clientId: 'public',
    clientSecretFile: undefined,
    scopes: ['openid', 'profile'],
    nameClaim: 'preferred_username',
    unknownUsers: 'add',
    roleClaim: 'groups',
    roles: { viewer: ['staff'], operator: ['operators'], admin: ['admins'] },
    domainsClaim: 'mail_domains',
  })

  async function signIn(account: string, browser = new Browser()) {
    const { json } = await browser.call('POST', '/session/oidc')
    const query = String(await provider.signIn(json.url, account))
    return browser.call('POST', '/session/oidc/finish', { query })
  }

  test('adds a user with the role and domains of the claims, and follows them', async () => {
    await setUp(new Browser())
    await stop()
    await start(settings())
    provider.claims.set('bo', { groups: ['staff'], mail_domains: ['b.example'] })
    const user = { name: 'bo', role: 'viewer', domains: ['b.example'], hasPassword: false }
    expect((await signIn('bo')).json).toMatchObject({ kind: 'signed-in', user })
    provider.claims.set('bo', { preferred_username: 'ada', groups: ['operators'], mail_domains: ['*'] })
    expect((await signIn('bo')).json).toMatchObject({
      user: { name: 'bo', role: 'operator', domains: 'all' },
    })
  })

  test('makes nobody the user of a name who has a password here', async () => {
    await setUp(new Browser())
    await stop()
    await start(settings())
    provider.claims.set('eve', { preferred_username: 'ada', groups: ['admins'], mail_domains: ['*'] })
    expect(await signIn('eve')).toMatchObject({
      status: 403,
      json: { detail: expect.stringContaining('password') },
    })
  })

  test('lets nobody in without a role, nor with the answer of another browser', async () => {
    await stop()
    await start(settings())
    provider.claims.set('eve', { groups: [] })
    expect((await signIn('eve')).status).toBe(403)
    const [begun, other] = [new Browser(), new Browser()]
    const { json } = await begun.call('POST', '/session/oidc')
    const query = String(await provider.signIn(json.url, 'bo'))
    expect((await other.call('POST', '/session/oidc/finish', { query })).status).toBe(403)
    expect(await access.users.count()).toBe(0)
  })

  test('is refused slower and slower for who brings made-up answers, and fills no log with them', async () => {
    await stop()
    await start(settings())
    provider.claims.set('bo', { groups: ['staff'], mail_domains: ['b.example'] })
    await setUp(new Browser())
    const stranger = new Browser()
    const finish = async () => {
      await stranger.call('POST', '/session/oidc')
      return (await stranger.call('POST', '/session/oidc/finish', { query: 'code=x&state=y' })).status
    }
    const statuses: number[] = []
    for (let time = 0; time < 25; time += 1) statuses.push(await finish())
    expect(statuses.filter(status => status === 403)).toHaveLength(20)
    expect(statuses.at(-1)).toBe(429)
    expect(await access.auditLog.list({ limit: 100, action: 'session.refuse' })).toHaveLength(20)
    const elsewhere = new Browser()
    elsewhere.peer = '198.51.100.1'
    expect((await signIn('bo', elsewhere)).status).toBe(200)
  })
})
