import { describe, expect, test } from 'vitest'
import { type BoardRow, nextStepOf, problemCountOf, problemsOf } from './board-row.ts'

const row: BoardRow = {
  domain: 'a.example',
  isPublished: true,
  mode: 'testing',
  modeSince: 0,
  stage: 'gathering',
  autoAdvances: undefined,
  asksForReports: true,
  successfulSessionCount: 1000,
  failedSessionCount: 0,
  packedDays: '',
  lastReportDay: '2026-11-25',
  knownProblems: [],
}

describe('the next step', () => {
  test('of a domain that is ready is to advance it, unless that goes by itself', () => {
    const ready = { ...row, stage: 'ready' } as const
    expect(nextStepOf(ready, false)).toMatch(/^Advance it to mode enforce/)
    expect(nextStepOf(ready, true)).toMatch(/^Nothing: .* by itself/)
    expect(nextStepOf({ ...ready, autoAdvances: false }, true)).toMatch(/^Advance it/)
    expect(nextStepOf({ ...ready, autoAdvances: true }, false)).toMatch(/^Nothing/)
  })

  test('without reports is to wait for them, and with them to see what is missing', () => {
    expect(nextStepOf({ ...row, lastReportDay: undefined }, false)).toMatch(/^Wait for reports/)
    expect(nextStepOf({ ...row, lastReportDay: undefined, asksForReports: false }, false)).toMatch(
      /^Ask for TLS reports/,
    )
    expect(nextStepOf(row, false)).toMatch(/missing for mode enforce/)
  })

  test('goes by the worst problem first', () => {
    const stopped = {
      kind: 'rollout',
      severity: 'error',
      domain: row.domain,
      message: 'x',
      since: 0,
    } as const
    const failing = { ...row, failedSessionCount: 20, knownProblems: [stopped] }
    expect(problemsOf(failing).map(({ kind, severity }) => [kind, severity])).toEqual([
      ['rollout', 'error'],
      ['failures', 'warning'],
    ])
    expect(problemCountOf(failing)).toBe(2)
    expect(nextStepOf(failing, false)).toMatch(/why its roll-out stopped/)
    expect(nextStepOf({ ...row, failedSessionCount: 20 }, false)).toMatch(/what fails/)
  })

  test('of a domain that is not published here is to publish it', () => {
    const seen = { ...row, isPublished: false, mode: undefined, stage: undefined } as const
    expect(nextStepOf(seen, false)).toMatch(/^Publish its policy here/)
  })
})
