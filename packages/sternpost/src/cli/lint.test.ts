import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CommandIo } from './command-io.ts'
import { runSternpost } from './testing/run-sternpost.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-lint-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function put(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

async function run(argv: string[], more: Partial<CommandIo> = {}) {
  const ran = await runSternpost(folder, ['lint', ...argv], more)
  return { ...ran, lines: ran.out.trim().split('\n') }
}

async function runJson(argv: string[]) {
  const { lines, code } = await run(['--json', ...argv])
  return { code, values: lines.map(line => JSON.parse(line)) }
}

/** As a shell would run it, with something on standard input. */
async function runWithInput(argv: string[], input: string): Promise<string> {
  const main = join(import.meta.dirname, '../main.ts')
  const child = spawn(process.execPath, ['--conditions=source', '--no-warnings', main, 'lint', ...argv], {
    cwd: folder,
  })
  child.stdin.end(input)
  let out = ''
  for await (const chunk of child.stdout) out += chunk
  return out
}

const policy = (...lines: string[]) => ['version: STSv1', ...lines].map(line => `${line}\r\n`).join('')
const good = policy('mode: enforce', 'mx: mail.example.com', 'mx: *.example.net', 'max_age: 2592000')

describe('lint policy', () => {
  test('one line where all is fine', async () => {
    const file = put('good.txt', good)
    const { out, code } = await run(['policy', file])
    expect(code).toBe(0)
    expect(out).toBe(`${file}: valid, mode enforce, max_age 2592000, 2 mx\n`)
  })

  test('--json prints one line for each file, with exactly these keys', async () => {
    const files = [put('good.txt', good), put('bad.txt', 'mode: none\n'), join(folder, 'missing.txt')]
    const { values, code } = await runJson(['policy', ...files])
    expect(code).toBe(2)
    expect(values).toHaveLength(3)
    for (const value of values)
      expect(Object.keys(value)).toEqual(['file', 'valid', 'mode', 'maxAgeSeconds', 'mx', 'findings'])
    expect(values[0]).toEqual({
      file: files[0],
      valid: true,
      mode: 'enforce',
      maxAgeSeconds: 2_592_000,
      mx: ['mail.example.com', '*.example.net'],
      findings: [],
    })
    expect(values[1]).toMatchObject({ valid: false, mode: 'none', maxAgeSeconds: null, mx: [] })
    expect(values[2]).toMatchObject({ valid: false, mode: null, findings: [{ code: 'file/unreadable' }] })
  })

  test('tells file, line and column, the worst first, and the corrected lines', async () => {
    const file = put(
      'bad.txt',
      policy('mode: enforced', 'mx: mail.example.com.', 'note: x', 'max_age: 2592000'),
    )
    const { out, code, lines } = await run(['policy', file])
    expect(code).toBe(1)
    expect(lines[0]).toBe(`${file}: not valid, 2 errors, 1 piece of advice`)
    expect(out).toContain(`${file}:2:7\nerror   mode 'enforced'`)
    expect(out).toContain('did you mean enforce?')
    expect(out).toContain('  - mode: enforced\n')
    expect(out).toContain('  + mode: enforce\n')
    expect(out).toContain('  + mx: mail.example.com\n')
  })

  test('no line is wider than 80 columns but for names of files', async () => {
    const file = put('x', policy('mode: enforced', '', 'mx : a', 'max-age: 5', `mx: ${'a'.repeat(300)}`))
    const { lines } = await run(['policy', file])
    const wide = lines.filter(line => line.length > 80 && !line.includes(folder) && !/^ {2}[-+ ]/.test(line))
    expect(wide).toEqual([])
  })

  test.each([
    ['a byte order mark', Buffer.from(`\ufeff${good}`), 'mta-sts/policy-encoding'],
    ['UTF-16', Buffer.from(`\ufeff${good}`, 'utf16le'), 'mta-sts/policy-encoding'],
    ['UTF-16 without a mark', Buffer.from(good, 'utf16le'), 'mta-sts/policy-encoding'],
    [
      'Latin-1',
      Buffer.from(policy('mode: none', 'note: \u00e9', 'max_age: 86400'), 'latin1'),
      'mta-sts/policy-encoding',
    ],
    ['bytes', Buffer.from([0x1f, 0x8b, 0x08, 0, 0, 0]), 'mta-sts/policy-foreign-text'],
    ['nothing', Buffer.alloc(0), 'mta-sts/policy-empty'],
    ['a megabyte', Buffer.alloc(1_000_000, 'a: b\n'), 'mta-sts/policy-too-large'],
    ['lone CRs', Buffer.from(good.replaceAll('\r\n', '\r')), 'mta-sts/policy-line'],
  ])('%s', async (_, bytes, expected) => {
    const { values, code } = await runJson(['policy', put('x', bytes)])
    expect(code).toBe(1)
    expect(values[0].valid).toBe(false)
    expect(values[0].findings.map((found: { code: string }) => found.code)).toContain(expected)
  })

  test('a folder, a missing file: said, and the others are still judged', async () => {
    const file = put('good.txt', good)
    const { out, err, code } = await run(['policy', folder, join(folder, 'none'), file])
    expect(code).toBe(2)
    expect(err).toContain('it is a folder')
    expect(err).toContain('there is no such file')
    expect(out).toContain(`${file}: valid`)
  })

  test('--fail-on decides on the exit status', async () => {
    const file = put('short.txt', policy('mode: testing', 'mx: a.example', 'max_age: 3600'))
    expect((await run(['policy', file])).code).toBe(0)
    expect((await run(['policy', '--fail-on', 'warning', file])).code).toBe(1)
    const bad = put('bad.txt', 'x')
    expect((await run(['policy', '--fail-on', 'never', bad])).code).toBe(0)
    expect((await run(['policy', '--fail-on', 'often', bad])).code).toBe(2)
  })

  test('escapes what a file says, and colors only where it may', async () => {
    const file = put('x', policy('mode: \u001b[31menforce\u202e', 'max_age: 5'))
    const { out } = await run(['policy', file])
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
    const { lines } = await run(['--json', 'policy', file])
    expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u202e]/)
    const colored = await run(['policy', file], { stdoutIsTerminal: true })
    expect(colored.out).toContain('\u001b[31m')
    const plain = await run(['--no-color', 'policy', file], { stdoutIsTerminal: true })
    expect(plain.out).not.toContain('\u001b')
  })

  test('- is standard input', async () => {
    expect(await runWithInput(['policy', '-'], good)).toMatch(/^-: valid, mode enforce/)
  })
})

