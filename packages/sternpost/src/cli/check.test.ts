import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLab, type Lab } from '@sternpost/lab'
import type { DomainName } from '@sternpost/protocol'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CommandIo } from './command-io.ts'
import { runSternpost } from './testing/run-sternpost.ts'

let lab: Lab
let folder = ''

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-check-'))
  lab = await createLab({
    domains: {
      'bogus.example': { dnssec: 'bogus', mx: 'null-mx' },
      'good.example': { dnssec: 'secure', policy: {}, tlsRpt: 'mailto:tls@good.example' },
      'unlisted.example': { policy: { mx: ['mx.elsewhere.example'] } },
      'no-starttls.example': { policy: {}, mx: { 'mx.no-starttls.example': { fault: 'no-starttls' } } },
    },
  })
  writeFileSync(join(folder, 'ca.pem'), lab.ca.caPem)
  writeFileSync(
    join(folder, 'sternpost.yaml'),
    `dns:
  resolvers: ['${lab.dns.address}:${lab.ports.dns}']
  trustAd: ['${lab.dns.address}']
  signedName: good.example
  bogusName: bogus.example
outbound:
  policyFetch: { port: ${lab.ports.https}, caFile: ca.pem, allowAddresses: ['127.0.0.0/8'] }
check:
  heloName: probe.example
  smtpPort: ${lab.ports.smtp}
  allowAddresses: ['127.0.0.0/8']
  controlHosts: []
log: { level: silent }
`,
  )
})
afterAll(async () => {
  await lab.close()
  rmSync(folder, { recursive: true })
})

const run = (argv: string[], more: Partial<CommandIo> = {}, command = ['check', ...argv]) =>
  runSternpost(folder, command, more)

const file = (name: string) => join(folder, name)

describe('sternpost check', () => {
  test('says what is wrong with a domain first, in at most 80 columns, and ends with 1', async () => {
    const { out, err, code } = await run(['unlisted.example'])
    expect({ err, code }).toEqual({ err: '', code: 1 })
    expect(out).toMatch(/^unlisted\.example: [0-9]+ error/)
    expect(out.indexOf('\nerror')).toBeGreaterThan(0)
    expect(out).toContain('Would it arrive?')
    expect(out).not.toContain('\u001b')
    const prose = out.split('\n').filter(line => !line.startsWith(' '.repeat(12)))
    expect(prose.filter(line => line.length > 80)).toEqual([])
  })

  test('a domain that is as it should be ends with 0 where errors count', async () => {
    expect(await run(['good.example'])).toMatchObject({ err: '', code: 0 })
  })

  test('colors are for a terminal, and not where NO_COLOR or --no-color says so', async () => {
    const terminal = { stdoutIsTerminal: true }
    expect((await run(['good.example'], terminal)).out).toContain('\u001b[')
    expect((await run(['good.example', '--no-color'], terminal)).out).not.toContain('\u001b')
    expect((await run(['good.example'], { ...terminal, env: { NO_COLOR: '1' } })).out).not.toContain('\u001b')
  })

  test('the same domain in other spellings is checked once; what is none is said and nothing begun', async () => {
    const { out } = await run(['--json', 'GOOD.example.', 'https://good.example/x', 'me@good.example'])
    expect(out.trim().split('\n')).toHaveLength(1)
    const bad = await run(['good.example', '192.0.2.1'])
    expect(bad).toMatchObject({ out: '', code: 2, err: expect.stringContaining('IP address') })
  })

  test('every line of --json is as --schema says', async () => {
    const { out: schema } = await run(['--schema'])
    const validate = new Ajv2020({ strict: false }).compile(JSON.parse(schema))
    const { out } = await run(['--json', 'good.example', 'no-starttls.example', 'gone.good.example'])
    const lines = out.trim().split('\n')
    expect(lines).toHaveLength(3)
    for (const line of lines) expect([validate(JSON.parse(line)), validate.errors]).toEqual([true, null])
  })

  test('a saved result is judged again without a network, and gives the same', async () => {
    const { out: before } = await run(['--json', 'unlisted.example', '--save', file('saved.json')])
    const again = await run(['--from-saved', file('saved.json'), '--json'])
    expect(again.code).toBe(1)
    expect(JSON.parse(again.out).findings).toEqual(JSON.parse(before).findings)
    const html = await run([
      '--from-saved',
      file('saved.json'),
      '--format',
      'html',
      '--output',
      file('x.html'),
    ])
    expect(html).toMatchObject({ out: '', code: 1 })
    expect(readFileSync(file('x.html'), 'utf8')).toContain('<bdi>unlisted.example</bdi>')
  })

  test('--diff says what changed, and only what is new or worse counts', async () => {
    await run(['--json', 'unlisted.example', '--save', file('before.json')])
    expect(await run(['unlisted.example', '--diff', file('before.json')])).toMatchObject({ code: 0 })
    lab.rollPolicy('unlisted.example', { mx: ['*.other.example'], maxAgeSeconds: 60 }, '2')
    const { out } = await run(['unlisted.example', '--diff', file('before.json')])
    expect(out).toMatch(/^unlisted\.example: changed between/)
  })

  test.for([
    [['--from-saved', 'nowhere.json'], 'cannot be read'],
    [['--from-saved', 'sternpost.yaml'], 'no JSON'],
    [['--diff', 'ca.pem', 'good.example'], 'no JSON'],
    [[], 'nothing to check'],
    [['--json', '--format', 'html', 'good.example'], 'contradict'],
    [['--from-file', 'x', 'good.example'], 'do not go together'],
    [['--from-file', 'nowhere.txt'], 'no such file'],
    [['--explain', 'mta-sts/mx-not-lsited'], 'did you mean mta-sts/'],
    [['--timeout', '30', 'good.example'], '1s to 10m'],
    [['--fail-om', 'error', 'good.example'], '--fail-on'],
  ] as const)('a wrong command line %j is told and ends with 2', async ([argv, message]) => {
    const { out, err, code } = await run(
      argv.map(arg => (arg.includes('.') ? arg.replace(/^(?=[a-z]+\.(json|yaml|pem)$)/, `${folder}/`) : arg)),
    )
    expect({ out, code }).toEqual({ out: '', code: 2 })
    expect(err).toContain(message)
  })

  test('a domain where a command should be gets the command that was meant', async () => {
    const { err, code } = await run([], {}, ['exmaple.com'])
    expect([err.includes('sternpost check exmaple.com'), code]).toEqual([true, 2])
  })

  test('a file that cannot be written is said, whatever the check found', async () => {
    for (const option of ['--output', '--save']) {
      const { err, code } = await run(['gone.good.example', option, folder])
      expect([err.includes(`${folder} cannot be written`), code]).toEqual([true, 2])
    }
  })

  test('--explain says what a code means', async () => {
    const { out, code } = await run(['--explain', 'mta-sts/record-none'])
    expect([out.startsWith('mta-sts/record-none: '), code]).toEqual([true, 0])
  })
})

