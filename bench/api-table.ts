import type { Latency, UsersResult } from './api-users.ts'
import type { ApiResult } from './measure-api.ts'

/** What the figures are to reach. */
export const apiGoals = { p95Ms: 100 } as const

const LABEL_WIDTH = 44
const COLUMN_WIDTH = 10

/** The table for the terminal: each call of each screen beside the limit, then the socketmap beside itself alone. */
export function formatApiResult(result: ApiResult): string {
  const { plan, alone, withThinkTime, withoutThinkTime, peakMegabytes } = result
  const reports = plan.reports.toLocaleString('en-US')
  return [
    `The API with ${reports} reports, ${plan.users} users, each one call at a time`,
    '',
    ...round(`${plan.thinkMs} ms on average between two calls of a user`, withThinkTime),
    '',
    ...round('no pause between two calls', withoutThinkTime),
    '',
    line('The socketmap meanwhile, 100 names a second', ['p50 ms', 'p99 ms', 'ratio']),
    socketmap('  nobody looks at the dashboard', alone, alone),
    socketmap('  users with pauses', withThinkTime, alone),
    socketmap('  users without', withoutThinkTime, alone),
    '',
    line('memory of the daemon at most, MB', [Math.round(peakMegabytes).toLocaleString('en-US')]),
  ].join('\n')
}

function round(title: string, { calls, callsPerSecond }: UsersResult): string[] {
  const sorted = calls.toSorted((a, b) => (a.key < b.key ? -1 : 1))
  const within = calls.every(({ p95Ms }) => p95Ms <= apiGoals.p95Ms)
  return [
    `${title}: ${callsPerSecond.toFixed(0)} calls a second`,
    line('', ['calls', 'p50 ms', 'p95 ms', 'p99 ms', `goal ${apiGoals.p95Ms}`]),
    ...sorted.map(call =>
      line(`  ${call.key}`, [...figures(call), call.p95Ms <= apiGoals.p95Ms ? 'ok' : 'missed']),
    ),
    `  ${within ? 'p95 of every call is within the goal' : 'p95 is beyond the goal where it says missed'}`,
  ]
}

function figures({ count, p50Ms, p95Ms, p99Ms }: Latency): string[] {
  return [String(count), ms(p50Ms), ms(p95Ms), ms(p99Ms)]
}

function socketmap(
  label: string,
  { socketmap: mine }: UsersResult,
  { socketmap: base }: UsersResult,
): string {
  return line(label, [ms(mine.p50Ms), ms(mine.p99Ms), `[\u00d7${(mine.p99Ms / base.p99Ms).toFixed(2)}]`])
}

function line(label: string, cells: readonly string[]): string {
  return `${label.padEnd(LABEL_WIDTH)}${cells.map(cell => cell.padStart(COLUMN_WIDTH)).join('')}`.trimEnd()
}

function ms(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}
