import { Text } from '@mantine/core'
import { type KeyboardEvent, type SyntheticEvent, useMemo, useState } from 'react'
import { DayGrid, dayGridName } from './day-grid.tsx'
import css from './heat-map.module.css'
import { type HeatSource, heatLevel, heatMapHosts } from './heat-map-rows.ts'

const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })
const exact = new Intl.NumberFormat('en')

interface Place {
  readonly row: number
  readonly column: number
}

const steps: Readonly<Record<string, Place>> = {
  ArrowLeft: { row: 0, column: -1 },
  ArrowRight: { row: 0, column: 1 },
  ArrowUp: { row: -1, column: 0 },
  ArrowDown: { row: 1, column: 0 },
}

/** What failed where on which day: a table whose cells darken with the count they show. */
export function HeatMap({
  sources,
  days,
}: {
  readonly sources: readonly HeatSource[]
  readonly days: readonly string[]
}) {
  const hosts = useMemo(() => heatMapHosts(sources, days), [sources, days])
  const most = Math.max(0, ...hosts.flatMap(host => host.rows.flatMap(row => row.counts)))
  const [place, setPlace] = useState<Place>({ row: 0, column: 0 })
  const [told, setTold] = useState<string>()

  function tell(event: SyntheticEvent<HTMLElement>) {
    const cell = cellOf(event)
    if (cell !== null) setTold(cell.dataset.told)
    if (cell !== null && event.type === 'focus') setPlace(placeOf(cell))
  }

  function go(event: KeyboardEvent<HTMLElement>) {
    const [cell, step] = [cellOf(event), steps[event.key]]
    if (cell === null || step === undefined) return
    const { row, column } = placeOf(cell)
    const next = event.currentTarget.querySelector<HTMLElement>(
      `[data-row="${row + step.row}"][data-column="${column + step.column}"]`,
    )
    if (next === null) return
    event.preventDefault()
    next.focus()
  }

  let row = -1
  return (
    <>
      <DayGrid
        label="Failures by MX host, kind and day"
        caption="Failed sessions by MX host, kind of failure and day (UTC); the arrow keys go from cell to cell"
        days={days}
        head="Kind of failure"
        end={{ title: 'Sum', align: 'end' }}
        onFocus={tell}
        onPointerOver={tell}
        onKeyDown={go}
      >
        {hosts.map(host => (
          <tbody key={host.mxHost}>
            <tr>
              <th scope="rowgroup" colSpan={days.length + 2} className={css.host}>
                <bdi>{host.mxHost === '' ? 'MX host not named in the reports' : host.mxHost}</bdi>
              </th>
            </tr>
            {host.rows.map(({ resultType, counts, failedSessionCount }) => {
              row += 1
              const at = row
              return (
                <tr key={resultType}>
                  <th scope="row" className={dayGridName}>
                    <bdi>{resultType}</bdi>
                  </th>
                  {counts.map((count, column) => (
                    <td
                      key={days[column]}
                      className={css.cell}
                      data-level={heatLevel(count, most)}
                      data-row={at}
                      data-column={column}
                      data-told={cellText(days[column] ?? '', count, resultType, host.mxHost)}
                      tabIndex={place.row === at && place.column === column ? 0 : -1}
                    >
                      {count === 0 ? '·' : short.format(count)}
                    </td>
                  ))}
                  <td className={css.sum}>{exact.format(failedSessionCount)}</td>
                </tr>
              )
            })}
          </tbody>
        ))}
      </DayGrid>
      <Text size="sm" c="dimmed" mih="1.6rem" role="status" className={css.told}>
        {told ?? 'Point at a cell, or go to it with the arrow keys, to read it in full.'}
      </Text>
    </>
  )
}

function cellOf(event: SyntheticEvent): HTMLElement | null {
  return (event.target as HTMLElement).closest<HTMLElement>('td[data-told]')
}

function placeOf(cell: HTMLElement): Place {
  return { row: Number(cell.dataset.row), column: Number(cell.dataset.column) }
}

function cellText(day: string, count: number, resultType: string, mxHost: string): string {
  const sessions = `${exact.format(count)} ${count === 1 ? 'session' : 'sessions'}`
  return `${day}: ${sessions} failed with ${resultType}${mxHost === '' ? '' : ` at ${mxHost}`}`
}
