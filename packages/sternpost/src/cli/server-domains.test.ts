import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { DomainName } from '@sternpost/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSteadyClock } from '../base/index.ts'
import { PublishStore } from '../publish/index.ts'
import { Store } from '../store/index.ts'
import type { CommandIo } from './command-io.ts'
import { type LabDaemon, startLabDaemon } from './testing/lab-daemon.ts'
import { runSternpost } from './testing/run-sternpost.ts'

let world: LabDaemon

beforeAll(async () => {
  world = await startLabDaemon(
    {
      domains: {
        'bogus.example': { dnssec: 'bogus', mx: 'null-mx' },
        'good.example': { dnssec: 'secure', mx: { 'mx1.good.example': {}, 'mx2.good.example': {} } },
        'parked.example': { mx: 'null-mx' },
      },
    },
    `publish:
  dns:
    ttl: 5m
    policyHost: [192.0.2.1]
    operatorZone: hosted.example.net
    verifyTimeout: 0ms
    writers:
      - { name: ours, type: hook, zones: [good.example], command: [/bin/sh, -c, "cat > /dev/null; echo '{\\"records\\":[]}'"], reads: command }
`,
  )
})
afterAll(() => world.close())

const run = (argv: readonly string[], more: Partial<CommandIo> = {}) => runSternpost(world.folder, argv, more)
const there = (...argv: string[]) => run([...argv, '--server', world.url])

/** What hangs on the second in which a command was given. */
const timeless = (text: string) =>
  text
    .replace(/\b[0-9]{14}\b/g, 'ID')
    .replace(/[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]{5,12}Z?/g, 'TIME')
    .replace(/"revision": [0-9]+/g, 'REVISION')
    .replace(/in [0-9.]+ m?s\./, 'in TIME.')

/** The same command here and there tells the same. */
async function same(...argv: string[]) {
  const [here, remote] = [await run(argv), await there(...argv)]
  const told = ({ out, err, code }: typeof here) => ({ argv, out: timeless(out), err, code })
  expect(told(remote)).toEqual(told(here))
  return remote
}

/** The same command here and there, each on a state without the domain. */
async function sameAnew(domain: string, ...argv: string[]) {
  const here = await run(argv)
  await run(['domain', 'remove', domain])
  const remote = await there(...argv)
  const told = ({ out, err, code }: typeof here) => ({ argv, out: timeless(out), err, code })
  expect(told(remote)).toEqual(told(here))
  return remote
}

