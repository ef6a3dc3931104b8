import { VisuallyHidden } from '@mantine/core'
import { IconArrowsSort, IconSortAscending, IconSortDescending } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from 'react'
import { DomainTableRow } from './domain-row.tsx'
import css from './domain-table.module.css'
import { type DomainSort, type OverviewSearch, sortOf } from './overview-search.ts'
import type { DomainRow } from './use-domain-rows.ts'

/** Units: pixels; rows are all of one height, so that a jump lands where it should. */
const ROW_HEIGHT = 56
const HEADER_HEIGHT = 41
/** Room for the bar by which it scrolls sideways. */
const SCROLLBAR = 18
const OVERSCAN = 6
/** Pages are read when a jump has come to rest, not for everything that flies by. */
const REST_MS = 80

const columns: readonly {
  readonly title: string
  readonly sort?: DomainSort
  readonly isFigure?: true
}[] = [
  { title: 'Domain', sort: 'domain' },
  { title: 'Mode', sort: 'mode' },
  { title: 'Days in mode', sort: 'daysInMode', isFigure: true },
  { title: 'Last 14 days' },
  { title: 'Sessions', sort: 'sessions', isFigure: true },
  { title: 'Failed', sort: 'failedShare', isFigure: true },
  { title: 'Problems', sort: 'problems', isFigure: true },
  { title: 'Next step' },
]

export interface DomainTableProps {
  readonly total: number
  /** The first UTC day of the sparklines. */
  readonly from: string
  readonly rowAt: (index: number) => DomainRow | undefined
  readonly look: (first: number, last: number) => void
  readonly search: OverviewSearch
  readonly onSort: (sort: DomainSort) => void
  readonly isBusy: boolean
}

/**
 * All domains, however many: only the rows in sight are in the page.
 *
 * Shape: a table with its real count of rows for screen readers; arrow keys, Page Up, Page Down, Home and End go
 * from a domain's link to another's.
 */
export function DomainTable({ total, from, rowAt, look, search, onSort, isBusy }: DomainTableProps) {
  const navigate = useNavigate()
  const scroller = useRef<HTMLDivElement>(null)
  const [wanted, setWanted] = useState<number>()
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    // The header stands over the rows.
    scrollPaddingStart: HEADER_HEIGHT,
  })
  const items = rows.getVirtualItems()
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0]

  useEffect(() => {
    const timer = setTimeout(() => look(first, last), REST_MS)
    return () => clearTimeout(timer)
  }, [first, last, look])

  const order = JSON.stringify(search)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another order or filter begins at the top
  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 })
  }, [order])

  // The row that was asked for may be neither drawn nor read yet.
  useEffect(() => {
    if (wanted === undefined) return
    const link = scroller.current?.querySelector<HTMLElement>(`a[data-row="${wanted}"]`)
    if (link === null || link === undefined) return
    link.focus({ preventScroll: true })
    setWanted(undefined)
  })

  function go(event: KeyboardEvent<HTMLElement>) {
    const row = (event.target as HTMLElement).closest<HTMLElement>('a[data-row]')?.dataset.row
    if (row === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2)
    const to = targetRow(event.key, Number(row), page, total)
    if (to === undefined) return
    event.preventDefault()
    rows.scrollToIndex(to)
    setWanted(to)
  }

  function follow(event: MouseEvent<HTMLElement>) {
    const link = (event.target as HTMLElement).closest<HTMLAnchorElement>('a[data-row]')
    const row = link === null ? undefined : rowAt(Number(link.dataset.row))
    const isOther = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0
    if (row === undefined || isOther) return
    event.preventDefault()
    void navigate({ to: '/domains/$domain', params: { domain: row.domain } })
  }

  const { sort, order: direction } = sortOf(search)
  const before = items[0]?.start ?? 0
  const after = rows.getTotalSize() - (items.at(-1)?.end ?? 0)
  return (
    <div
      ref={scroller}
      className={css.scroller}
      // As high as it will be before a row is drawn: what is in sight is reckoned from it.
      style={{ '--rows-height': `${HEADER_HEIGHT + total * ROW_HEIGHT + SCROLLBAR}px` } as CSSProperties}
      aria-busy={isBusy}
    >
      <table className={css.table} aria-rowcount={total + 1}>
        <caption>
          <VisuallyHidden>
            Domains, {total.toLocaleString('en')} rows; the arrow keys go from row to row
          </VisuallyHidden>
        </caption>
        <thead className={css.head}>
          <tr aria-rowindex={1}>
            {columns.map(column => (
              <th
                key={column.title}
                scope="col"
                className={column.isFigure === true ? css.figure : undefined}
                aria-sort={ariaSort(column.sort, sort, direction)}
              >
                {column.sort === undefined ? (
                  column.title
                ) : (
                  <SortButton column={column.sort} sort={sort} direction={direction} onSort={onSort}>
                    {column.title}
                  </SortButton>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody onKeyDown={go} onClick={follow}>
          <Space height={before} />
          {items.map(({ index }) => (
            <DomainTableRow key={index} index={index} row={rowAt(index)} from={from} />
          ))}
          <Space height={after} />
        </tbody>
      </table>
    </div>
  )
}

function targetRow(key: string, row: number, page: number, total: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: row + 1,
    ArrowUp: row - 1,
    PageDown: row + page,
    PageUp: row - page,
    Home: 0,
    End: total - 1,
  }
  const to = steps[key]
  return to === undefined ? undefined : Math.min(total - 1, Math.max(0, to))
}

/** What stands in the place of rows that are not drawn. */
function Space({ height }: { readonly height: number }) {
  return height <= 0 ? null : (
    <tr aria-hidden className={css.space}>
      <td colSpan={columns.length} style={{ height }} />
    </tr>
  )
}

function SortButton({
  column,
  sort,
  direction,
  onSort,
  children,
}: {
  readonly column: DomainSort
  readonly sort: DomainSort
  readonly direction: 'asc' | 'desc'
  readonly onSort: (sort: DomainSort) => void
  readonly children: string
}) {
  const Icon = column !== sort ? IconArrowsSort : direction === 'asc' ? IconSortAscending : IconSortDescending
  return (
    <button type="button" className={css.sort} data-on={column === sort} onClick={() => onSort(column)}>
      {children}
      <Icon size={14} aria-hidden />
    </button>
  )
}

function ariaSort(column: DomainSort | undefined, sort: DomainSort, direction: 'asc' | 'desc') {
  if (column !== sort) return undefined
  return direction === 'asc' ? 'ascending' : 'descending'
}
