/** Sessions of one UTC day, as reports count them. */
export interface SessionDay {
  readonly successfulSessionCount: number
  readonly failedSessionCount: number
}

/** A column of a sparkline: what went well above the base line, what failed below it. Units: pixels. */
export interface SparkColumn {
  readonly x: number
  readonly width: number
  readonly goodHeight: number
  readonly failedHeight: number
}

/** Above and below the base line. Units: pixels. */
export interface SparkSize {
  readonly width: number
  readonly above: number
  readonly below: number
}

const GAP = 1
/** What is there at all can be seen. */
const LEAST = 2

/**
 * Lays out the days of a sparkline.
 *
 * Shape: both directions have one scale each, as a handful of failures beside thousands of good sessions would
 * not be seen otherwise; that failures stand below the line is what tells them apart, not the colour alone.
 */
export function sparkColumns(days: readonly SessionDay[], size: SparkSize): SparkColumn[] {
  if (days.length === 0) return []
  const mostGood = Math.max(1, ...days.map(day => day.successfulSessionCount))
  const mostFailed = Math.max(1, ...days.map(day => day.failedSessionCount))
  const step = size.width / days.length
  const heightOf = (count: number, most: number, room: number) =>
    count === 0 ? 0 : Math.max(LEAST, (count / most) * room)
  return days.map(({ successfulSessionCount, failedSessionCount }, index) => ({
    x: round(index * step),
    width: round(Math.max(1, step - GAP)),
    goodHeight: round(heightOf(successfulSessionCount, mostGood, size.above)),
    failedHeight: round(heightOf(failedSessionCount, mostFailed, size.below)),
  }))
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10
}

/** Says in one sentence what a sparkline shows; `from` is its first UTC day. */
export function describeDays(days: readonly SessionDay[], from: string): string {
  const good = sum(days.map(day => day.successfulSessionCount))
  const failed = sum(days.map(day => day.failedSessionCount))
  if (good + failed === 0) return `No session reported in ${days.length} days`
  const most = Math.max(...days.map(day => day.failedSessionCount))
  const worst = days.findIndex(day => day.failedSessionCount === most)
  const told =
    failed === 0
      ? 'none failed'
      : `${number(failed)} failed, most on ${dayAfter(from, worst)} (${number(most)})`
  return `${number(good + failed)} sessions in ${days.length} days, ${told}`
}

/** The day so many days after another. */
function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}

function number(count: number): string {
  return count.toLocaleString('en')
}