describe('domain … with --server', () => {
  test('adds, shows, lists, changes and removes as from here', async () => {
    const added = await sameAnew('good.example', 'domain', 'add', 'good.example', '--dns-writer', 'ours')
    expect(added).toMatchObject({ code: 0, err: '' })
    expect(added.out).toContain('mta-sts.good.example. 300 IN A 192.0.2.1')
    expect(await same('domain', 'add', 'good.example')).toMatchObject({ code: 1, out: '' })
    // Otherwise its roll-out would bring changes to senders between one command and the other.
    expect(await there('rollout', 'hold', 'good.example')).toMatchObject({ code: 0, err: '' })
    await same('domain', 'show', 'good.example')
    await same('domain', 'show', 'good.example', '--json')
    await same('domain', 'set', 'good.example', '--max-age', '14d', '--rua', 'tls@good.example')
    await same('domain', 'set', 'good.example', '--bimi', 'https://good.example/l.svg', '--json')
    await same(
      'domain',
      'set',
      'good.example',
      '--from-mx',
      '--wildcards',
      '--tlsa',
      `mx1.good.example 3 1 1 ${'ab'.repeat(32)}`,
    )
    await same('domain', 'show', 'good.example')
    await same('domain', 'set', 'good.example', '--no-bimi', '--no-tlsa', '--no-rua', '--delegation', 'cname')
    await same('domain', 'show', 'good.example', '--json')
    await same('domain', 'list')
    await same('domain', 'list', '--json')
    const removed = await there('domain', 'remove', 'good.example', '--json')
    expect(JSON.parse(removed.out)).toEqual({
      domain: 'good.example',
      removed: true,
      forced: null,
      horizon: 'no sender holds a policy in mode enforce',
    })
    expect((await same('domain', 'show', 'good.example')).err).toContain('is not published here any more')
  })

  test('says of what cannot be done what it says here, with the same exit status', async () => {
    for (const argv of [
      ['show', 'nobody.example'],
      ['set', 'nobody.example', '--max-age', '7d'],
      ['set', 'nobody.example', '--from-mx'],
      ['remove', 'nobody.example'],
      ['add', 'parked.example'],
      ['add', 'nothing.example'],
      ['add', 'not a name'],
      ['add', 'good.example', '--mode', 'enforce'],
      ['add', 'good.example', '--preset', 'nobody'],
      ['add', 'good.example', '--tlsa', 'mx1.good.example 3 1 z'],
      ['remove', 'good.example', '--force', ' '],
      ['import', 'missing.csv'],
    ]) {
      const { code, out } = await same('domain', ...argv)
      expect([argv, out, code === 0]).toEqual([argv, '', false])
    }
    expect(await there('domain', 'add', 'good.example', '--dns-writer', 'nobody')).toMatchObject({
      code: 2,
      err: expect.stringContaining('the configuration has no writer of this name'),
    })
  })

  test('keeps a domain of which senders hold a policy in mode enforce', async () => {
    await there('domain', 'add', 'held.example', '--mx', 'mx.held.example')
    const clock = createSteadyClock()
    const store = new Store({ dataDir: join(world.folder, 'state'), clock, onNotice: () => {} })
    await store.open()
    const publish = new PublishStore(store, clock)
    const domain = 'held.example' as DomainName
    const { wanted } = (await publish.get(domain))!
    await publish.serve(domain, (await publish.newVersion(domain, { ...wanted, mode: 'enforce' })).policyId)
    await store.close()
    const refused = await same('domain', 'remove', 'held.example')
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('rollout exit held.example') })
    const shown = JSON.parse((await there('domain', 'show', 'held.example', '--json')).out)
    expect(shown).toMatchObject({
      enforceForgottenAt: expect.any(String),
      certificate: { condition: 'none' },
    })
    const forced = await there('domain', 'remove', 'held.example', '--force', 'the domain was sold')
    expect(forced).toMatchObject({ code: 0, err: '' })
    expect((await same('domain', 'show', 'held.example')).err).toContain('any more; caches forget')
  })

  test('brings in a file of domains, and gives it out again', async () => {
    const file = join(world.folder, 'domains.csv')
    writeFileSync(
      file,
      [
        'domain,mx,max_age,rua,mode',
        'one.example,mx1.one.example *.mx.one.example,14d,tls@one.example,',
        'good.example,,,,',
        'not a name,mx.example.com,,,',
        'two.example,mx.two.example,7d,,none',
        'nothing.example,,,,',
        '',
      ].join('\r\n'),
    )
    const dry = await same('domain', 'import', file, '--dry-run')
    expect(dry.out).toMatch(/^3 domains could be added, 2 bad lines/)
    expect((await same('domain', 'import', file, '--all-or-nothing')).out).toMatch(/^Nothing was added/)
    const first = await there('domain', 'import', file)
    expect(first).toMatchObject({ code: 1, out: expect.stringMatching(/^3 domains added, 2 bad lines in /) })
    expect(first.err.match(/(?<=: )line [0-9]+/g)).toEqual(['line 4', 'line 6'])
    await same('domain', 'import', file)
    await same('domain', 'import', file, '--json')
    writeFileSync(file, 'domain,mx,max_age\none.example,mx1.one.example,30d\ntwo.example,mx.two.example,7d\n')
    const changed = await there('domain', 'import', file, '--update')
    expect(changed.out).toMatch(/^0 domains added, 1 changed, 1 was here already/)
    const { out } = await same('domain', 'export')
    expect(out).toContain('one.example,mx1.one.example,2592000,mailto:tls@one.example,testing')
    await same('domain', 'export', '--domain', 'two.example', '--domain', 'nobody.example')
  })

  test('writes static files of what is served, and takes nothing away that a token may not see', async () => {
    const site = join(world.folder, 'site')
    expect((await there('domain', 'export', '--static', site)).out).toContain('policies written')
    const file = join(site, 'mta-sts.one.example/.well-known/mta-sts.txt')
    const { versions } = JSON.parse((await run(['domain', 'show', 'one.example', '--json'])).out)
    expect(readFileSync(file, 'latin1')).toBe(versions[0].text)
    await run(['domain', 'remove', 'two.example'])
    expect((await there('domain', 'export', '--static', site)).out).toContain('1 was taken')
    expect(existsSync(join(site, 'mta-sts.two.example'))).toBe(false)
  })
})

