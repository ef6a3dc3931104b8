/** One policy version as far as the timeline draws it. Times are ISO strings. */
export interface TimelineVersion {
  readonly policyId: string
  readonly mode: string
  readonly firstServedAt: string | null
  readonly lastServedAt: string | null
}

/** A stretch of the timeline in which senders were given one version. */
export interface TimelineSpan {
  readonly policyId: string
  readonly mode: string
  /** Share of the width, 0 to 1. */
  readonly from: number
  readonly to: number
  readonly isServed: boolean
}

/** What the timeline covers. Units: milliseconds since 1970. */
export interface TimelineRange {
  readonly from: number
  readonly to: number
}

const DAY_MS = 86_400_000
/** Days shown before the first version, so that what changed with it can be seen. */
const LEAD_DAYS = 3
const LEAST_DAYS = 14
const MOST_DAYS = 180

/** From shortly before the first version until now, two weeks at least, half a year at most; whole UTC days. */
export function timelineRange(versions: readonly TimelineVersion[], now: number): TimelineRange {
  const to = (Math.floor(now / DAY_MS) + 1) * DAY_MS
  const first = Math.min(...versions.map(({ firstServedAt }) => timeOf(firstServedAt) ?? now), now)
  const days = Math.ceil((to - first) / DAY_MS) + LEAD_DAYS
  return { from: to - Math.min(MOST_DAYS, Math.max(LEAST_DAYS, days)) * DAY_MS, to }
}

/** Where each version that was served stands on the line, the oldest first. */
export function timelineSpans(
  versions: readonly TimelineVersion[],
  range: TimelineRange,
  now: number,
): TimelineSpan[] {
  return versions
    .flatMap((version): (TimelineSpan & { readonly at: number })[] => {
      const began = timeOf(version.firstServedAt)
      if (began === undefined) return []
      const ended = timeOf(version.lastServedAt) ?? now
      if (ended < range.from) return []
      return [
        {
          policyId: version.policyId,
          mode: version.mode,
          from: placeOf(began, range),
          to: placeOf(ended, range),
          isServed: version.lastServedAt === null,
          at: began,
        },
      ]
    })
    .sort((a, b) => a.at - b.at)
    .map(({ at: _, ...span }) => span)
}

/** Share of the width at which a moment stands, kept within the line. */
export function placeOf(at: number, { from, to }: TimelineRange): number {
  return Math.min(1, Math.max(0, (at - from) / (to - from)))
}

/** The days written under the line: about `count` of them, evenly spread, as ISO days. */
export function timelineTicks(range: TimelineRange, count: number): { day: string; at: number }[] {
  const days = Math.round((range.to - range.from) / DAY_MS)
  const every = Math.max(1, Math.ceil(days / count))
  return Array.from({ length: Math.ceil(days / every) }, (_, index) => {
    const at = range.from + index * every * DAY_MS
    return { day: new Date(at).toISOString().slice(0, 10), at: placeOf(at, range) }
  })
}

function timeOf(text: string | null): number | undefined {
  return text === null ? undefined : Date.parse(text)
}
