import type { Kysely } from 'kysely'
import type { Clock } from '../../base/index.ts'
import { addDays, dayOf, daysFromTo } from '../../reports-received/index.ts'
import type { Schema } from '../../store/index.ts'
import { type BoardSort, orderBoard } from './board-order.ts'
import { type BoardRow, problemCountOf } from './board-row.ts'
import { readBoard } from './read-board.ts'

/** All domains as they stood at one moment. */
export interface Board {
  /** Milliseconds since 1970. */
  readonly builtAt: number
  readonly days: readonly string[]
  readonly from: string
  readonly to: string
  /** In the order of names. */
  readonly rows: readonly BoardRow[]
}

export interface BoardQuery {
  readonly sort: BoardSort
  readonly order: 'asc' | 'desc'
  readonly text?: string | undefined
  readonly mode?: 'none' | 'testing' | 'enforce' | 'unpublished' | undefined
  readonly hasProblems?: boolean | undefined
  readonly offset: number
  readonly limit: number
}

export interface DomainBoardOptions {
  readonly clock: Clock
  readonly ask: <T>(question: (db: Kysely<Schema>) => Promise<T>) => Promise<T>
}

const DAYS = 14
/** A board is good for so long, and for ten times as long as it took to read. */
const GOOD_FOR_MS = 3_000
const GOOD_FOR_TIMES = 10
/** One that is read as quickly as this is waited for, so that nobody sees an old one. */
const QUICK_MS = 50
/** One that is older than this is shown to nobody, unless reading takes even longer. */
const SHOWN_FOR_MS = 60_000
const SLOW_MS = 1_000

/**
 * Keeps a board of all domains in memory: sorted, filtered and read from any place without asking the database.
 *
 * It is read anew when somebody looks and it is no longer good; an old one is shown while that lasts, if it lasts. What
 * somebody here has changed is waited for, so that whoever changed it finds it.
 */
export class DomainBoard {
  readonly #options: DomainBoardOptions
  #board: Board | undefined
  #tookMs = 0
  #changes = 0
  /** The count of changes that the newest board has seen. */
  #changesSeen = 0
  #reading: { readonly board: Promise<Board>; readonly changes: number } | undefined
  readonly #orders = new Map<string, Uint32Array>()

  constructor(options: DomainBoardOptions) {
    this.#options = options
  }

  /** Counts the changes it was told of. */
  get changes(): number {
    return this.#changes
  }

  /** What is published has changed. */
  changed(): void {
    this.#changes += 1
  }

  /** The board as it stands. Errors: those of `ask`, where there is none yet. */
  async current(): Promise<Board> {
    const known = this.#board
    const { clock } = this.#options
    const now = clock.now()
    const isSlow = this.#tookMs >= SLOW_MS
    const isChanged = this.#changes !== this.#changesSeen && !isSlow
    const age = known === undefined ? 0 : Math.abs(now - known.builtAt)
    const goodFor = Math.max(GOOD_FOR_MS, GOOD_FOR_TIMES * this.#tookMs)
    if (known !== undefined && !isChanged && age < goodFor && known.to === dayOf(now)) return known
    const reading = this.#readAnew(isChanged)
    const isTooOld = age >= SHOWN_FOR_MS && !isSlow
    if (known === undefined || isChanged || isTooOld || this.#tookMs <= QUICK_MS) return reading
    // The old one goes on being shown; that it cannot be renewed shows in its time.
    reading.catch(() => {})
    return known
  }

  /** The rows of a query, and how many fit it. */
  async page(
    query: BoardQuery,
    domains: 'all' | ReadonlySet<string>,
  ): Promise<{ readonly board: Board; readonly total: number; readonly rows: readonly BoardRow[] }> {
    const board = await this.current()
    const text = query.text?.toLowerCase() ?? ''
    const rows: BoardRow[] = []
    let total = 0
    for (const place of this.#order(board, query)) {
      const row = board.rows[place]!
      if (domains !== 'all' && !domains.has(row.domain)) continue
      if (!fits(row, query, text)) continue
      if (total >= query.offset && rows.length < query.limit) rows.push(row)
      total += 1
    }
    return { board, total, rows }
  }

  #order(board: Board, { sort, order }: BoardQuery): Uint32Array {
    const key = `${sort} ${order}`
    const known = this.#orders.get(key)
    if (known !== undefined) return known
    const made = orderBoard(board.rows, sort, order)
    if (board === this.#board) this.#orders.set(key, made)
    return made
  }

  /** The board that is being read; with all changes up to now where that is asked for. */
  #readAnew(withAllChanges: boolean): Promise<Board> {
    const [under, changes] = [this.#reading, this.#changes]
    if (under !== undefined && (!withAllChanges || under.changes === changes)) return under.board
    const read = () => this.#read()
    const board = (under === undefined ? read() : under.board.then(read, read)).finally(() => {
      if (this.#reading?.board === board) this.#reading = undefined
    })
    this.#reading = { board, changes }
    return board
  }

  async #read(): Promise<Board> {
    const { clock, ask } = this.#options
    const now = clock.now()
    const begunAt = performance.now()
    const changes = this.#changes
    const to = dayOf(now)
    const from = addDays(to, 1 - DAYS)
    const rows = await ask(db => readBoard(db, { from, to, now }))
    rows.sort((a, b) => (a.domain < b.domain ? -1 : 1))
    this.#tookMs = performance.now() - begunAt
    this.#board = { builtAt: now, from, to, days: daysFromTo(from, to), rows }
    this.#changesSeen = changes
    this.#orders.clear()
    return this.#board
  }
}

function fits(row: BoardRow, { mode, hasProblems }: BoardQuery, text: string): boolean {
  if (text !== '' && !row.domain.includes(text)) return false
  if (mode !== undefined && (row.isPublished ? row.mode : 'unpublished') !== mode) return false
  return hasProblems === undefined || problemCountOf(row) > 0 === hasProblems
}