describe('records … with --server', () => {
  beforeAll(async () => {
    await run(['domain', 'remove', 'good.example'])
    await run(['domain', 'add', 'good.example', '--dns-writer', 'ours', '--rua', 'tls@good.example'])
    await run(['domain', 'add', 'cname.example', '--mx', 'mx.good.example', '--delegation', 'cname'])
  })

  test.each(
    [
      ['good.example'],
      ['good.example', '--json'],
      ['good.example', 'cname.example', '--ttl', '60', '--json'],
      ['good.example', '--format', 'bind', '--zone', 'example'],
      ['good.example', '--format', 'cloudflare'],
      ['good.example', '--format', 'route53'],
      ['good.example', '--format', 'octodns'],
      ['good.example', '--format', 'dnscontrol'],
      ['good.example', '--format', 'terraform', '--provider', 'aws'],
      ['--all', '--format', 'nsupdate'],
      ['cname.example', '--format', 'octodns'],
      ['cname.example', '--format', 'octodns', '--part', 'operator', '--json'],
      ['good.example', '--check'],
      ['good.example', '--check', '--json'],
      ['good.example', 'nobody.example'],
      [],
      ['not a name'],
    ].map(argv => ({ argv })),
  )('$argv tells the same as from here', async ({ argv }) => {
    await same('records', ...argv)
  })

  test('--apply shows, asks, writes and says what came of it', async () => {
    const asked: string[] = []
    const refused = await run(['records', 'good.example', '--apply', '--server', world.url], {
      confirm: async question => {
        asked.push(question)
        return false
      },
    })
    expect(asked).toEqual(['Write this?'])
    expect(refused).toMatchObject({ code: 1, out: expect.stringContaining('Nothing was written.') })
    await same('records', 'good.example', '--apply')
    await same('records', 'good.example', '--apply', '--json')
    const written = await same('records', 'good.example', '--apply', '--yes', '--wait', '0s')
    expect(written.out).toContain('written: _mta-sts.good.example TXT')
    await same('records', 'good.example', '--apply', '--yes', '--wait', '0s', '--json')
    expect(await there('records', 'good.example', '--apply', '--yes', '--wait', '2h')).toMatchObject({
      code: 2,
      err: expect.stringContaining('at most 45s'),
    })
  })
})

