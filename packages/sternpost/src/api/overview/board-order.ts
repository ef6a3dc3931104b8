import { type BoardRow, failedShareOf, problemCountOf } from './board-row.ts'

export type BoardSort = 'domain' | 'mode' | 'daysInMode' | 'sessions' | 'failedShare' | 'problems'

const modeRanks = { none: 1, testing: 2, enforce: 3 } as const

/** What each order goes by; rows without a value come as the smallest. */
const keys: Readonly<Record<BoardSort, (row: BoardRow) => number>> = {
  domain: () => 0,
  mode: ({ mode }) => (mode === undefined ? 0 : modeRanks[mode]),
  // Later means fewer days; to the minute, so that it fits the composite below.
  daysInMode: ({ modeSince }) =>
    modeSince === undefined ? 0 : LATEST_MINUTE - Math.floor(modeSince / 60_000),
  sessions: row => row.successfulSessionCount + row.failedSessionCount,
  failedShare: row => Math.round((failedShareOf(row) ?? 0) * 1_000_000),
  problems: problemCountOf,
}

const LATEST_MINUTE = 100_000_000
const MAX_KEY = 2 ** 33

/**
 * Puts rows, which are in the order of their names, into another order; equal ones stay in the order of names.
 *
 * Shape: places in `rows`. Key and place are put into one number each, as numbers alone are sorted by native code:
 * a hundred thousand rows in ten milliseconds instead of a hundred.
 */
export function orderBoard(rows: readonly BoardRow[], sort: BoardSort, order: 'asc' | 'desc'): Uint32Array {
  const { length } = rows
  const keyOf = keys[sort]
  const composite = new Float64Array(length)
  for (let place = 0; place < length; place += 1) {
    const key = Math.min(MAX_KEY, Math.max(0, keyOf(rows[place]!)))
    const directed = sort === 'domain' || order === 'asc' ? key : MAX_KEY - key
    composite[place] = directed * length + place
  }
  composite.sort()
  const places = new Uint32Array(length)
  for (let index = 0; index < length; index += 1) places[index] = composite[index]! % length
  return sort === 'domain' && order === 'desc' ? places.reverse() : places
}
