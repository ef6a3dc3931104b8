import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exitCode } from './exit-code.ts'
import { type LabDaemon, startLabDaemon } from './testing/lab-daemon.ts'
import { runSternpost } from './testing/run-sternpost.ts'

let world: LabDaemon
let viewer = ''
let customer = ''
let admin = ''

beforeAll(async () => {
  world = await startLabDaemon(
    {
      domains: {
        'bogus.example': { dnssec: 'bogus', mx: 'null-mx' },
        'good.example': { dnssec: 'secure', mx: { 'mx1.good.example': {} } },
        'other.example': { mx: { 'mx.other.example': {} } },
      },
    },
    'publish: { rollout: { minDays: 7 } }\n',
  )
  await run('domain', 'add', 'good.example', '--mx', 'mx1.good.example')
  await run('domain', 'add', 'other.example', '--mx', 'mx.other.example')
  // Held, so that what is told is the same a second later.
  for (const domain of ['good.example', 'other.example']) {
    await run('rollout', 'advance', domain, '--no-wait')
    await run('rollout', 'hold', domain, '--reason', 'a test')
  }
  const password = { readLine: async () => 'a password of a test' }
  await runSternpost(world.folder, ['user', 'add', 'ada', '--role', 'admin', '--password-stdin'], password)
  await runSternpost(
    world.folder,
    ['user', 'add', 'carl', '--role', 'operator', '--domain', 'good.example', '--password-stdin'],
    password,
  )
  viewer = await tokenOf('ada', 'domains:read')
  customer = await tokenOf('carl', 'domains:read', 'domains:write')
  admin = await tokenOf('ada', 'domains:read', 'domains:write')
})
afterAll(() => world.close())

const run = (...argv: string[]) => runSternpost(world.folder, argv)
const by = (token: string, ...argv: string[]) =>
  runSternpost(world.folder, [...argv, '--server', world.url], { env: { STERNPOST_TOKEN: token } })

async function tokenOf(user: string, ...scopes: string[]): Promise<string> {
  const options = scopes.flatMap(scope => ['--scope', scope])
  const { out } = await run('user', 'token', 'add', user, scopes.join('+'), ...options, '--json')
  return (JSON.parse(out) as { token: string }).token
}

/** What hangs on the second in which a command was given. */
const timeless = (text: string) =>
  text.replace(/[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]{5,12}Z?/g, 'TIME').replace(/\b[0-9]{14}\b/g, 'ID')

/** The same command here and there tells the same. */
async function same(...argv: string[]) {
  const [here, there] = [await run(...argv), await by(admin, ...argv)]
  const told = ({ out, err, code }: typeof here) => ({ argv, out: timeless(out), err, code })
  expect(told(there)).toEqual(told(here))
  return there
}

describe('roll-outs of a daemon elsewhere', () => {
  test('are listed as here, page by page and by what they are at', async () => {
    expect((await same('rollout')).out).toContain('2 held')
    await same('rollout', '--json')
    expect((await same('rollout', '--limit', '1')).out).toContain('More: add --after good.example')
    expect((await same('rollout', '--after', 'good.example')).out).not.toContain('good.example')
    await same('rollout', '--stage', 'enforced', '--json')
    expect(await same('rollout', '--stage', 'nowhere')).toMatchObject({ code: exitCode.usage })
    await same('rollout', '--alarms')
  })

  test('are planned as here', async () => {
    const plan = ['rollout', 'plan', 'good.example', '--mx', 'mx1.good.example', 'mx2.good.example']
    expect((await same(...plan)).out).toContain('The order that breaks nothing')
    await same(...plan, '--json')
    expect(await same('rollout', 'plan', 'good.example', '--mx', 'no host!')).toMatchObject({
      code: exitCode.usage,
    })
    expect(await same('rollout', 'plan', 'nobody.example', '--mx', 'mx.example')).toMatchObject({
      code: exitCode.findings,
    })
  })

  test('have criteria of their own, set here and there', async () => {
    const set = (...options: string[]) => by(admin, 'rollout', 'set', 'good.example', ...options)
    expect((await set('--min-days', '3', '--auto-advance', 'on')).out).toBe(
      'good.example: minDays 3; automatic advance on.\n',
    )
    expect((await run('rollout', 'set', 'good.example', '--min-sessions', '50', '--json')).out).toContain(
      '"minDays": 3',
    )
    expect(JSON.parse((await set('--json')).out)).toEqual({
      domain: 'good.example',
      settings: { minDays: 3, minSessions: 50 },
      autoAdvance: true,
    })
    expect((await set('--defaults', '--min-reporters', '2')).out).toBe(
      'good.example: minReporters 2; automatic advance as configured.\n',
    )
    expect((await set('--defaults')).out).toContain('criteria as configured')
    expect(await same('rollout', 'set', 'nobody.example', '--min-days', '1')).toMatchObject({
      code: exitCode.findings,
    })
  })

  test('are judged now where that is asked for', async () => {
    const fresh = await by(admin, 'rollout', 'good.example', '--fresh', '--json')
    expect(fresh).toMatchObject({ err: '' })
    expect(JSON.parse(fresh.out)).toMatchObject({ domain: 'good.example', stage: 'held' })
    expect(await by(admin, 'rollout', 'nobody.example', '--fresh')).toMatchObject({ code: exitCode.findings })
  })

  test('are those of whoever asks, and changed by who may', async () => {
    const listed = JSON.parse((await by(customer, 'rollout', '--json')).out)
    expect(listed).toMatchObject({ domains: [{ domain: 'good.example' }], byStage: { held: 1 } })
    expect((await by(customer, 'rollout', 'set', 'other.example', '--min-days', '1')).err).toContain(
      'there is no such domain here',
    )
    expect((await by(customer, 'rollout', 'set', 'good.example', '--defaults')).code).toBe(exitCode.fine)
    const refused = await by(viewer, 'rollout', 'set', 'good.example', '--min-days', '1')
    expect(refused).toMatchObject({ code: exitCode.usage, out: '' })
    expect(refused.err).toContain('domains:write')
    expect((await by(viewer, 'rollout', 'good.example', '--fresh')).code).toBe(exitCode.usage)
    expect((await by(viewer, 'rollout', 'plan', 'good.example', '--mx', 'mx1.good.example')).out).toContain(
      'has these MX hosts already',
    )
  })

  test('what stands in the way of an order is a finding there, too', async () => {
    const refused = await by(admin, 'rollout', 'hold', 'good.example')
    expect(refused).toMatchObject({ code: exitCode.findings, out: '' })
    expect(refused.err).toBe((await run('rollout', 'hold', 'good.example')).err)
  })
})
