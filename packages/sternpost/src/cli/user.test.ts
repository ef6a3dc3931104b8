import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AuditLog, TokenStore, UserStore } from '../access/index.ts'
import { createSteadyClock } from '../base/index.ts'
import { Store } from '../store/index.ts'
import type { CommandIo } from './command-io.ts'
import { runSternpost } from './testing/run-sternpost.ts'

const PASSWORD = 'a long sentence of words'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-user-'))
  writeFileSync(join(folder, 'sternpost.yaml'), 'data: data\nlog: { level: silent }\n')
})
afterEach(() => rmSync(folder, { recursive: true }))

const typed = (...answers: string[]): Partial<CommandIo> => ({
  askHidden: async () => answers.shift(),
  env: { USER: 'ada' },
})
const run = (argv: string[], more: Partial<CommandIo> = typed(PASSWORD, PASSWORD)) =>
  runSternpost(folder, ['user', ...argv], more)
const shown = async (...argv: string[]) => JSON.parse((await run([...argv, '--json'])).out)

/** The database as a daemon beside the command sees it. */
async function beside<T>(look: (store: Store) => Promise<T>): Promise<T> {
  const store = new Store({ dataDir: join(folder, 'data'), clock: createSteadyClock(), onNotice: () => {} })
  await store.open()
  try {
    return await look(store)
  } finally {
    await store.close()
  }
}

const signsIn = (name: string, password: string) =>
  beside(
    async store => (await new UserStore(store, createSteadyClock()).verify(name, password)) !== undefined,
  )

describe('user add', () => {
  test('adds an admin whose password was typed twice', async () => {
    const { out, code } = await run(['add', 'Ada', '--role', 'admin'])
    expect(out).toBe('ada may sign in with a password: admin, domains: all.\n')
    expect(code).toBe(0)
    expect(await signsIn('ada', PASSWORD)).toBe(true)
    expect(await signsIn('ada', `${PASSWORD} `)).toBe(false)
  })

  test('takes the password from a pipe, and tells nothing of it', async () => {
    const io = { readLine: async () => PASSWORD }
    const { out, err } = await run(['add', 'ada', '--role', 'admin', '--password-stdin', '--json'], io)
    expect(JSON.parse(out)).toMatchObject({ name: 'ada', role: 'admin', domains: 'all', hasPassword: true })
    expect(out + err).not.toContain(PASSWORD)
    expect(await signsIn('ada', PASSWORD)).toBe(true)
  })

  test.each([
    ['two different passwords', ['add', 'ada'], typed(PASSWORD, 'another sentence'), 'not the same'],
    ['nobody to ask', ['add', 'ada'], typed(), '--password-stdin'],
    ['a password anybody guesses', ['add', 'ada'], typed('12345', '12345'), 'access/weak-password'],
    ['a name that breaks a line', ['add', 'a\nb'], typed(PASSWORD, PASSWORD), 'access/bad-name'],
    ['a name that runs backwards', ['add', 'a\u202eb'], typed(PASSWORD, PASSWORD), 'access/bad-name'],
    ['a name of 10 kB', ['add', 'a'.repeat(10_000)], typed(PASSWORD, PASSWORD), 'access/bad-name'],
    ['no domain', ['add', 'ada', '--domain', 'a b'], typed(PASSWORD, PASSWORD), 'access/bad-domain'],
    ['another role', ['add', 'ada', '--role', 'root'], typed(PASSWORD, PASSWORD), 'Allowed choices'],
  ])('adds nobody with %s', async (_what, argv, io, words) => {
    const { err, code } = await run(argv, io)
    expect(err).toContain(words)
    expect(code).toBe(2)
    expect(await shown('list').catch(() => ({ users: [] }))).toEqual({ users: [] })
  })

  test('takes nobody but an admin as the first', async () => {
    const { err, code } = await run(['add', 'vi'])
    expect(err).toContain('the first user must be an admin of all domains [access/last-admin]')
    expect(code).toBe(1)
  })

  test('does not take a name twice, however it is written', async () => {
    await run(['add', 'ada', '--role', 'admin'])
    const { err, code } = await run(['add', 'ADA'])
    expect(err).toContain('there is a user ada already [access/name-taken]')
    expect(code).toBe(1)
  })

  test('adds somebody for OpenID Connect, whom no password lets in', async () => {
    await run(['add', 'ada', '--role', 'admin'])
    await run(['add', 'bo', '--no-password', '--domain', 'B.example', '--domain', 'a.example'])
    expect(await shown('list')).toMatchObject({
      users: [{ name: 'ada' }, { name: 'bo', domains: ['a.example', 'b.example'], hasPassword: false }],
    })
    expect(await signsIn('bo', '')).toBe(false)
  })
})

