import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CommandIo } from './command-io.ts'
import { formatStartScreen } from './start-screen.ts'
import { runSternpost } from './testing/run-sternpost.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-cli-'))
  // Nothing listens there, so that no test asks the resolver of the machine.
  writeFileSync(join(folder, 'resolv.conf'), 'nameserver 127.255.255.253\n')
  writeFileSync(
    join(folder, 'sternpost.yaml'),
    'dns: { resolvConf: resolv.conf, timeout: 200ms }\nlog: { level: silent }\n',
  )
})
afterEach(() => rmSync(folder, { recursive: true }))

const now = () => Date.parse('2026-06-01T00:00:00Z')
const run = (argv: string[], more: Partial<CommandIo> = {}) => runSternpost(folder, argv, { now, ...more })

describe('the command line', () => {
  test('help and version end with 0 and stand on standard output', async () => {
    expect(await run(['--help'])).toMatchObject({ code: 0, err: '', out: expect.stringContaining('setup') })
    expect(await run(['--version'])).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse((await run(['version', '--json'])).out)).toHaveProperty('sternpost')
  })

  test.each([[['sevre']], [['config', 'chekc']], [['serve', '--nonsense']], [['--config']]])(
    '%j is a usage error on standard error',
    async argv => {
      const ran = await run(argv)
      expect(ran).toMatchObject({ code: 2, out: '' })
      expect(ran.err).not.toBe('')
    },
  )

  test('a typing error is answered with the command that was meant', async () => {
    expect((await run(['sevre'])).err).toContain('serve')
  })
})

describe('config', () => {
  test('check tells file, line, column and code, and ends with 2', async () => {
    writeFileSync(join(folder, 'bad.yaml'), 'outbound:\n  answerBuget: 5s\n')
    const ran = await run(['config', 'check', 'bad.yaml'])
    expect(ran.code).toBe(2)
    expect(ran.err).toContain(
      `${folder}/bad.yaml:2:3: 'answerBuget' is no setting in outbound; did you mean answerBudget?`,
    )
    const json = await run(['config', 'check', 'bad.yaml', '--json'])
    expect(JSON.parse(json.out)).toMatchObject({
      ok: false,
      issues: [{ code: 'config/unknown-key', line: 2 }],
    })
    expect(json.code).toBe(2)
  })

  test('every command refuses a bad configuration', async () => {
    writeFileSync(join(folder, 'sternpost.yaml'), 'nonsense: 1\n')
    for (const argv of [['serve'], ['setup', 'postfix'], ['config', 'print']]) {
      expect(await run(argv)).toMatchObject({
        code: 2,
        out: '',
        err: expect.stringContaining('config/unknown-key'),
      })
    }
  })

  test('print names the source, --data included', async () => {
    const { out } = await run(['config', 'print', '--data', '/srv/state'])
    expect(out).toContain('data: /srv/state # --data')
    expect(out).toContain('timeout: 200ms # line 1')
  })

  test('schema is JSON Schema', async () => {
    expect(JSON.parse((await run(['config', 'schema'])).out)).toMatchObject({ type: 'object' })
  })
})

