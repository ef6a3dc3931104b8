import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CommandResult, SuiteResult } from './suite.ts'

/** Runs vitest with `args` by way of `start`, and counts what it wrote into its report. */
export async function countVitest(
  name: string,
  start: (args: readonly string[]) => Promise<CommandResult>,
): Promise<SuiteResult & { readonly output: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'sternpost-vitest-'))
  const reportFile = join(folder, 'report.json')
  try {
    const { code, output } = await start([
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${reportFile}`,
    ])
    return { name, ...countReport(readReport(reportFile), code), output }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface VitestReport {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

/**
 * Counts a report; a file that did not load is one failure, and so is an exit code that the counts do not
 * explain (no tests at all, an unhandled error, a crash before the report).
 */
export function countReport(report: VitestReport | undefined, exitCode: number): Omit<SuiteResult, 'name'> {
  const files = report?.testResults ?? []
  const tests = files.flatMap(file => file.assertionResults)
  const passed = tests.filter(({ status }) => status === 'passed').length
  const broken = files.filter(
    file => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  )
  // The tests of a file that did not get to run are told by that file's failure.
  const skippedTests = files
    .filter(file => !broken.includes(file))
    .flatMap(file => file.assertionResults)
    .filter(({ status }) => status !== 'passed' && status !== 'failed')
  const counted = tests.filter(({ status }) => status === 'failed').length + broken.length
  const unexplained = counted === 0 && (exitCode !== 0 || passed === 0)
  return {
    passed,
    failed: unexplained ? 1 : counted,
    skipped: skippedTests.length,
    notes: [
      ...broken.map(({ name }) => `did not run: ${name}`),
      ...(unexplained ? [`vitest ended with code ${exitCode} and ${passed} passed tests`] : []),
      ...skippedTests.map(({ fullName }) => `skipped: ${fullName}`),
    ],
  }
}

function readReport(file: string): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as VitestReport
  } catch {
    return undefined
  }
}
