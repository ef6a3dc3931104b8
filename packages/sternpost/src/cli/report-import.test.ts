import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CommandIo } from './command-io.ts'
import { runSternpost } from './testing/run-sternpost.ts'

let folder = ''
let reports = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-import-'))
  reports = join(folder, 'reports')
  mkdirSync(reports)
  writeFileSync(join(folder, 'resolv.conf'), 'nameserver 127.255.255.253\n')
  writeFileSync(
    join(folder, 'sternpost.yaml'),
    'data: data\ndns: { resolvConf: resolv.conf, timeout: 200ms }\nlog: { level: silent }\n',
  )
})
afterEach(() => rmSync(folder, { recursive: true }))

const run = (argv: string[], more: Partial<CommandIo> = {}) =>
  runSternpost(folder, ['report', 'import', ...argv], more)

function report(reportId: string, domain = 'example.org'): string {
  return JSON.stringify({
    'organization-name': 'Example Inc.',
    'date-range': { 'start-datetime': '2026-01-01T00:00:00Z', 'end-datetime': '2026-01-01T23:59:59Z' },
    'contact-info': 'tls@example.com',
    'report-id': reportId,
    policies: [
      {
        policy: { 'policy-type': 'sts', 'policy-domain': domain, 'policy-string': ['version: STSv1'] },
        summary: { 'total-successful-session-count': 3, 'total-failure-session-count': 2 },
        'failure-details': [{ 'result-type': 'certificate-expired', 'failed-session-count': 2 }],
      },
    ],
  })
}

function put(name: string, content: string | Uint8Array): string {
  const path = join(reports, name)
  writeFileSync(path, content)
  return path
}

const mail = (json: string) =>
  `From: tls@example.com\nSubject: report\nContent-Type: application/tlsrpt+json\n\n${json}\n`

function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
}

