// An import that is killed again and again loses no report it told of and counts none twice.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { nodeArguments, repositoryRoot } from '../../tools/suite.ts'

const REPORTS = 10_000
const KILLS = 20
const DOMAINS = 50

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-report-crash-'))
  writeFileSync(join(folder, 'sternpost.yaml'), 'log: { level: silent }\n')
})
afterEach(() => rmSync(folder, { recursive: true }))

function writeReports(count: number): string {
  const reports = join(folder, 'reports')
  mkdirSync(reports)
  for (let index = 0; index < count; index += 1) {
    const domain = `d${index % DOMAINS}.example`
    const report = {
      'organization-name': 'Sender Inc.',
      'date-range': { 'start-datetime': '2026-10-31T00:00:00Z', 'end-datetime': '2026-10-31T23:59:59Z' },
      'contact-info': 'tls-reports@sender.example',
      'report-id': `report-${index}`,
      policies: [
        {
          policy: { 'policy-type': 'sts', 'policy-domain': domain, 'policy-string': ['version: STSv1'] },
          summary: { 'total-successful-session-count': 7, 'total-failure-session-count': 1 },
          'failure-details': [{ 'result-type': 'certificate-expired', 'failed-session-count': 1 }],
        },
      ],
    }
    writeFileSync(join(reports, `${index}.json.gz`), gzipSync(JSON.stringify(report)))
  }
  return reports
}

interface Ran {
  readonly code: number | null
  /** Ids of the reports it told of: from then on they must not be lost. */
  readonly told: readonly string[]
  readonly errors: string
}

/** Imports; with `killAfterMs`, until so long after the first report was told of. */
async function runImport(reports: string, killAfterMs?: number): Promise<Ran> {
  const args = ['report', 'import', reports, '--json', '--config', join(folder, 'sternpost.yaml')]
  const command = [...nodeArguments('packages/sternpost/src/main.ts'), ...args, '--data', dataDir()]
  const child = spawn(process.execPath, command, { cwd: repositoryRoot, stdio: ['ignore', 'pipe', 'pipe'] })
  let [output, errors] = ['', '']
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk
  })
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    if (output === '' && killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs)
    output += chunk
  })
  const code = await new Promise<number | null>(resolve => child.once('close', resolve))
  const lines = output.split('\n').slice(0, -1)
  const told = lines.flatMap(line => {
    const { reports: found = [] } = JSON.parse(line) as { reports?: { reportId: string }[] }
    return found.map(({ reportId }) => reportId)
  })
  return { code, told, errors }
}

const dataDir = () => join(folder, 'data')

function ask<Row>(query: string): Row[] {
  const database = new DatabaseSync(join(dataDir(), 'sternpost.db'))
  try {
    return database.prepare(query).all() as Row[]
  } finally {
    database.close()
  }
}

const storedIds = () =>
  ask<{ report_id: string }>('SELECT report_id FROM reports').map(({ report_id }) => report_id)

test(`no report is lost or counted twice in an import of ${REPORTS} that is killed ${KILLS} times`, async () => {
  const reports = writeReports(REPORTS)
  // From 20 kills at these moments, spread over a run, every step of a batch is hit sooner or later.
  for (let round = 0; round < KILLS; round += 1) {
    const { told, errors } = await runImport(reports, (round * 137) % 1_100)
    expect(errors).toBe('')
    expect(told.length).toBeGreaterThan(0)
    const stored = new Set(storedIds())
    expect(told.filter(id => !stored.has(id))).toEqual([])
  }
  const { code, told } = await runImport(reports)
  expect(code).toBe(0)
  expect(new Set(told).size).toBe(REPORTS)

  expect(ask('PRAGMA quick_check')).toEqual([{ quick_check: 'ok' }])
  const ids = storedIds()
  expect([ids.length, new Set(ids).size]).toEqual([REPORTS, REPORTS])
  for (const table of ['report_texts', 'report_policies', 'report_failures'])
    expect(ask(`SELECT count(*) AS rows FROM ${table}`)).toEqual([{ rows: REPORTS }])
  const sums = { reports: REPORTS, success: 7 * REPORTS, failure: REPORTS }
  for (const which of ["= '*'", "<> '*'"]) {
    const query = `SELECT sum(reports) AS reports, sum(success) AS success, sum(failure) AS failure
      FROM report_daily WHERE policy_domain ${which}`
    expect(ask(query)).toEqual([sums])
    expect(
      ask(`SELECT sum(failed) AS failed FROM report_daily_failures WHERE policy_domain ${which}`),
    ).toEqual([{ failed: REPORTS }])
  }
})