describe('user set and remove', () => {
  test('change the role, the domains and the password', async () => {
    await run(['add', 'ada', '--role', 'admin'])
    await run(['add', 'bo'])
    expect((await run(['set', 'bo', '--role', 'operator', '--domain', 'b.example'])).out).toBe(
      'bo: operator, domains: b.example.\n',
    )
    const { out } = await run(
      ['set', 'bo', '--password', '--all-domains'],
      typed('another long one', 'another long one'),
    )
    expect(out).toContain('all sessions have ended')
    expect(await signsIn('bo', 'another long one')).toBe(true)
    expect(await signsIn('bo', PASSWORD)).toBe(false)
  })

  test.each([
    [['set', 'ada', '--role', 'viewer']],
    [['set', 'ada', '--domain', 'a.example']],
    [['remove', 'ada']],
  ])('the last admin stays: %j', async argv => {
    await run(['add', 'ada', '--role', 'admin'])
    await run(['add', 'bo', '--role', 'admin', '--domain', 'b.example'])
    const { err, code } = await run(argv)
    expect(err).toContain('[access/last-admin]')
    expect(code).toBe(1)
    expect((await shown('list')).users[0]).toMatchObject({ name: 'ada', role: 'admin', domains: 'all' })
  })

  test('say who is not there', async () => {
    await run(['add', 'ada', '--role', 'admin'])
    const { err, code } = await run(['remove', 'eve'])
    expect(err).toContain('there is no user "eve" [access/no-such-user]')
    expect(code).toBe(1)
    expect((await run(['set', 'ada'])).code).toBe(2)
  })
})

describe('user token', () => {
  beforeEach(() => run(['add', 'ada', '--role', 'admin']))

  test('prints a token once, which holds as long as was said', async () => {
    const { out, err, code } = await run(['token', 'add', 'ada', 'monitoring', '--scope', 'status:read'])
    expect(code).toBe(0)
    expect(out).toMatch(/^spt_[\w-]{43}\n$/)
    expect(err).toContain('This is shown once.')
    const listed = await run(['token', 'list'])
    expect(listed.out).not.toContain(out.trim())
    const { tokens } = await shown('token', 'list', 'ada')
    expect(tokens).toMatchObject([
      { id: 1, user: 'ada', name: 'monitoring', scopes: ['status:read'], domains: 'all' },
    ])
    expect(Date.parse(tokens[0].expiresAt) - Date.parse(tokens[0].createdAt)).toBeCloseTo(90 * 86_400_000, -4)
    await beside(async store => {
      expect(await new TokenStore(store, createSteadyClock()).use(out.trim())).toMatchObject({ tokenId: 1 })
    })
  })

  test('revoke ends it', async () => {
    const { token } = await shown('token', 'add', 'ada', 'x', '--scope', 'reports:read', '--expires', 'never')
    expect((await run(['token', 'revoke', '1'])).out).toBe('Token 1 works no more.\n')
    await beside(async store => {
      expect(await new TokenStore(store, createSteadyClock()).use(token)).toBeUndefined()
    })
    expect((await run(['token', 'revoke', '1'])).code).toBe(1)
  })

  test.each([
    [['token', 'add', 'ada', 'x'], '--scope'],
    [['token', 'add', 'ada', 'x', '--scope', 'everything'], 'is no scope'],
    [['token', 'add', 'ada', 'x', '--scope', 'status:read', '--expires', 'soon'], '90d'],
    [['token', 'add', 'ada', '\u0007', '--scope', 'status:read'], 'access/bad-name'],
    [['token', 'revoke', 'all'], 'no number'],
  ])('refuses %j', async (argv, words) => {
    const { err, code } = await run(argv)
    expect(err).toContain(words)
    expect(code).toBe(2)
    expect(await shown('token', 'list')).toEqual({ tokens: [] })
  })
})

test('every change is in the log with who ordered it', async () => {
  await run(['add', 'ada', '--role', 'admin'])
  await run(['token', 'add', 'ada', 'x', '--scope', 'status:read'])
  const records = await beside(store => new AuditLog(store, createSteadyClock(), 86_400).list({ limit: 10 }))
  expect(records.map(({ who, action, subject }) => [who, action, subject])).toEqual([
    ['cli:ada', 'token.add', 'ada/x'],
    ['cli:ada', 'user.add', 'ada'],
  ])
  expect(JSON.stringify(records)).not.toContain(PASSWORD)
})