describe('report import', () => {
  test('stores what is a report, tells of the rest and is the same twice', async () => {
    put('a.json', report('a'))
    put('b.json.gz', gzipSync(report('b')))
    put('c.eml', mail(report('c')))
    put('in', `From x\n${mail(report('d'))}\nFrom y\n${mail(report('a'))}`)
    put('dmarc.xml', '<?xml version="1.0"?><feedback></feedback>')
    const first = await run([reports])
    expect(first).toMatchObject({ code: 0, err: '' })
    expect(first.out).toContain('accepted  4 reports')
    expect(first.out).toContain('duplicate 1 report\n')
    expect(first.out).toContain('a DMARC aggregate report')
    const second = await run([reports])
    expect(second.code).toBe(0)
    expect(second.out).toContain('accepted  0 reports')
    expect(second.out).toContain('duplicate 5 reports')
  })

  test('--json writes one line for each file and mail, every key there', async () => {
    const a = put('a.json', report('a'))
    const box = put('in', `From x\n${mail(report('b'))}\nFrom y\nSubject: hello\n\nhello\n`)
    const cut = put('cut.gz', gzipSync(report('c')).subarray(0, 60))
    const { out, err, code } = await run(['--json', a, box, cut])
    expect(code).toBe(1)
    expect(err).toContain('rejected  1 document')
    const lines = jsonLines(out)
    expect(lines.map(({ file, verdict }) => [file, verdict])).toEqual([
      [a, 'report'],
      [`${box}#1`, 'report'],
      [`${box}#2`, 'no-report'],
      [cut, 'reject'],
    ])
    for (const line of lines) expect(Object.keys(line)).toEqual(['file', 'verdict', 'reports', 'reason'])
    expect(lines[0]).toEqual({
      file: a,
      verdict: 'report',
      reports: [
        {
          organization: 'Example Inc.',
          reportId: 'a',
          start: '2026-01-01T00:00:00Z',
          end: '2026-01-01T23:59:59Z',
          policies: [
            {
              type: 'sts',
              domain: 'example.org',
              success: 3,
              failure: 2,
              details: [
                {
                  resultType: 'certificate-expired',
                  failedSessionCount: 2,
                  sendingMtaIp: null,
                  receivingMxHostname: null,
                  receivingMxHelo: null,
                  receivingIp: null,
                  additionalInformation: null,
                  failureReasonCode: null,
                },
              ],
            },
          ],
          notes: expect.any(Array),
        },
      ],
      reason: null,
    })
    expect(lines[3]).toMatchObject({ reports: [], reason: expect.stringContaining('[report/gzip]') })
    expect(jsonLines((await run(['--json', a])).out)).toMatchObject([{ verdict: 'duplicate' }])
  })

  test('a broken part beside a report is told of', async () => {
    const part = (body: string | Buffer) =>
      `--b\nContent-Type: application/gzip\nContent-Transfer-Encoding: base64\n\n${Buffer.from(body).toString('base64')}\n`
    const parts = part(gzipSync(report('a')).subarray(0, 60)) + part(gzipSync(report('b')))
    const both = put('a.eml', `From: a\nContent-Type: multipart/mixed; boundary=b\n\n${parts}--b--\n`)
    expect(jsonLines((await run(['--json', both])).out)).toMatchObject([
      { verdict: 'report', reports: [{ reportId: 'b' }], reason: expect.stringContaining('[report/gzip]') },
    ])
  })

  test('--dry-run reads all and stores nothing, not even a folder', async () => {
    put('a.json', report('a'))
    const { out, code } = await run(['--dry-run', reports])
    expect(code).toBe(0)
    expect(out).toContain('readable  1 report in 1 document')
    expect(() => readFileSync(join(folder, 'data'))).toThrow('ENOENT')
    expect((await run([reports])).out).toContain('accepted  1 report ')
  })

  test('a report about a domain that is not ours is counted apart', async () => {
    writeFileSync(
      join(folder, 'sternpost.yaml'),
      'data: data\nreportsReceived: { domains: [example.net] }\nlog: { level: silent }\n',
    )
    put('a.json', report('a'))
    expect((await run([reports])).out).toContain('of them 1 is about a domain not yours')
  })

  test('names and reasons cannot steer the terminal', async () => {
    put('a\u001b[2J\u202e\n.gz', Buffer.from('1f8b0000', 'hex'))
    for (const { out, err } of [await run([reports]), await run(['--json', reports])]) {
      expect(out + err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    }
    expect(jsonLines((await run(['--json', reports])).out)).toHaveLength(1)
  })

  test('a path that is not there is a usage error, and nothing is begun', async () => {
    put('a.json', report('a'))
    const ran = await run([reports, join(folder, 'none')])
    expect(ran).toMatchObject({ code: 2, out: '', err: expect.stringContaining('none') })
    expect((await run([reports])).out).toContain('accepted  1 report ')
    expect(await run(['--type', 'nonsense', reports])).toMatchObject({ code: 2, out: '' })
  })

  test('a database that cannot be written ends with 3 and the reason', async () => {
    writeFileSync(join(folder, 'data'), 'in the way')
    put('a.json', report('a'))
    expect(await run([reports])).toMatchObject({
      code: 3,
      out: '',
      err: expect.stringContaining('nothing can be stored'),
    })
    expect(await run(['--dry-run', reports])).toMatchObject({ code: 0 })
  })

  test('progress is shown on a terminal and taken away again, and is nowhere else', async () => {
    for (let index = 0; index < 50; index += 1) put(`${index}.json`, report(`${index}`))
    let now = 0
    const clock = () => {
      now += 50
      return now
    }
    const { err } = await run(['--dry-run', reports], { stderrIsTerminal: true, now: clock })
    expect(err).toMatch(/\[#+-+\] +\d+ % {2}\d+ read, [\d,]+\/s, \d+ s left/)
    expect(err.endsWith('\r\u001b[K')).toBe(true)
    expect((await run(['--dry-run', reports])).err).toBe('')
  })
})

describe('report import as a program', () => {
  function start(argv: string[]) {
    const main = join(import.meta.dirname, '../main.ts')
    const child = spawn(process.execPath, ['--conditions=source', main, 'report', 'import', ...argv], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    let [out, err] = ['', '']
    child.stdout.setEncoding('utf8').on('data', text => {
      out += text
    })
    child.stderr.setEncoding('utf8').on('data', text => {
      err += text
    })
    const ended = new Promise<{ code: number | null; out: string; err: string }>(resolve => {
      child.once('close', code => resolve({ code, out, err }))
    })
    return { child, ended, hasPrinted: () => out !== '' }
  }

  test('reads a mailbox from standard input', { timeout: 30_000 }, async () => {
    const { child, ended } = start(['--json', '-'])
    child.stdin.end(`From x\n${mail(report('a'))}\nFrom y\n${mail(report('b'))}`)
    const { code, out } = await ended
    expect(code).toBe(0)
    expect(jsonLines(out)).toMatchObject([
      { file: '-#1', verdict: 'report' },
      { file: '-#2', verdict: 'report' },
    ])
  })

  test('a signal ends it with a summary, what was taken is stored', { timeout: 30_000 }, async () => {
    const { child, ended, hasPrinted } = start(['--json', '-'])
    // More than are under way at once, so that the first are told of while the input stays open.
    for (let index = 0; index < 600; index += 1) child.stdin.write(`From x\n${mail(report(`${index}`))}\n`)
    while (!hasPrinted()) await new Promise(resolve => setTimeout(resolve, 20))
    child.kill('SIGINT')
    const { code, out, err } = await ended
    child.stdin.destroy()
    expect(code).toBe(3)
    expect(err).toContain('stopped by a signal')
    const told = jsonLines(out)
    expect(told.length).toBeGreaterThan(0)
    for (const index of told.keys()) put(`${index}.json`, report(`${index}`))
    expect((await run([reports])).out).toContain(`duplicate ${told.length} reports`)
  })
})
