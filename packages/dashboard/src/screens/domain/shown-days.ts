const DAY_MS = 86_400_000

/** First and last UTC day of what a page shows. */
export interface Days {
  readonly from: string
  readonly to: string
}

/** The last days up to today. */
export function lastDays(now: number, count: number): Days {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10)
  return { from: day(now - (count - 1) * DAY_MS), to: day(now) }
}

/** Every UTC day from the first to the last. */
export function everyDay({ from, to }: Days): string[] {
  const days: string[] = []
  for (let at = Date.parse(from); at <= Date.parse(to); at += DAY_MS)
    days.push(new Date(at).toISOString().slice(0, 10))
  return days
}
