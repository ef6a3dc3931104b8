import { describe, expect, it } from 'vitest'
import { countReport } from './vitest-suite.ts'

const file = (status: string, ...tests: readonly string[]) => ({
  name: 'a.test.ts',
  status,
  assertionResults: tests.map(each => ({ fullName: each, status: each })),
})

describe('countReport', () => {
  it('counts what passed and failed', () => {
    expect(countReport({ testResults: [file('failed', 'passed', 'failed', 'passed')] }, 1)).toEqual({
      passed: 2,
      failed: 1,
      skipped: 0,
      notes: [],
    })
  })

  it('names every skipped test', () => {
    expect(countReport({ testResults: [file('passed', 'passed', 'pending')] }, 0)).toMatchObject({
      skipped: 1,
      notes: ['skipped: pending'],
    })
  })

  it('a file that did not run is one failure, its tests are not called skipped', () => {
    const report = { testResults: [file('passed', 'passed'), file('failed', 'pending', 'pending')] }
    expect(countReport(report, 1)).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
      notes: ['did not run: a.test.ts'],
    })
  })

  it.each([
    ['no report', undefined, 1],
    ['no tests', { testResults: [] }, 0],
    ['a bad end that no test explains', { testResults: [file('passed', 'passed')] }, 1],
  ])('%s is a failure', (_, report, exitCode) => {
    expect(countReport(report, exitCode).failed).toBe(1)
  })
})