describe('lint record', () => {
  const record = 'v=STSv1; id=20260101T000000;'

  test('--json prints one line for each record, with exactly these keys', async () => {
    const { values, code } = await runJson(['record', '--type', 'sts', record, 'hello'])
    expect(code).toBe(0)
    for (const value of values)
      expect(Object.keys(value)).toEqual(['index', 'type', 'valid', 'value', 'findings'])
    expect(values[0]).toEqual({
      index: 0,
      type: 'sts',
      valid: true,
      value: { policyId: '20260101T000000', extensions: [] },
      findings: [],
    })
    expect(values[1]).toMatchObject({ index: 1, valid: false, value: null })
  })

  test('two records at one name are an error of each, though each is valid', async () => {
    const { values, code } = await runJson(['record', '--type', 'sts', record, record])
    expect(code).toBe(1)
    for (const { valid, findings } of values) {
      expect(valid).toBe(true)
      expect(findings[0]).toMatchObject({ code: 'mta-sts/record-multiple', severity: 'error' })
    }
  })

  test('every member of a value is there; bytes are hexadecimal', async () => {
    const digest = 'ab'.repeat(32)
    const tlsa = await runJson(['record', '--type', 'tlsa', `3 1 1 ${digest}`])
    expect(tlsa.values[0].value).toEqual({
      usage: 'DANE-EE',
      selector: 'SPKI',
      matchingType: 'SHA2-256',
      data: digest,
    })
    const bimi = await runJson(['record', '--type', 'bimi', 'v=BIMI1; l=;'])
    expect(bimi.values[0].value).toEqual({
      location: '',
      evidence: '',
      localPartPrefixes: null,
      avatarPreference: null,
    })
  })

  test('for people: the record, its column, the corrected text', async () => {
    const { out, code } = await run(['record', '--type', 'tlsrpt', 'v=TLSRPTv1; rua=a@example.com'])
    expect(code).toBe(1)
    expect(out).toContain("record 0: 'v=TLSRPTv1; rua=a@example.com': not valid, 1 error\n")
    expect(out).toContain('record 0, column 17\n')
    expect(out).toContain('  + v=TLSRPTv1; rua=mailto:a@example.com;\n')
  })

  test('- reads lines, white space in front kept', async () => {
    const out = await runWithInput(['--json', 'record', '--type', 'sts', '-'], ` ${record}\r\n\n${record}\n`)
    const values = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(values.map(({ index, valid }) => [index, valid])).toEqual([
      [0, false],
      [1, true],
    ])
  })

  test('a type must be given, and be known', async () => {
    expect((await run(['record', record])).code).toBe(2)
    expect((await run(['record', '--type', 'spf', record])).code).toBe(2)
    expect((await run(['record', '--type', 'sts'])).code).toBe(2)
  })
})