describe('setup postfix', () => {
  /** Stands for Postfix's program: settings in a file, the two calls that read and the one that writes. */
  function fakePostconf(version: string): string {
    const file = join(folder, 'postconf')
    const main = join(folder, 'main.cf')
    writeFileSync(main, 'smtp_tls_policy_maps = hash:/etc/postfix/tls\nsmtp_tls_security_level = \n')
    writeFileSync(
      file,
      `#!/bin/sh
case "$1" in
  -dh) echo ${version};;
  -P) ;;
  -M) echo "smtp unix - - n - - smtp";;
  -e) shift; for one in "$@"; do
        name="\${one%%=*}"; grep -v "^$name =" ${main} > ${main}.new; mv ${main}.new ${main}
        echo "$name = \${one#*=}" >> ${main}; done;;
  *) cat ${main};;
esac
`,
    )
    chmodSync(file, 0o755)
    return file
  }

  test('--check ends with 1 where it differs, and with 0 after --apply', async () => {
    const postconf = fakePostconf('3.10.5')
    const check = ['setup', 'postfix', '--check', '--postconf', postconf]
    const before = await run(check)
    expect(before).toMatchObject({
      code: 1,
      out: expect.stringContaining('+ hash:/etc/postfix/tls, socketmap:inet:127.0.0.1:8461:postfix310'),
    })
    expect(await run(['setup', 'postfix', '--apply', '--yes', '--postconf', postconf])).toMatchObject({
      code: 0,
    })
    expect(await run(check)).toMatchObject({ code: 0 })
  })

  test('--apply sets nothing when the answer is no', async () => {
    const postconf = fakePostconf('3.10.5')
    const before = readFileSync(join(folder, 'main.cf'), 'utf8')
    const ran = await run(['setup', 'postfix', '--apply', '--postconf', postconf])
    expect(ran).toMatchObject({ code: 1, err: expect.stringContaining('nothing was set') })
    expect(readFileSync(join(folder, 'main.cf'), 'utf8')).toBe(before)
  })

  test('a Postfix too old is refused with the reason', async () => {
    const ran = await run(['setup', 'postfix', '--postfix-version', '3.3.1'])
    expect(ran).toMatchObject({ code: 2, out: '', err: expect.stringContaining('servername=') })
  })

  test('prints for a version that is not installed here', async () => {
    const { out, code } = await run(['setup', 'postfix', '--postfix-version', '3.7', '--json'])
    expect(code).toBe(0)
    const { settings } = JSON.parse(out) as { settings: { parameter: string; wanted: string }[] }
    expect(settings[0]).toMatchObject({ wanted: 'socketmap:inet:127.0.0.1:8461:postfix34' })
  })

  test('a missing postconf says what else can be done and ends with 3', async () => {
    const ran = await run(['setup', 'postfix', '--postconf', join(folder, 'none')])
    expect(ran).toMatchObject({ code: 3, err: expect.stringContaining('--postfix-version') })
  })
})

test.each([
  ['exim', 'no MTA-STS client'],
  ['zimbra', 'zimbraMtaSmtpTlsSecurityLevel'],
])('setup %s prints advice', async (name, text) => {
  expect(await run(['setup', name])).toMatchObject({ code: 0, out: expect.stringContaining(text) })
})

describe('the first screen', () => {
  const screen = {
    version: '1.2.3',
    socketmapAddresses: ['127.0.0.1:8461', '/run/s'],
    httpAddress: '127.0.0.1:8460',
    setupUrl: undefined,
    databaseFile: '/var/lib/sternpost/sternpost.db',
    dryRun: false,
    configSource: 'built-in defaults',
    invokedAs: 'npx sternpost',
    color: false,
  }

  test('says where it listens, what DANE rests on, where the state lies and what to type next', () => {
    const health = [{ name: 'dns', state: 'ok', message: 'Resolver 127.0.0.1 validates.' } as const]
    const text = formatStartScreen({ ...screen, health })
    for (const piece of [
      '127.0.0.1:8461, /run/s',
      '127.0.0.1:8460',
      'Resolver 127.0.0.1 validates',
      '/var/lib/sternpost',
      'npx sternpost lookup example.com',
      'npx sternpost setup postfix',
    ]) {
      expect(text).toContain(piece)
    }
    expect(text).not.toContain('\u001b')
    expect(text).not.toContain('dry run')
  })

  test('says that DANE is off, what is not well, and that a dry run touches no mail', () => {
    const health = [
      { name: 'dns', state: 'degraded', message: 'DANE is off. No AD bit.' },
      { name: 'clock', state: 'degraded', message: 'it jumped' },
    ] as const
    const text = formatStartScreen({ ...screen, health, dryRun: true })
    for (const piece of ['DANE is off. No AD bit.', 'it jumped', 'no mail is touched'])
      expect(text).toContain(piece)
  })
})
