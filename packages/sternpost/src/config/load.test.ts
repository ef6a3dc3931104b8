import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MAX_CONFIG_BYTES, parseConfigDocument } from './document.ts'
import { type Config, formatConfigIssue, type LoadedConfig, type LoadOptions, loadConfig } from './index.ts'
import { checkDocument, defaultDataDirectory } from './load.ts'

const testdata = join(import.meta.dirname, 'testdata')
const files = readdirSync(testdata)
const NOW = Date.parse('2026-06-01T00:00:00Z')

let folder = ''
let options: LoadOptions
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-config-'))
  options = { env: { HOME: '/home/me' }, cwd: folder, isRoot: false, now: NOW }
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('every example under testdata', () => {
  test.each(files.filter(file => file.endsWith('.good.yaml')))('%s is accepted without a remark', file => {
    const loaded = loadConfig({ ...options, path: join(testdata, file) })
    expect(loaded.ok ? loaded.warnings : loaded.issues).toEqual([])
  })

  test.each(files.filter(file => file.endsWith('.bad.yaml')))(
    '%s is refused as its first line says',
    file => {
      const path = join(testdata, file)
      const expected = readFileSync(path, 'utf8').split('\n')[0]!.slice(2)
      const loaded = loadConfig({ ...options, path })
      const shown = loaded.ok
        ? 'accepted'
        : loaded.issues.map(({ line, column, message }) =>
            line === undefined ? message : `${line}:${column} ${message}`,
          )
      expect(shown).toHaveLength(1)
      expect(shown[0]).toContain(expected)
    },
  )

  test('both kinds are there, so that an empty folder cannot pass', () => {
    expect(files.filter(file => file.endsWith('.bad.yaml')).length).toBeGreaterThan(25)
    expect(files).toContain('everything.good.yaml')
  })
})

describe('what a file says reaches the settings', () => {
  test('with units turned into seconds and bytes, names folded and paths made absolute', () => {
    const config = good(loadConfig({ ...options, path: join(testdata, 'everything.good.yaml') }))
    expect(config.dataDirectory).toBe(join(testdata, 'state'))
    expect(config.dns.timeoutSeconds).toBe(0.5)
    expect(config.http.listen).toBe('off')
    expect(config.outbound).toMatchObject({
      answerBudgetSeconds: 2,
      refreshIntervalSeconds: 43_200,
      retryAfterFailureSeconds: 600,
      cache: { replyBytes: 67_108_864 },
      policyFetch: {
        caFile: join(testdata, 'ca.pem'),
        allowAddresses: ['10.0.0.0/8', '192.0.2.1/32', 'fd00::/8'],
      },
    })
    expect(config.outbound.socketmap.unixMode).toBe(0o666)
    expect(config.outbound.socketmap.listen).toEqual([
      { kind: 'tcp', host: '127.0.0.1', port: 8461, text: '127.0.0.1:8461' },
      { kind: 'tcp', host: '::1', port: 8461, text: '[::1]:8461' },
      { kind: 'tcp', host: 'localhost', port: 0, text: 'localhost:0' },
      { kind: 'unix', path: '/run/sternpost/socketmap', text: 'unix:/run/sternpost/socketmap' },
    ])
    expect(config.outbound.overrides.map(({ domain }) => domain)).toEqual([
      'a.example',
      'b.example',
      'c.example',
      'd.example',
      'xn--mnchen-3ya.example',
    ])
  })

  test('a pinned policy becomes a policy document that can be quoted', () => {
    const config = good(loadConfig({ ...options, path: join(testdata, 'everything.good.yaml') }))
    const pinned = config.outbound.overrides[1]!
    expect(pinned).toMatchObject({
      action: 'pin',
      expiresAt: Date.parse('2999-01-31T23:59:59.999Z'),
      document: {
        text: 'version: STSv1\r\nmode: enforce\r\nmx: mx.b.example\r\nmx: *.mx.b.example\r\nmax_age: 604800\r\n',
        value: {
          mode: 'enforce',
          mxHostPatterns: [{ wildcard: false }, { wildcard: true, name: 'mx.b.example' }],
        },
      },
    })
  })

  test('an empty section means its defaults', () => {
    const config = good(loadConfig({ ...options, path: join(testdata, 'empty-sections.good.yaml') }))
    expect(config).toEqual(good(loadConfig(options)))
  })
})