describe('lint report', () => {
  const report = (more: object = {}) => ({
    'organization-name': 'Example Inc.',
    'date-range': { 'start-datetime': '2026-01-01T00:00:00Z', 'end-datetime': '2026-01-01T23:59:59Z' },
    'contact-info': 'tls@example.com',
    'report-id': 'a',
    policies: [
      {
        policy: {
          'policy-type': 'sts',
          'policy-domain': 'example.org',
          'policy-string': ['version: STSv1', 'mode: none', 'max_age: 5'],
          'mx-host': ['mx.example.org'],
        },
        summary: { 'total-successful-session-count': 3, 'total-failure-session-count': 0 },
      },
    ],
    ...more,
  })

  test('a report as the standard has it is one line, packed or not', async () => {
    const plain = put('a.json', JSON.stringify(report()))
    const packed = put('a.json.gz', gzipSync(JSON.stringify(report())))
    const { out, code } = await run(['report', plain, packed])
    expect(code).toBe(0)
    expect(out).toContain(`${plain}: valid, `)
    expect(out).toContain(`${packed}: valid, `)
    expect(out).toContain('2 documents, 2 valid')
  })

  test('--json prints one line for each document', async () => {
    const files = [
      put('a.json', JSON.stringify(report())),
      put('b.json', JSON.stringify(report({ 'report-id': undefined }))),
      put('c.json', '{"a": 1}'),
      put('d.gz', gzipSync(JSON.stringify(report())).subarray(0, 40)),
      join(folder, 'none'),
    ]
    const { values, code } = await runJson(['report', ...files])
    expect(code).toBe(2)
    for (const value of values) expect(Object.keys(value)).toEqual(['file', 'valid', 'reports', 'findings'])
    expect(values.map(({ valid, findings }) => [valid, findings[0]?.code])).toEqual([
      [true, undefined],
      [false, 'tls-rpt/report-id'],
      [false, 'report/none'],
      [false, 'report/gzip'],
      [false, 'file/unreadable'],
    ])
    expect(values[0].reports).toEqual([{ organization: 'Example Inc.', reportId: 'a', day: '2026-01-01' }])
  })

  test('what a sender cannot know of a failure is no fault', async () => {
    const [policy] = report().policies
    const failures = [{ 'result-type': 'sts-policy-fetch-error', 'failed-session-count': 1 }]
    const summary = { 'total-successful-session-count': 0, 'total-failure-session-count': 1 }
    const file = put(
      'a.json',
      JSON.stringify(report({ policies: [{ ...policy, summary, 'failure-details': failures }] })),
    )
    const { values, code } = await runJson(['report', file])
    expect(code).toBe(0)
    expect(values[0].valid).toBe(true)
  })

  test('folders are read with all that is in them', async () => {
    mkdirSync(join(folder, 'reports'))
    put('reports/a.json', JSON.stringify(report()))
    const { values } = await runJson(['report', join(folder, 'reports')])
    expect(values).toMatchObject([{ valid: true }])
  })
})
