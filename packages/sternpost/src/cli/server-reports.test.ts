import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
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

const tokens = new Map<string, string>()
const as = (name: string, ...argv: string[]) => there(...argv, '--token', tokens.get(name) ?? name)

// From the first user on nobody is let in by being at the machine.
describe('whose token it is', () => {
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

describe('import with --server', () => {
  const token = () => ['--token', tokens.get('all')!]
  const file = (name: string, content: string | Uint8Array) => {
    const path = join(world.folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    return path
  }
  const mail = (sketch: ReportSketch) =>
    `From: tls@sender.example\nSubject: report\nContent-Type: application/tlsrpt+json\n\n${reportBytes(sketch)}\n`
  /** What hangs on the time it took. */
  const timeless = (text: string) => text.replace(/in [0-9.]+ m?s\b/g, 'in TIME')

  /** A folder of everything there is; the reports in it are others for each `name`. */
  function fillFolder(name: string): string {
    const sketch = (id: string): ReportSketch => ({
      reportId: `${name} ${id}`,
      success: 1,
      domain: 'a.example',
    })
    file(`${name}/a.json`, reportBytes({ ...sketch('a'), failures: [{ ...noStarttls, to: '192.0.2.1' }] }))
    file(`${name}/b.json.gz`, gzipSync(reportBytes({ ...sketch('b'), domain: 'foreign.test' })))
    file(
      `${name}/box`,
      `From x\n${mail(sketch('c'))}\nFrom y\n${mail(sketch('f'))}\nFrom z\nSubject: no\n\nno\n`,
    )
    file(`${name}/dir/cur/1`, mail(sketch('d')))
    file(`${name}/cut.gz`, gzipSync(reportBytes(sketch('e'))).subarray(0, 60))
    file(`${name}/empty.json`, '')
    file(`${name}/other.xml`, '<?xml version="1.0"?><feedback></feedback>')
    file(`${name}/\u001b[2J.gz`, Buffer.from('1f8b0000', 'hex'))
    file(
      `${name}/nameless.json`,
      `{"policies":[{"policy":{"policy-type":"sts","policy-domain":"a.example"}}],"own":"${name}"}`,
    )
    symlinkSync('.', join(world.folder, name, 'loop'))
    return join(world.folder, name)
  }

  test('takes in what is taken in here, and tells the same of it', async () => {
    for (const more of [['--json'], [], ['--type', 'single', '--json']]) {
      const name = `many-${more.length}`
      const remoteName = name.replace('many', 'rmte')
      const here = await run(['import', fillFolder(name), ...more])
      const remote = await there('import', fillFolder(remoteName), ...more, ...token())
      const told = ({ out, err, code }: typeof here) => ({
        more,
        code,
        out: timeless(out).replaceAll(remoteName, name),
        err: timeless(err).replaceAll(remoteName, name),
      })
      expect(told(remote)).toEqual(told(here))
      expect(remote).toMatchObject({ code: 1 })
      const again = await there('import', join(world.folder, name), ...more, ...token())
      expect(again.out + again.err).toContain('accepted  0 reports')
    }
    expect((await there('list', '--limit', '1', '--json', ...token())).out).toContain('"channel": "upload"')
  })

  test('shows how far it is on a terminal', async () => {
    let now = 0
    const { err } = await run(['import', fillFolder('shown'), '--server', world.url, ...token()], {
      stderrIsTerminal: true,
      now: () => {
        now += 200
        return now
      },
    })
    expect(err).toMatch(/\[#*-*\] +\d+ % {2}\d+ read/)
    expect(err.endsWith('\r\u001b[K')).toBe(true)
  })

  test('is refused to who may not, and where it makes no sense, before anything is told', async () => {
    const path = fillFolder('refused')
    for (const [name, words, ...argv] of [
      ['viewer', 'operator', path],
      ['customer', 'all domains', path],
      ['domains', 'reports:write', path],
      ['sp_none', 'api/not-signed-in', path],
      ['all', '--dry-run works on this machine only', path, '--dry-run'],
      ['all', 'there is no such file', join(path, 'nothing')],
    ] as const)
      expect([argv, await as(name, 'import', ...argv)]).toMatchObject([
        argv,
        { out: '', code: 2, err: expect.stringContaining(words) },
      ])
    expect((await there('import', path, ...token())).out).toContain('accepted  6 reports')
  })

  test('tries again what a daemon cannot store for now, and no more than eight at once', async () => {
    const path = join(world.folder, 'later')
    for (let index = 0; index < 40; index += 1)
      file(`later/${index}.json`, reportBytes({ reportId: `later ${index}`, domain: 'a.example' }))
    let [asked, underWay, most] = [0, 0, 0]
    const between = createServer(async (request, response) => {
      underWay += 1
      most = Math.max(most, underWay)
      const body = new Uint8Array(await buffer(request))
      asked += 1
      if (asked % 10 === 0) {
        underWay -= 1
        const problem = { type: 'about:blank', title: 'Service Unavailable', status: 503, detail: 'not now' }
        response.writeHead(503, { 'content-type': 'application/problem+json' })
        response.end(JSON.stringify({ ...problem, code: 'api/unavailable', retryAfterSeconds: 0 }))
        return
      }
      const { authorization = '' } = request.headers
      const headers = { 'content-type': 'application/octet-stream', authorization }
      const answer = await fetch(`${world.url}${request.url}`, { method: 'POST', headers, body })
      underWay -= 1
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
    })
    await new Promise<void>(resolve => between.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(between.address() as AddressInfo).port}`
    const { out, code } = await run(['import', path, '--server', url, ...token()])
    between.close()
    expect({ out, code }).toMatchObject({ code: 0, out: expect.stringContaining('accepted  40 reports') })
    expect(asked).toBeGreaterThan(40)
    expect(most).toBeLessThanOrEqual(8)
    expect(most).toBeGreaterThan(1)
  })

  test('a daemon that goes away in the middle ends it, and it goes on from there', async () => {
    const path = join(world.folder, 'broken-off')
    for (let index = 0; index < 300; index += 1)
      file(`broken-off/${index}.json`, reportBytes({ reportId: `broken ${index}`, domain: 'a.example' }))
    const lines: string[] = []
    let stopped: Promise<unknown> | undefined
    const { err, code } = await run(['import', path, '--json', '--server', world.url, ...token()], {
      out: text => {
        lines.push(text)
        if (lines.length === 20) stopped = world.daemon.stop()
      },
    })
    await stopped
    expect(code).toBe(3)
    expect(err).toMatch(/stopped: .*; what is counted above is stored, the rest can be imported again/)
    expect(err).toContain(`accepted  ${lines.length} reports`)
    expect(lines.length).toBeLessThan(300)
    // Nobody is there at all.
    expect(await there('import', path, ...token())).toMatchObject({
      code: 3,
      out: expect.stringMatching(/accepted {2}0 reports[\s\S]*stopped: .*cannot be reached/),
    })
    await world.restart()
    const { out } = await there('import', path, ...token())
    const [, accepted, duplicate] = /accepted {2}(\d+) reports[\s\S]*duplicate (\d+) reports/.exec(out) ?? []
    expect(Number(accepted) + Number(duplicate)).toBe(300)
    expect(Number(duplicate)).toBeGreaterThanOrEqual(lines.length)
  })
})
