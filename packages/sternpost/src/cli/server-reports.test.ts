import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addDays, dayOf } from '../reports-received/index.ts'
import { type ReportSketch, reportBytes } from '../reports-received/testing/index.ts'
import type { CommandIo } from './command-io.ts'
import { type LabDaemon, startLabDaemon } from './testing/lab-daemon.ts'
import { runSternpost } from './testing/run-sternpost.ts'

let world: LabDaemon

beforeAll(async () => {
  world = await startLabDaemon({ domains: {} }, 'reportsReceived: { domains: [a.example, b.example] }\n')
})
afterAll(() => world.close())

const run = (argv: readonly string[], more: Partial<CommandIo> = {}) =>
  runSternpost(world.folder, ['report', ...argv], more)
const there = (...argv: string[]) => run([...argv, '--server', world.url])

/** The same command here and there tells the same. */
async function same(...argv: string[]) {
  const [here, remote] = [await run(argv), await there(...argv)]
  expect({ argv, ...remote }).toEqual({ argv, ...here })
  return remote
}

const daysAgo = (count: number) => addDays(dayOf(Date.now()), -count)

async function store(sketch: ReportSketch): Promise<void> {
  const answer = await fetch(`${world.url}/api/v1/reports`, { method: 'POST', body: reportBytes(sketch) })
  expect(answer.status).toBe(200)
}

const noStarttls = { type: 'starttls-not-supported', count: 5, mx: 'mx.a.example', from: '192.0.2.7' }

describe('where there is no report yet', () => {
  test('it says so, with what to do about it', async () => {
    // Not what is asked below: an answer may be shown for a moment after reports came in.
    for (const argv of [['summary', '--from', daysAgo(8)], ['list']]) {
      const { err } = await same(...argv)
      expect([argv, err]).toEqual([argv, expect.stringContaining('there are no reports yet')])
    }
    expect(await same('summary', '--from', daysAgo(8), '--json')).toMatchObject({ code: 0, err: '' })
    expect(await same('export')).toEqual({ out: '', err: '', code: 0 })
  })
})

describe('questions with --server', () => {
  beforeAll(async () => {
    for (let week = 10; week >= 2; week -= 1)
      await store({ day: daysAgo(7 * week), success: 4, domain: 'a.example', organization: 'Weekly' })
    await store({ day: daysAgo(3), success: 95, failures: [noStarttls], domain: 'a.example' })
    await store({
      day: daysAgo(20),
      success: 7,
      failures: [{ ...noStarttls, type: 'certificate-expired', mx: 'mx.b.example', to: '2001:db8::25' }],
      domain: 'b.example',
      organization: '=cmd()\u202e "quoted", and more',
    })
    await store({ day: daysAgo(2), success: 1, domain: 'foreign.test' })
    const stranger = reportBytes({
      day: daysAgo(2),
      success: 3,
      domain: 'a.example',
      organization: 'Stranger',
    })
    const { status } = await fetch(`${world.url}/v1/tlsrpt`, {
      method: 'POST',
      headers: { 'content-type': 'application/tlsrpt+json' },
      body: stranger,
    })
    expect(status).toBeLessThan(300)
  })

  test.each(
    [
      [],
      ['--csv'],
      ['--kind', 'policies'],
      ['--kind', 'policies', '--csv'],
      ['--kind', 'failures', '--result', 'certificate-expired'],
      ['--kind', 'failures', '--csv', '--from', daysAgo(5)],
      ['--trust', 'any'],
      ['--quarantined'],
      ['--quarantined', '--csv'],
      ['--domain', 'nobody.example'],
      ['--org', 'Weekly', '--from', daysAgo(40), '--to', daysAgo(20)],
    ].map(argv => ({ argv })),
  )('export $argv tells the same as from here', async ({ argv }) => {
    expect(await same('export', ...argv)).toMatchObject({ code: 0 })
  })

  test('export says beside the data what it leaves out, and escapes what strangers wrote', async () => {
    const { out, err } = await there('export')
    expect(err).toContain('1 more report unauthenticated, not exported (--trust unauthenticated shows it).')
    expect(err).toContain('1 more report in quarantine')
    expect(out).toContain('=cmd()\\u202e')
    expect(out.trim().split('\n')).toHaveLength(11)
    expect((await there('export', '--quarantined')).err).toBe('')
  })

  test.each(
    [
      [],
      ['--json'],
      ['--csv'],
      ['--domain', 'a.example'],
      ['--domain', 'a.example', '--json'],
      ['--domain', 'b.example', '--from', daysAgo(60), '--to', daysAgo(10)],
      ['--from', daysAgo(90), '--json'],
      ['--trust', 'any', '--json'],
      ['--org', 'Weekly'],
      ['--result', 'certificate-expired'],
      ['--domain', 'nobody.example'],
      ['--from', daysAgo(1)],
    ].map(argv => ({ argv })),
  )('summary $argv tells the same as from here', async ({ argv }) => {
    expect(await same('summary', ...argv)).toMatchObject({ code: 0, err: '' })
  })

  test('summary takes the policy that is served here for ours, here and there', async () => {
    await runSternpost(world.folder, ['domain', 'add', 'a.example', '--mx', 'mx.a.example'])
    const { out } = await same('summary', '--domain', 'a.example')
    expect(out.replace(/\s+/g, ' ')).toMatch(/Taken for yours: policy [0-9a-zA-Z]+, which is served here/)
    await same('summary', '--domain', 'a.example', '--json')
    await same('list', '--csv')
  })
})