describe('which file counts', () => {
  const write = (name: string, level: string) => {
    writeFileSync(join(folder, name), `log: { level: ${level} }\n`)
    return join(folder, name)
  }

  test('--config goes before the environment, the environment before the working folder', () => {
    const env = { ...options.env, STERNPOST_CONFIG: write('env.yaml', 'warn') }
    write('sternpost.yaml', 'error')
    const path = write('named.yaml', 'debug')
    expect(good(loadConfig({ ...options, env, path })).log.level).toBe('debug')
    expect(good(loadConfig({ ...options, env })).log.level).toBe('warn')
    expect(good(loadConfig(options)).log.level).toBe('error')
  })

  test('a named file that is missing is an error, never a silent default', () => {
    const loaded = loadConfig({ ...options, path: 'gone.yaml' })
    expect(loaded).toMatchObject({ ok: false, issues: [{ code: 'config/not-found' }] })
    const env = { STERNPOST_CONFIG: 'gone.yaml' }
    expect(loadConfig({ ...options, env })).toMatchObject({
      ok: false,
      issues: [{ code: 'config/not-found' }],
    })
  })

  test('--data goes before the file', () => {
    writeFileSync(join(folder, 'sternpost.yaml'), 'data: /from/file\n')
    expect(good(loadConfig(options)).dataDirectory).toBe('/from/file')
    expect(good(loadConfig({ ...options, dataDirectory: 'here' })).dataDirectory).toBe(join(folder, 'here'))
  })

  test('the state lies where systemd says, then where root or the user keeps it', () => {
    const home = { HOME: '/home/me' }
    const of = (env: Record<string, string>, isRoot = false) => defaultDataDirectory({ env, isRoot })
    expect(of({ ...home, STATE_DIRECTORY: '/var/lib/private/sternpost:/x' }, true)).toBe(
      '/var/lib/private/sternpost',
    )
    expect(of(home, true)).toBe('/var/lib/sternpost')
    expect(of({ ...home, XDG_STATE_HOME: '/state' })).toBe('/state/sternpost')
    expect(of({ ...home, XDG_STATE_HOME: 'relative' })).toBe('/home/me/.local/state/sternpost')
    expect(of(home)).toBe('/home/me/.local/state/sternpost')
  })
})

describe('hostile files', () => {
  test.each([
    ['a file above the limit', Buffer.alloc(MAX_CONFIG_BYTES + 1, '#'), 'config/too-large'],
    ['bytes that are no UTF-8', Buffer.from([0x6c, 0xff, 0xfe]), 'config/encoding'],
    ['deep nesting', Buffer.from('['.repeat(50_000)), 'config/yaml'],
    ['a key that is a list', Buffer.from('? [a, b]\n: 1\n'), 'config/yaml'],
  ])('%s is refused and nothing is thrown', (_, bytes, code) => {
    writeFileSync(join(folder, 'sternpost.yaml'), bytes)
    expect(loadConfig(options)).toMatchObject({
      ok: false,
      issues: expect.arrayContaining([expect.objectContaining({ code })]),
    })
  })

  test('a device that never ends is read no further than the limit', () => {
    expect(loadConfig({ ...options, path: '/dev/zero' })).toMatchObject({
      ok: false,
      issues: [{ code: 'config/too-large' }],
    })
  })

  test('an alias that holds itself is refused', () => {
    const read = parseConfigDocument('x.yaml', 'log: &a\n  level: *a\n')
    const loaded = read.ok ? checkDocument(read.document, options) : read
    expect(loaded.ok).toBe(false)
  })

  test('what is quoted from the file cannot steer a terminal', () => {
    writeFileSync(join(folder, 'sternpost.yaml'), '"\\e[31mred\\nline": 1\n')
    const loaded = loadConfig(options)
    const shown = loaded.ok ? '' : loaded.issues.map(formatConfigIssue).join('')
    expect(shown).toContain('\\u{1b}[31mred\\u{a}line')
  })
})

describe('remarks', () => {
  test('a socket open to other machines is pointed out at its line', () => {
    writeFileSync(
      join(folder, 'sternpost.yaml'),
      'outbound:\n  socketmap:\n    listen: ["[::]:8461", "127.0.0.2:1"]\n',
    )
    const loaded = loadConfig(options)
    expect(loaded.ok && loaded.warnings).toMatchObject([{ code: 'config/exposed', line: 3, column: 14 }])
  })

  test('an override is remarked from the end of its last day, not on it', () => {
    const entry =
      'outbound: { overrides: [{ domain: a.example, action: skip, reason: x y, expires: 2026-06-01 }] }\n'
    writeFileSync(join(folder, 'sternpost.yaml'), entry)
    const at = (now: string) => {
      const loaded = loadConfig({ ...options, now: Date.parse(now) })
      return loaded.ok ? loaded.warnings.map(({ code }) => code) : loaded.issues
    }
    expect(at('2026-06-01T23:00:00Z')).toEqual([])
    expect(at('2026-06-02T00:00:00Z')).toEqual(['config/override-expired'])
  })
})

function good(loaded: LoadedConfig): Config {
  if (!loaded.ok) throw new Error(loaded.issues.map(formatConfigIssue).join('\n'))
  return loaded.config
}
