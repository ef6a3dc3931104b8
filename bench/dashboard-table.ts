import type { DashboardResult, Spread } from './measure-dashboard.ts'

/** What the figures are to reach, in milliseconds. */
export const dashboardGoals = { firstContentfulPaint: 1_000, interaction: 100 } as const

/** The table for the terminal: each figure beside its limit. */
export function formatDashboardResult(result: DashboardResult): string {
  const { plan, chromium, firstContentfulPaint, tableShown, interaction } = result
  return [
    `The dashboard with ${plan.domains.toLocaleString('en-US')} domains, in Chromium ${chromium}`,
    '',
    line('', ['times', 'median ms', 'p95 ms', 'most ms', 'limit ms', 'p95/limit']),
    row('first contentful paint', firstContentfulPaint, dashboardGoals.firstContentfulPaint),
    row('the table has rows', tableShown, undefined),
    row('key or click to next picture', interaction, dashboardGoals.interaction),
  ].join('\n')
}

function row(label: string, { count, median, p95, most }: Spread, limit: number | undefined): string {
  const figures = [median, p95, most].map(value => value.toFixed(0))
  const beside = limit === undefined ? [] : [String(limit), `[×${(p95 / limit).toFixed(2)}]`]
  return line(label, [String(count), ...figures, ...beside])
}

function line(label: string, cells: readonly string[]): string {
  return `${label.padEnd(30)}${cells.map(cell => cell.padStart(11)).join('')}`.trimEnd()
}