// The last: from the first user on nobody is let in by being at the machine.
describe('whose token it is', () => {
  const tokens = new Map<string, string>()
  beforeAll(async () => {
    const user = (...argv: string[]) =>
      runSternpost(world.folder, ['user', ...argv], { readLine: async () => 'a long sentence of words' })
    await user('add', 'ada', '--role', 'admin', '--password-stdin')
    await user('add', 'vera', '--role', 'viewer', '--password-stdin')
    for (const [name, owner, ...more] of [
      ['all', 'ada', '--scope', 'reports:read', '--scope', 'reports:write'],
      ['viewer', 'vera', '--scope', 'reports:read'],
      ['customer', 'ada', '--scope', 'reports:read', '--scope', 'reports:write', '--domain', 'b.example'],
      ['domains', 'ada', '--scope', 'domains:read'],
    ] as const) {
      const { out, err } = await user('token', 'add', owner, name, ...more, '--json')
      expect(err).toBe('')
      tokens.set(name, JSON.parse(out).token)
    }
  })
  const as = (name: string, ...argv: string[]) => there(...argv, '--token', tokens.get(name) ?? name)

  test('a viewer is told all of it', async () => {
    for (const argv of [['summary', '--domain', 'a.example', '--json'], ['export']])
      expect(await as('viewer', ...argv)).toEqual(await run(argv))
  })

  test('one that is none or of another scope is refused in words', async () => {
    for (const [name, words, ...argv] of [
      ['sp_none', 'api/not-signed-in', 'summary'],
      ['domains', 'reports:read', 'summary', '--csv'],
      ['domains', 'reports:read', 'export'],
    ] as const)
      expect([argv, await as(name, ...argv)]).toMatchObject([
        argv,
        { out: '', code: 2, err: expect.stringContaining(words) },
      ])
  })

  test("a customer's is told of its own domains alone", async () => {
    const { out, err, code } = await as('customer', 'summary')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('1 report, 12 sessions')
    expect(out).not.toMatch(/a\.example|Weekly|quarantine|unauthenticated/)
    const lines = await as('customer', 'export', '--kind', 'failures')
    expect(lines).toMatchObject({ code: 0, err: '' })
    expect(lines.out.trim().split('\n')).toHaveLength(1)
    expect(JSON.parse(lines.out)).toMatchObject({ domain: 'b.example', failedSessions: 5 })
    expect(await as('customer', 'summary', '--domain', 'a.example')).toMatchObject({
      out: '',
      code: 2,
      err: expect.stringContaining('there is no such domain here'),
    })
  })
})
