import { useMemo } from 'react'
import css from './rollout-timeline.module.css'
import {
  placeOf,
  type TimelineVersion,
  timelineRange,
  timelineSpans,
  timelineTicks,
} from './timeline-spans.ts'
import { WideRegion } from './wide-region.tsx'

export interface TimelineDay {
  readonly day: string
  readonly failedSessionCount: number
}

export interface TimelineTransition {
  readonly at: string
  readonly from: string
  readonly to: string
}

const width = 960
const failures = { top: 8, height: 56 } as const
const band = { top: failures.top + failures.height + 22, height: 34 } as const
const axis = band.top + band.height + 18
const height = axis + 8
/** Narrower bands have no room for words; the table under the picture has them. */
const WORDS_FROM = 90
const DAY_MS = 86_400_000

/** What senders were given when, the moments at which the roll-out moved, and the failures of each day over them. */
export function RolloutTimeline({
  versions,
  transitions,
  days,
  now,
}: {
  readonly versions: readonly TimelineVersion[]
  readonly transitions: readonly TimelineTransition[]
  readonly days: readonly TimelineDay[]
  /** Milliseconds since 1970. */
  readonly now: number
}) {
  const range = useMemo(() => timelineRange(versions, now), [versions, now])
  const spans = useMemo(() => timelineSpans(versions, range, now), [versions, range, now])
  const shown = days.filter(({ day }) => Date.parse(day) >= range.from)
  const most = Math.max(1, ...shown.map(day => day.failedSessionCount))
  const dayWidth = (DAY_MS / (range.to - range.from)) * width
  return (
    <WideRegion label="Timeline of the roll-out">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        className={css.picture}
        role="img"
        aria-label={textOf(spans, shown)}
      >
        <text x={0} y={failures.top + 4} className={css.label}>
          failed sessions a day, at most {most.toLocaleString('en')}
        </text>
        {shown.map(({ day, failedSessionCount }) => {
          if (failedSessionCount === 0) return null
          const high = Math.max(2, (failedSessionCount / most) * (failures.height - 12))
          return (
            <rect
              key={day}
              className={css.failure}
              x={placeOf(Date.parse(day), range) * width + dayWidth * 0.15}
              y={failures.top + failures.height - high}
              width={Math.max(1, dayWidth * 0.7)}
              height={high}
            >
              <title>{`${day}: ${failedSessionCount.toLocaleString('en')} failed`}</title>
            </rect>
          )
        })}
        <line
          className={css.line}
          x1={0}
          x2={width}
          y1={failures.top + failures.height}
          y2={failures.top + failures.height}
        />
        {spans.map(span => {
          const [x, wide] = [span.from * width, Math.max(2, (span.to - span.from) * width)]
          return (
            <g key={span.policyId}>
              <rect
                className={css.span}
                data-mode={span.mode}
                x={x}
                y={band.top}
                width={wide}
                height={band.height}
                rx={3}
              >
                <title>{`${span.mode}, id ${span.policyId}`}</title>
              </rect>
              {wide >= WORDS_FROM && (
                <text x={x + 8} y={band.top + 14} className={css.words} data-mode={span.mode}>
                  {span.mode}
                  <tspan x={x + 8} dy={13} className={css.id}>
                    {span.policyId}
                  </tspan>
                </text>
              )}
            </g>
          )
        })}
        {transitions.map(({ at, from, to }) => {
          const place = placeOf(Date.parse(at), range) * width
          if (Date.parse(at) < range.from) return null
          return (
            <path key={`${at} ${to}`} className={css.move} d={`M${place - 5} ${band.top - 12}h10l-5 9z`}>
              <title>{`${at.slice(0, 16).replace('T', ' ')} UTC: ${from} → ${to}`}</title>
            </path>
          )
        })}
        {timelineTicks(range, 7).map(({ day, at }) => (
          <text key={day} x={at * width} y={axis} className={css.label}>
            {day}
          </text>
        ))}
      </svg>
    </WideRegion>
  )
}

function textOf(
  spans: readonly { readonly policyId: string; readonly mode: string }[],
  days: readonly TimelineDay[],
): string {
  const policies = spans.map(({ mode, policyId }) => `${mode} with id ${policyId}`).join(', then ')
  const failed = days.reduce((sum, day) => sum + day.failedSessionCount, 0)
  return `Timeline of policies: ${policies === '' ? 'none was served' : policies}; ${failed.toLocaleString('en')} sessions failed in the time shown. The tables below have every version and every step.`
}
