import type { ListedReport } from '../../../reports-received/index.ts'

/** A time as it goes over the wire; undefined where there is none that a calendar knows. */
export function wireTime(at: number | undefined): string | undefined {
  return at === undefined || !(at >= MIN_TIME && at <= MAX_TIME) ? undefined : new Date(at).toISOString()
}

/** Years of four digits, as RFC 3339 writes them. */
const MIN_TIME = Date.UTC(0, 0, 1) - 1900 * 31_556_952_000
const MAX_TIME = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** A report of a list as it goes over the wire. */
export function wireReport(report: ListedReport) {
  const { reportRowId, startAt, endAt, receivedAt, ...rest } = report
  return {
    ...rest,
    id: reportRowId,
    startAt: wireTime(startAt),
    endAt: wireTime(endAt),
    receivedAt: new Date(receivedAt).toISOString(),
  }
}
