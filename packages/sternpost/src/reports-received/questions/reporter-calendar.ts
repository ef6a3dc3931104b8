import { addDays } from './days.ts'
import {
  countLeftOut,
  type LeftOut,
  type ReportFilter,
  type ReportsDb,
  selectDaily,
} from './report-filter.ts'
import { PATTERN_WEEKS, type ReporterHabit, readReporterHabit } from './reporter-habits.ts'

export interface ReporterCalendar {
  /** Silent ones first, then by name. */
  readonly reporters: readonly ReporterHabit[]
  readonly leftOut: LeftOut
}

/** Answers for each reporter on which days a report was expected by its weekly pattern, came, or is missing. */
export async function reporterCalendar(
  db: ReportsDb,
  filter: ReportFilter & { readonly from: string; readonly to: string },
  today: string,
): Promise<ReporterCalendar> {
  // One week more than the pattern, so that the first day asked about has all of it.
  const from = addDays(filter.from, -7 * (PATTERN_WEEKS + 1))
  const [rows, leftOut] = await Promise.all([
    selectDaily(db, { ...filter, from })
      .select(['organization', 'day'])
      .distinct()
      .execute(),
    countLeftOut(db, filter),
  ])
  const reporters = [...Map.groupBy(rows, row => row.organization)].flatMap(([organization, days]) => {
    const received = new Set(days.map(({ day }) => day))
    return readReporterHabit(organization, received, { from: filter.from, to: filter.to, today }) ?? []
  })
  return {
    reporters: reporters.sort(
      (a, b) =>
        Number(b.silentSince !== undefined) - Number(a.silentSince !== undefined) ||
        (a.organization < b.organization ? -1 : 1),
    ),
    leftOut,
  }
}
