import { addDays, daysBetween, daysFromTo } from './days.ts'

/** What one day of a reporter's calendar shows. */
export type CalendarMark =
  | 'received'
  /** A report was expected by the weekly pattern and none came. */
  | 'silent'
  /** None came, and none was expected. */
  | 'not-expected'
  /** Too early to tell: reports arrive up to two days after their day. */
  | 'awaited'
  /** Before the pattern is known. */
  | 'unknown'

export interface ReporterHabit {
  readonly organization: string
  readonly firstDay: string
  readonly lastDay: string
  readonly days: readonly { readonly day: string; readonly mark: CalendarMark }[]
  readonly expectedCount: number
  readonly receivedCount: number
  readonly silentCount: number
  /** First of the expected days since which nothing came, where the reporter is silent now. */
  readonly silentSince: string | undefined
}

/** Weeks of history that make the pattern. */
export const PATTERN_WEEKS = 8
/** Fewer same weekdays than this tell nothing. */
const MIN_WEEKS = 3
/** RFC 8460 §4.1 wants the report after the day ends, §5.5 lets a sender try for 24 hours. */
const AWAITED_DAYS = 2

/**
 * Reads a reporter's weekly pattern and tells which of its reports are missing.
 *
 * A day is expected where a report came for at least three quarters of the same weekdays of the eight weeks
 * before it. Once the reporter is silent the weeks before the silence count, so that a long silence does not
 * become the pattern.
 * Unclear: a reporter that sent no mail sends no report, so silence is a hint and no error.
 */
export function readReporterHabit(
  organization: string,
  received: ReadonlySet<string>,
  range: { readonly from: string; readonly to: string; readonly today: string },
): ReporterHabit | undefined {
  const sorted = [...received].sort()
  const [firstDay, lastDay] = [sorted[0], sorted.at(-1)]
  if (firstDay === undefined || lastDay === undefined) return undefined
  const days = daysFromTo(range.from, range.to).map(day => ({
    day,
    mark: markOf(day, received, firstDay, lastDay, range.today),
  }))
  const countOf = (wanted: CalendarMark) => days.filter(({ mark }) => mark === wanted).length
  const silentCount = countOf('silent')
  return {
    organization,
    firstDay,
    lastDay,
    days,
    receivedCount: countOf('received'),
    silentCount,
    expectedCount:
      silentCount +
      days.filter(({ day, mark }) => mark === 'received' && isExpected(day, received, firstDay, lastDay))
        .length,
    silentSince: days.find(({ day, mark }) => mark === 'silent' && day > lastDay)?.day,
  }
}

function markOf(
  day: string,
  received: ReadonlySet<string>,
  firstDay: string,
  lastDay: string,
  today: string,
): CalendarMark {
  if (received.has(day)) return 'received'
  if (daysBetween(day, today) < AWAITED_DAYS) return 'awaited'
  const expected = isExpected(day, received, firstDay, lastDay)
  if (expected === undefined) return 'unknown'
  return expected ? 'silent' : 'not-expected'
}

function isExpected(
  day: string,
  received: ReadonlySet<string>,
  firstDay: string,
  lastDay: string,
): boolean | undefined {
  let [weeks, hits] = [0, 0]
  let earlier = addDays(day, -7)
  while (earlier > lastDay) earlier = addDays(earlier, -7)
  for (; weeks < PATTERN_WEEKS && earlier >= firstDay; weeks += 1, earlier = addDays(earlier, -7)) {
    if (received.has(earlier)) hits += 1
  }
  return weeks < MIN_WEEKS ? undefined : hits >= weeks * 0.75
}
