const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const zoned = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' })

/** A moment in the viewer's zone, such as `25 Nov 2026, 23:40`. */
export function formatLocalTime(at: number): string {
  return zoned.format(at)
}

/** A moment in UTC, such as `2026-11-25 22:40:07 UTC`. */
export function formatUtc(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** How long ago, or in how long, such as `3 minutes ago`. */
export function formatRelative(at: number, now: number): string {
  const distance = at - now
  const size = Math.abs(distance)
  if (size < MINUTE_MS) return distance <= 0 ? 'just now' : 'in less than a minute'
  if (size < HOUR_MS) return relative.format(Math.trunc(distance / MINUTE_MS), 'minute')
  if (size < 2 * DAY_MS) return relative.format(Math.trunc(distance / HOUR_MS), 'hour')
  return relative.format(Math.trunc(distance / DAY_MS), 'day')
}

/** A span in its greatest unit, such as `7 days`. Units: seconds. */
export function formatSpan(seconds: number): string {
  const units = [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ] as const
  const [size, word] = units.find(([each]) => seconds >= each) ?? [1, 'second']
  const count = Math.round((seconds / size) * 10) / 10
  return `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`
}
