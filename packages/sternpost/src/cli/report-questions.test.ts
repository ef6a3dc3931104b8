import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createReportWorld, type ReportWorld } from '../reports-received/testing/index.ts'
import type { CommandIo } from './command-io.ts'
import { runSternpost } from './testing/run-sternpost.ts'

let world: ReportWorld
let folder: string
beforeEach(async () => {
  world = await createReportWorld()
  folder = mkdtempSync(join(tmpdir(), 'sternpost-cli-'))
  writeFileSync(join(folder, 'sternpost.yaml'), 'log: { level: silent }\n')
})
afterEach(async () => {
  await world[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

const now = () => Date.parse('2026-03-15T12:00:00Z')
const report = (argv: string[], more: Partial<CommandIo> = {}, dataDir = world.dataDir) =>
  runSternpost(folder, ['--data', dataDir, 'report', ...argv], { now, ...more })

async function fill() {
  await world.take({ success: 120, organization: 'Sender Two' })
  await world.take({
    success: 40,
    failures: [
      {
        type: 'starttls-not-supported',
        count: 5,
        mx: 'mx.example.com',
        from: '192.0.2.7',
        to: '198.51.100.1',
      },
    ],
  })
  await world.take({ channel: 'https', organization: 'Stranger', success: 1 })
}

describe('report show', () => {
  test('explains a report for people', async () => {
    await fill()
    const { out, err, code } = await report(['show', '2'])
    expect({ err, code }).toEqual({ err: '', code: 0 })
    expect(out).toMatchInlineSnapshot(`
      "Report 2: Sender One about example.com, 2026-03-10
      45 sessions: 40 good, 5 failed (88.9 % good).

      What failed
        The MX host did not offer STARTTLS. (starttls-not-supported, 5 sessions)
          MX       mx.example.com
          Domain   example.com (policy: sts)
          From     192.0.2.0/24
          Seen     on 2026-03-10 only
          Cause    possible: somebody in between, who removes protection (a downgrade
                   attack)
          Because  5 sessions failed, reported by Sender One, on 2026-03-10.
                   In the same days Sender Two saw 120 good sessions and not this
                   failure.
                   That reporter also had 40 good sessions, so it does not fail
                   always.
                   All of it comes from the network 192.0.2.0/24.
                   All of it at the address 198.51.100.1.
          Doubt    Reports name an MX host only for failures, so the other reporters
                   may have used another MX host or come at another hour. A firewall
                   in the sender's network, a limit on connections or a restart of
                   your server looks the same.
          Do       Test STARTTLS at this MX host from outside, then ask the reporter
                   what stands between its network and yours. In mode enforce the
                   sender keeps the mail back rather than send it in the clear.
          Code     tls-rpt/possible-downgrade

        Others' reports: 1 more report unauthenticated, not counted (--trust
        unauthenticated shows it).

      Policies the reporter applied
        sts for example.com: 40 good, 5 failed
          | version: STSv1
          | mode: enforce
          | mx: *.example.com
          | max_age: 604800

      About the report
          Id       2026-03-10_example.com_Sender One
          Range    2026-03-10 00:00 UTC to 2026-03-10 23:59 UTC
          Contact  tls@sender.example
          Trust    imported: handed over as a file
          Came by  import, 2026-03-20 06:00 UTC
          Notes    inferred policies[0].policy.mx-host: from the policy that is quoted
      "
    `)
  })

  test('takes a report id, and says so where there is none or several', async () => {
    await world.take({ reportId: 'one' })
    await world.take({ reportId: 'two', organization: 'A' })
    await world.take({ reportId: 'two', organization: 'B' })
    expect((await report(['show', 'one'])).out).toContain('Report 1:')
    expect(await report(['show', 'two'])).toMatchObject({ code: 2, err: expect.stringContaining('3, 2') })
    expect(await report(['show', '77'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('report list'),
    })
  })

  test('prints the text as it came, and on a terminal with controls escaped', async () => {
    await world.take({ organization: 'a\u001b[31m\u009b' })
    const piped = await report(['show', '1', '--raw'])
    expect(JSON.parse(piped.out)).toHaveProperty('organization-name', 'a\u001b[31m\u009b')
    expect(piped.out).toContain('\u009b')
    const shown = await report(['show', '1', '--raw'], { stdoutIsTerminal: true })
    expect(shown.out).toContain('\\u{9b}')
    expect(shown.out).not.toContain('\u009b')
  })
})

describe('report summary', () => {
  test('says how mail arrived, what failed and what is left out', async () => {
    await fill()
    const { out, code } = await report(['summary', '--domain', 'Example.COM.'])
    expect(code).toBe(0)
    expect(out).toMatchInlineSnapshot(`
      "example.com, 2026-02-14 to 2026-03-15
      2 reports, 165 sessions: 160 good, 5 failed (97.0 % good).
      1 more report unauthenticated, not counted (--trust unauthenticated shows it).

      Reporters
      Reporter    Reports  Good  Failed    Rate
      Sender Two        1   120       0   100 %
      Sender One        1    40       5  88.9 %

      What fails
        The MX host did not offer STARTTLS. (starttls-not-supported, 5 sessions, new
        since 2026-03-09)
          MX       mx.example.com
          Domain   example.com (policy: sts)
          From     192.0.2.0/24
          Seen     on 2026-03-10 only
          Cause    possible: somebody in between, who removes protection (a downgrade
                   attack)
          Because  5 sessions failed, reported by Sender One, on 2026-03-10.
                   In the same days Sender Two saw 120 good sessions and not this
                   failure.
                   That reporter also had 40 good sessions, so it does not fail
                   always.
                   All of it comes from the network 192.0.2.0/24.
                   All of it at the address 198.51.100.1.
          Doubt    Reports name an MX host only for failures, so the other reporters
                   may have used another MX host or come at another hour. A firewall
                   in the sender's network, a limit on connections or a restart of
                   your server looks the same.
          Do       Test STARTTLS at this MX host from outside, then ask the reporter
                   what stands between its network and yours. In mode enforce the
                   sender keeps the mail back rather than send it in the clear.
          Code     tls-rpt/possible-downgrade

      One report in full: sternpost report list, then report show NUMBER

      Over IPv4 and IPv6 (reports name addresses for failures only)
      To    Failures  Addresses
      IPv4         5  198.51.100.1

      Policies that reporters apply
        Taken for yours: the newest policy in the reports, first seen on 2026-03-10:
        version: STSv1, mode: enforce, mx: *.example.com, max_age: 604800
        2 reporters apply it.
      "
    `)
  })

  test('gives the same figures as JSON and as CSV', async () => {
    await fill()
    const { summary } = JSON.parse((await report(['summary', '--json', '--from', '2026-03-09'])).out)
    expect(summary).toMatchObject({ successfulSessionCount: 160, failedSessionCount: 5, reportCount: 2 })
    const csv = await report(['summary', '--csv', '--from', '2026-03-09', '--to', '2026-03-10'])
    expect(csv.out).toBe(
      'day,reports,successfulSessions,failedSessions\r\n2026-03-09,0,0,0\r\n2026-03-10,2,160,5\r\n',
    )
  })
})

describe('report list', () => {
  test('is a table of 80 columns with numbers under one another', async () => {
    await fill()
    expect((await report(['list'])).out).toMatchInlineSnapshot(`
      "Report  Day         Reporter and domain      Good  Failed  Trust
           3  2026-03-10  Stranger: example.com       1       0  unauthenticated
           2  2026-03-10  Sender One: example.com    40       5  imported
           1  2026-03-10  Sender Two: example.com   120       0  imported
      "
    `)
    const page = await report(['list', '--limit', '2'])
    expect(page.out).toContain('--after 2026-03-10.2')
    expect((await report(['list', '--after', '2026-03-10.2'])).out).toContain('Sender Two')
    expect((await report(['list', '--domain', 'other.test'])).out).toBe('No report fits.\n')
  })
})

test('a wrong option ends with usage and says what is right', async () => {
  for (const argv of [
    ['list', '--from', '2026-02-30'],
    ['list', '--trust', 'some'],
    ['list', '--limit', '0'],
    ['list', '--after', 'x'],
    ['export', '--kind', 'all'],
  ])
    expect(await report(argv)).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/such as|[Oo]ne of|from 1|choices/),
    })
})

test('without a database and with an empty one the next step is said', async () => {
  const without = await report(['list'], {}, join(folder, 'nowhere'))
  expect(without.err).toContain('no database')
  for (const command of ['list', 'summary']) {
    const empty = await report([command])
    expect(empty).toMatchObject({ code: 0, out: '' })
    expect(empty.err).toContain('sternpost report import PATH')
  }
})

describe('what strangers write', () => {
  const evil = '=1+1\u001b]0;x\u0007\r\nFAKE LINE<script>alert(1)</script>\u202e'
  beforeEach(async () => {
    await world.take({
      organization: evil,
      reportId: evil,
      policyStrings: [evil],
      failures: [
        { type: evil, count: 1, mx: evil, from: evil, to: evil, reason: evil, helo: evil, info: evil },
      ],
    })
  })

  test.each([
    ['list'],
    ['show', '1'],
    ['summary'],
    ['list', '--csv'],
    ['summary', '--domain', 'example.com'],
    ['show', '1', '--json'],
    ['export'],
  ])('steers no terminal and starts no line of its own in %s %s', async (...argv) => {
    const { out } = await report(argv)
    expect(out).toMatch(/=1\+1/)
    expect(out).not.toMatch(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e]/)
    expect(out).not.toMatch(/^ *FAKE LINE/m)
    if (!['--csv', '--json', 'export'].some(word => argv.includes(word)))
      for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })

  test.each(['reports', 'policies', 'failures'])(
    'is no formula in exported %s and survives as JSON',
    async kind => {
      const csv = (await report(['export', '--csv', '--kind', kind])).out
      expect(csv.split('\r\n')).toHaveLength(3)
      expect(csv).not.toMatch(/(^|,)"?=/m)
      const json = (await report(['export', '--kind', kind])).out
      expect(json.trimEnd().split('\n')).toHaveLength(1)
      expect(Object.values(JSON.parse(json)).join()).toContain('<script>')
    },
  )
})

test('an export says what it leaves out, beside the data', async () => {
  await fill()
  const { out, err } = await report(['export'])
  expect(out.trimEnd().split('\n')).toHaveLength(2)
  expect(err).toBe('1 more report unauthenticated, not exported (--trust unauthenticated shows it).\n')
})
