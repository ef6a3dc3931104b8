/** UTC days as `YYYY-MM-DD`: they sort as text, and no zone or summer time touches them. */
const DAY_MS = 86_400_000

/** Days written before, by their number since 1970: calendars write the same few hundred over and over. */
const written = new Map<number, string>()
const MAX_WRITTEN = 10_000

/** The UTC day of a time in milliseconds since 1970. */
export function dayOf(at: number): string {
  const number = Math.floor(at / DAY_MS)
  const known = written.get(number)
  if (known !== undefined) return known
  const day = new Date(at).toISOString().slice(0, 10)
  if (written.size >= MAX_WRITTEN) written.clear()
  written.set(number, day)
  return day
}

/** Midnight UTC at which a day begins, milliseconds since 1970. */
export function startOfDay(day: string): number {
  return Date.parse(`${day}T00:00:00Z`)
}

/** The day `count` days later, or earlier where it is negative. */
export function addDays(day: string, count: number): string {
  return dayOf(startOfDay(day) + count * DAY_MS)
}

/** How many days `to` is after `from`. */
export function daysBetween(from: string, to: string): number {
  return Math.round((startOfDay(to) - startOfDay(from)) / DAY_MS)
}

/** Every day from the first to the last, both included; empty where they are the wrong way round. */
export function daysFromTo(from: string, to: string): string[] {
  const count = daysBetween(from, to) + 1
  return count > 0 ? Array.from({ length: count }, (_, index) => addDays(from, index)) : []
}

/** Reads `2026-03-01`; undefined for what is no day of the calendar, and for years beyond four digits. */
export function parseDay(text: string): string | undefined {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return undefined
  const at = startOfDay(text)
  // `Date` takes 2026-02-30 for March; what comes back must be what went in.
  return Number.isNaN(at) || dayOf(at) !== text ? undefined : text
}

/** Writes a time as RFC 3339; null where there is none or none that a calendar knows. */
export function formatTime(at: number | undefined): string | null {
  return at === undefined || !(Math.abs(at) <= 8.64e15) ? null : new Date(at).toISOString()
}
