/** Failed sessions of one kind at one MX host, as the API gives them; days without a failure are left out. */
export interface HeatSource {
  /** Empty where reports name none. */
  readonly mxHost: string
  readonly resultType: string
  readonly days: readonly { readonly day: string; readonly failedSessionCount: number }[]
}

export interface HeatRow {
  readonly resultType: string
  readonly failedSessionCount: number
  /** One for each day, in their order. */
  readonly counts: readonly number[]
}

export interface HeatHost {
  readonly mxHost: string
  readonly failedSessionCount: number
  /** Most failed sessions first. */
  readonly rows: readonly HeatRow[]
}

/** Orders failures by MX host and result type, the worst first, with a count for every day. */
export function heatMapHosts(sources: readonly HeatSource[], days: readonly string[]): HeatHost[] {
  const place = new Map(days.map((day, index) => [day, index]))
  const hosts = [...Map.groupBy(sources, ({ mxHost }) => mxHost)].map(([mxHost, ofHost]) => {
    const rows = [...Map.groupBy(ofHost, ({ resultType }) => resultType)].map(([resultType, ofType]) => {
      const counts = days.map(() => 0)
      for (const { day, failedSessionCount } of ofType.flatMap(source => source.days)) {
        const index = place.get(day)
        if (index !== undefined) counts[index] = (counts[index] ?? 0) + failedSessionCount
      }
      return { resultType, counts, failedSessionCount: sum(counts) }
    })
    return {
      mxHost,
      failedSessionCount: sum(rows.map(row => row.failedSessionCount)),
      rows: rows.sort((a, b) => b.failedSessionCount - a.failedSessionCount),
    }
  })
  return hosts.sort((a, b) => b.failedSessionCount - a.failedSessionCount)
}

export type HeatLevel = 0 | 1 | 2 | 3 | 4

/** How dark a cell is, by orders of magnitude: a single failure and a thousand of them are both seen. */
export function heatLevel(count: number, most: number): HeatLevel {
  if (count <= 0) return 0
  const share = most <= 1 ? 1 : Math.log1p(count) / Math.log1p(most)
  if (share <= 0.25) return 1
  if (share <= 0.5) return 2
  return share <= 0.75 ? 3 : 4
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