describe('sternpost check --from-file', () => {
  const list = '# ours\ngood.example\nGood.Example.,x\nunlisted.example\nnot a domain\n'

  test('a line of JSON for each entry, a summary at the end, and duplicates once', async () => {
    writeFileSync(file('list.txt'), list)
    const { out, err, code } = await run(['--from-file', file('list.txt')])
    const lines = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(lines.map(({ domain }) => domain).sort()).toEqual(
      ['good.example', null, 'unlisted.example'].sort(),
    )
    expect(lines.find(({ domain }) => domain === null)).toMatchObject({ line: 5, input: 'not a domain' })
    expect(err).toMatch(/3 entries in/)
    expect(err).toMatch(/Worst finding/)
    expect(code).toBe(1)
  })

  test('a run that was cut off is gone on with: done entries are skipped, a torn line is cut', async () => {
    writeFileSync(file('list.txt'), list)
    const output = file('results.ndjson')
    await run(['--from-file', file('list.txt'), '--output', output])
    const whole = readFileSync(output, 'utf8')
    writeFileSync(output, whole.slice(0, whole.indexOf('\n') + 100))
    const { out, err, code } = await run(['--from-file', file('list.txt'), '--output', output])
    expect(err).toContain('after a line that was cut off: 1 entry done before')
    expect(out).toContain('2 entries in')
    expect(code).toBe(1)
    const domains = (text: string) =>
      text
        .trim()
        .split('\n')
        .map(line => JSON.parse(line).domain)
        .sort()
    expect(domains(readFileSync(output, 'utf8'))).toEqual(domains(whole))
  })

  test('a file that holds something else is not written to', async () => {
    writeFileSync(file('list.txt'), list)
    const ran = await run(['--from-file', file('list.txt'), '--output', file('list.txt')])
    expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('is no result of a check') })
    expect(readFileSync(file('list.txt'), 'utf8')).toBe(list)
  })
})

describe('sternpost check beside the database of the daemon', () => {
  test('a policy that changed under the id it had is an error, as senders keep the old one', async () => {
    const { createSteadyClock } = await import('../base/index.ts')
    const { PolicyStore } = await import('../outbound/index.ts')
    const { Store } = await import('../store/index.ts')
    const clock = createSteadyClock()
    const data = file('data')
    const store = new Store({ dataDir: data, clock, onNotice: () => {} })
    await store.open()
    const text = 'version: STSv1\r\nmode: testing\r\nmx: old.good.example\r\nmax_age: 86400\r\n'
    await new PolicyStore(store, clock).save({
      policyDomain: 'good.example' as DomainName,
      policyId: '1',
      document: {
        text,
        value: { mode: 'testing', maxAgeSeconds: 86_400, mxHostPatterns: [] },
        fetchedAt: clock.now() - 1000,
      },
      expiresAt: clock.now() + 86_400_000,
      lastUsedAt: clock.now(),
      nextCheckAt: clock.now(),
    })
    await store.close()
    const codes = async (...argv: string[]) =>
      JSON.parse((await run(['--json', 'good.example', ...argv])).out).findings.map(
        ({ code }: { code: string }) => code,
      )
    expect(await codes()).not.toContain('mta-sts/record-id-unchanged')
    expect(await codes('--data', data)).toContain('mta-sts/record-id-unchanged')
  })
})
