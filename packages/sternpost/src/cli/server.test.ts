import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reportBytes } from '../reports-received/testing/index.ts'
import type { CommandIo } from './command-io.ts'
import { type LabDaemon, startLabDaemon } from './testing/lab-daemon.ts'
import { runSternpost } from './testing/run-sternpost.ts'

let world: LabDaemon
/** What another program answers, and the headers it was asked with. */
let foreign: Server
let foreignUrl = ''
const asked: (string | undefined)[] = []
let answer: { status: number; headers?: Record<string, string>; body: string } = { status: 404, body: '' }

beforeAll(async () => {
  world = await startLabDaemon(
    {
      domains: {
        'bogus.example': { dnssec: 'bogus', mx: 'null-mx' },
        'good.example': { dnssec: 'secure', policy: {}, mx: { 'mx.good.example': { tlsa: ['3 1 1'] } } },
        'no-starttls.example': { policy: {}, mx: { 'mx.no-starttls.example': { fault: 'no-starttls' } } },
      },
    },
    'reportsReceived: { domains: [good.example] }\n',
  )
  foreign = createServer((request, response) => {
    asked.push(request.headers.authorization)
    response.writeHead(answer.status, answer.headers)
    response.end(answer.body)
  })
  await new Promise<void>(resolve => foreign.listen(0, '127.0.0.1', resolve))
  foreignUrl = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}`
})
afterAll(async () => {
  foreign.close()
  await world.close()
})

const run = (argv: string[], more: Partial<CommandIo> = {}) => runSternpost(world.folder, argv, more)
const remotely = (...argv: string[]) => run([...argv, '--server', world.url])

describe('a command with --server', () => {
  test('lookup says the same as from here', async () => {
    const here = await run(['lookup', 'good.example', 'no-starttls.example'])
    const there = await remotely('lookup', 'good.example', 'no-starttls.example')
    const withoutDaemon = (text: string) => text.replace(/^ {2}Daemon .*$/gm, '')
    expect(withoutDaemon(there.out)).toBe(withoutDaemon(here.out))
    expect(there).toMatchObject({ err: '', code: here.code })
    const explained = await remotely('lookup', 'good.example', '--explain')
    expect(explained.out).toMatch(/_25\._tcp\.mx\.good\.example TLSA {2}3 1 1 [0-9a-f]{64}/)
    const keys = Object.keys(JSON.parse((await remotely('lookup', 'good.example', '--json')).out))
    const keysHere = Object.keys(JSON.parse((await run(['lookup', 'good.example', '--json'])).out))
    expect(keys.toSorted()).toEqual(keysHere.toSorted())
  })

  test('check says the same as from here', async () => {
    const withoutTimes = (text: string) => text.replace(/\b[0-9]+ ms\b|[0-9:]{5,8} UTC|in [0-9.]+ s/g, '')
    for (const domain of ['good.example', 'no-starttls.example']) {
      const here = await run(['check', domain])
      const there = await remotely('check', domain)
      expect(withoutTimes(there.out)).toBe(withoutTimes(here.out))
      expect(there).toMatchObject({ err: '', code: here.code })
    }
  })

  test('reports are listed, shown and exported as from here', async () => {
    for (const [organization, count] of [
      ['Sender One', 3],
      ['Sender Two', 0],
    ] as const) {
      const failures = count === 0 ? [] : [{ type: 'starttls-not-supported', count, mx: 'mx.good.example' }]
      const report = reportBytes({ organization, domain: 'good.example', success: 7, failures })
      await fetch(`${world.url}/api/v1/reports`, { method: 'POST', body: new Uint8Array(report) })
    }
    for (const argv of [
      ['report', 'list'],
      ['report', 'list', '--limit', '1'],
      ['report', 'list', '--csv'],
      ['report', 'list', '--org', 'Sender Two'],
      ['report', 'list', '--domain', 'nobody.example'],
      ['report', 'show', '1'],
      ['report', 'show', '1', '--raw'],
      ['report', 'export', '--csv', '--kind', 'failures'],
    ]) {
      const [here, there] = [await run(argv), await remotely(...argv)]
      expect([argv, there.out, there.code]).toEqual([argv, here.out, here.code])
      expect(there.err).toBe('')
    }
    const [here, there] = [
      await run(['report', 'show', '1', '--json']),
      await remotely('report', 'show', '1', '--json'),
    ]
    expect(JSON.parse(there.out)).toEqual(JSON.parse(here.out))
    expect(await remotely('report', 'show', '99')).toMatchObject({ code: 2, out: '' })
  })

  test('a roll-out is looked at and ordered as from here', async () => {
    await run(['domain', 'add', 'good.example', '--mx', 'mx.good.example'])
    const advanced = await remotely('rollout', 'advance', 'good.example', '--reason', 'by the book')
    expect(advanced).toMatchObject({ code: 0, err: '' })
    expect(advanced.out).toContain('A policy in mode testing is being published for good.example.')
    const again = await remotely('rollout', 'advance', 'good.example')
    expect(again).toMatchObject({ code: 1, out: '', err: expect.stringContaining('this must end first') })
    for (const argv of [
      ['rollout', 'good.example'],
      ['rollout', 'status', 'good.example'],
    ]) {
      const [here, there] = [await run(argv), await remotely(...argv)]
      expect([argv, there.out, there.code, there.err]).toEqual([argv, here.out, here.code, ''])
    }
    const [here, there] = [
      await run(['rollout', 'good.example', '--json']),
      await remotely('rollout', 'good.example', '--json'),
    ]
    // How long caches hold what is served is counted from now on.
    const withoutMoments = (text: string) => JSON.parse(text.replace(/("heldUntil": *)"[^"]+"/g, '$1null'))
    expect(withoutMoments(there.out)).toEqual(withoutMoments(here.out))
    expect(JSON.parse((await remotely('rollout', 'hold', 'good.example', '--json')).out)).toMatchObject({
      stage: 'held',
    })
    expect(await remotely('rollout', 'hold', 'no domain')).toMatchObject({ code: 2, out: '' })
  })

  test('check shows on a terminal what it is at', async () => {
    const { err } = await run(['check', 'no-starttls.example', '--server', world.url], {
      stderrIsTerminal: true,
    })
    expect(err).toContain('checking no-starttls.example: ')
  })

  test('the daemon may be named by the environment, and the token by a file', async () => {
    writeFileSync(join(world.folder, 'token'), 'sp_of-the-file\n')
    const env = { STERNPOST_SERVER: foreignUrl, STERNPOST_TOKEN: 'sp_of-the-environment' }
    await run(['lookup', 'good.example'], { env })
    await run(['lookup', 'good.example', '--token-file', 'token'], { env })
    expect(asked.slice(-2)).toEqual(['Bearer sp_of-the-environment', 'Bearer sp_of-the-file'])
  })

  test.each([
    [['check', '--from-file', 'x.txt'], 'this machine only'],
    [['serve'], 'works on this machine only'],
    [['backup', 'x.db'], 'works on this machine only'],
  ])('%j is refused where it cannot be done there', async (argv, words) => {
    expect(await remotely(...argv)).toMatchObject({ out: '', code: 2, err: expect.stringContaining(words) })
  })

  test('with the environment alone a command about this machine goes on as ever', async () => {
    const env = { STERNPOST_SERVER: foreignUrl }
    expect(await run(['config', 'check'], { env })).toMatchObject({ code: 0 })
    expect(await run(['version', '--server', foreignUrl])).toMatchObject({ code: 0 })
    expect(await run(['report', 'import', '--dry-run', 'x.json'], { env })).toMatchObject({
      code: 2,
      err: expect.stringContaining('works on this machine only'),
    })
  })
})

describe('the token', () => {
  test.each([
    'http://sternpost.example',
    'http://10.0.0.1:8460',
    'http://127.0.0.1.sternpost.example',
    'http://localhost.example',
  ])('is not sent to %s without encryption', async url => {
    const { err, code } = await run(['lookup', 'good.example', '--server', url, '--token', 'sp_secret'])
    expect(code).toBe(2)
    expect(err).toContain('without encryption')
    expect(err).not.toContain('sp_secret')
  })

  test('does not follow a redirect', async () => {
    answer = { status: 307, headers: { location: `${world.url}/api/v1/outbound/lookup` }, body: '' }
    const { err, code } = await run([
      'lookup',
      'good.example',
      '--server',
      foreignUrl,
      '--token',
      'sp_secret',
    ])
    expect(code).toBe(3)
    expect(err).not.toContain('sp_secret')
  })

  test('that is none is not shown', async () => {
    const { err, code } = await run(['lookup', 'a.example', '--server', foreignUrl, '--token', 'sp_a b'])
    expect(code).toBe(2)
    expect(err).not.toContain('sp_a')
  })
})

describe('what a daemon refuses', () => {
  const ask = () => run(['lookup', 'good.example', '--server', foreignUrl])
  const problem = (status: number, code: string, more = {}) => ({
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify({ type: 'about:blank', title: '', status, detail: 'no\u001b[31m', code, ...more }),
  })

  test('is said with code, clause and remedy, escaped', async () => {
    answer = problem(403, 'api/forbidden', { remedy: 'Ask the admin.' })
    expect(await ask()).toMatchObject({
      out: '',
      code: 2,
      err: 'sternpost: no\\u{1b}[31m (api/forbidden, RFC 9110 §15.5.4). Ask the admin.\n',
    })
  })

  test('for now ends with 3', async () => {
    answer = problem(429, 'api/too-many-requests', { retryAfterSeconds: 7 })
    expect(await ask()).toMatchObject({ code: 3, err: expect.stringContaining('Try again in 7 s.') })
  })

  test.each([
    ['a page', { status: 200, body: '<html>' }, 3],
    ['another API', { status: 200, headers: { 'content-type': 'application/json' }, body: '{"a":1}' }, 3],
    ['nothing of ours', { status: 404, body: 'nginx' }, 2],
    ['an error of a proxy', { status: 502, body: 'nginx' }, 3],
  ])('%s is told as no Sternpost', async (_name, foreignAnswer, code) => {
    answer = foreignAnswer
    const told = await ask()
    expect(told).toMatchObject({ out: '', code })
    expect(told.err).toContain(foreignUrl)
  })

  test('a daemon that is not there is temporary', async () => {
    const told = await run(['lookup', 'good.example', '--server', 'http://127.0.0.1:1'])
    expect(told).toMatchObject({ out: '', code: 3, err: expect.stringContaining('cannot be reached') })
  })
})