// The last: from the first user on nobody is let in by being at the machine.
describe('whose token it is', () => {
  const tokens = new Map<string, string>()
  beforeAll(async () => {
    const password = 'a long sentence of words'
    await run(['user', 'add', 'ada', '--role', 'admin', '--password-stdin'], {
      readLine: async () => password,
    })
    await run(['user', 'add', 'vera', '--role', 'viewer', '--password-stdin'], {
      readLine: async () => password,
    })
    for (const [name, user, ...more] of [
      ['all', 'ada', '--scope', 'domains:read', '--scope', 'domains:write'],
      ['viewer', 'vera', '--scope', 'domains:read'],
      ['customer', 'ada', '--scope', 'domains:read', '--scope', 'domains:write', '--domain', 'good.example'],
      ['reports', 'ada', '--scope', 'reports:read'],
    ] as const) {
      const { out, err } = await run(['user', 'token', 'add', user, name, ...more, '--json'])
      expect(err).toBe('')
      tokens.set(name, JSON.parse(out).token)
    }
  })
  const as = (name: string, ...argv: string[]) => there(...argv, '--token', tokens.get(name) ?? name)

  test('one that is none, of another scope or of too little a role is refused in words', async () => {
    for (const [name, words, ...argv] of [
      ['sp_none', 'api/not-signed-in', 'domain', 'list'],
      ['reports', 'domains:read', 'domain', 'show', 'good.example'],
      ['viewer', 'operator', 'domain', 'set', 'good.example', '--max-age', '7d'],
      ['viewer', 'operator', 'domain', 'add', 'new.example'],
      ['viewer', 'operator', 'records', 'good.example', '--apply'],
      ['customer', 'all domains', 'domain', 'add', 'new.example', '--mx', 'mx.new.example'],
    ] as const)
      expect([argv, await as(name, ...argv)]).toMatchObject([
        argv,
        { out: '', code: 2, err: expect.stringContaining(words) },
      ])
    expect(await as('viewer', 'records', 'good.example')).toMatchObject({ code: 0, err: '' })
  })

  test("a customer's sees and changes what is theirs, and finds nothing else", async () => {
    const { domains } = JSON.parse((await as('customer', 'domain', 'list', '--json')).out)
    expect(domains.map(({ domain }: { domain: string }) => domain)).toEqual(['good.example'])
    expect(await as('customer', 'domain', 'set', 'good.example', '--from-mx')).toMatchObject({ code: 0 })
    for (const argv of [
      ['domain', 'show', 'cname.example'],
      ['domain', 'set', 'cname.example', '--max-age', '7d'],
      ['domain', 'remove', 'cname.example'],
      ['records', 'cname.example'],
    ])
      expect([argv, await as('customer', ...argv)]).toMatchObject([argv, { out: '', code: 1 }])
    expect((await as('customer', 'domain', 'export')).out.split('\n')).toHaveLength(3)
  })

  test('and what they may not see is not taken away from a folder of files', async () => {
    const site = join(world.folder, 'site-of-all')
    await as('all', 'domain', 'export', '--static', site)
    const { out } = await as('customer', 'domain', 'export', '--static', site, '--json')
    expect(JSON.parse(out)).toMatchObject({ unchanged: 1, removed: 0 })
    expect(existsSync(join(site, 'mta-sts.cname.example'))).toBe(true)
  })

  test('says how far a file was brought in when the daemon goes away, and goes on from there', async () => {
    // The second batch that is to be stored gets no answer.
    let stored = 0
    const between = createServer(async (request, response) => {
      const body = await text(request)
      if (body.includes('"update"') && ++stored === 2) {
        request.socket.destroy()
        return
      }
      const headers = {
        'content-type': 'application/json',
        authorization: request.headers.authorization ?? '',
      }
      const answer = await fetch(`${world.url}${request.url}`, { method: 'POST', headers, body })
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
    })
    await new Promise<void>(resolve => between.listen(0, '127.0.0.1', resolve))
    const file = join(world.folder, 'many.csv')
    const lines = Array.from({ length: 300 }, (_, index) => `d${index}.many.example,mx.many.example`)
    writeFileSync(file, `domain,mx\n${lines.join('\n')}\n`)
    const url = `http://127.0.0.1:${(between.address() as AddressInfo).port}`
    const broken = await run(['domain', 'import', file, '--server', url, '--token', tokens.get('all')!])
    between.close()
    expect(broken).toMatchObject({ code: 3, out: '' })
    expect(broken.err).toContain('it broke off when 250 domains had been added and 0 changed')
    expect(broken.err).toContain('cannot be reached')
    expect((await as('all', 'domain', 'import', file)).out).toMatch(
      /^50 domains added, 250 were here already/,
    )
  })
})
