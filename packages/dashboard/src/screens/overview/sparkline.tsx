import { memo } from 'react'
import { describeDays, type SessionDay, sparkColumns } from './session-days.ts'
import css from './sparkline.module.css'

const size = { width: 84, above: 16, below: 8 } as const

/** The days of one domain: good sessions above the line, failed ones below it. */
export const Sparkline = memo(function Sparkline({
  days,
  from,
}: {
  readonly days: readonly SessionDay[]
  /** The first UTC day. */
  readonly from: string
}) {
  const { width, above, below } = size
  const text = describeDays(days, from)
  return (
    <svg
      className={css.sparkline}
      width={width}
      height={above + below + 1}
      viewBox={`0 0 ${width} ${above + below + 1}`}
      role="img"
      aria-label={text}
    >
      <title>{text}</title>
      <rect className={css.line} x={0} y={above} width={width} height={1} />
      {sparkColumns(days, size).map(column => (
        <g key={column.x}>
          {column.goodHeight > 0 && (
            <rect
              className={css.good}
              x={column.x}
              y={above - column.goodHeight}
              width={column.width}
              height={column.goodHeight}
            />
          )}
          {column.failedHeight > 0 && (
            <rect
              className={css.failed}
              x={column.x}
              y={above + 1}
              width={column.width}
              height={column.failedHeight}
            />
          )}
        </g>
      ))}
    </svg>
  )
})
