import type { DOMAttributes, ReactNode } from 'react'
import css from './day-grid.module.css'
import { WideRegion } from './wide-region.tsx'

export interface DayGridProps
  extends Pick<DOMAttributes<HTMLTableElement>, 'onFocus' | 'onPointerOver' | 'onKeyDown'> {
  /** Names the part that scrolls sideways. */
  readonly label: string
  readonly caption: ReactNode
  /** UTC days, the oldest first. */
  readonly days: readonly string[]
  /** Over the names of the rows. */
  readonly head: string
  /** Over what stands behind the days, and how it stands. */
  readonly end: { readonly title: string; readonly align: 'start' | 'end' }
  /** The bodies of the table; what names a row has the class `dayGridName`. */
  readonly children: ReactNode
}

/** The class of what names a row; it stays in sight while the days scroll. */
export const dayGridName = css.name

/** A table with a column for each day, with the month over its first. */
export function DayGrid({ label, caption, days, head, end, children, ...handlers }: DayGridProps) {
  return (
    <WideRegion label={label}>
      <table className={css.table} {...handlers}>
        <caption className={css.caption}>{caption}</caption>
        <thead>
          <tr>
            <th scope="col" className={css.name}>
              {head}
            </th>
            {days.map((day, index) => (
              <th key={day} scope="col" className={css.day}>
                {beginsMonth(days, index) && <span className={css.month}>{day.slice(0, 7)}</span>}
                <abbr title={day}>{day.slice(8)}</abbr>
              </th>
            ))}
            <th scope="col" className={css.end} style={{ textAlign: end.align }}>
              {end.title}
            </th>
          </tr>
        </thead>
        {children}
      </table>
    </WideRegion>
  )
}

/** Whether the month is named over a day: over its first one, and over the first of all where there is room. */
function beginsMonth(days: readonly string[], index: number): boolean {
  const isFirst = (day: string) => day.endsWith('-01')
  return index === 0 ? !days.slice(1, 3).some(isFirst) : isFirst(days[index] ?? '')
}
