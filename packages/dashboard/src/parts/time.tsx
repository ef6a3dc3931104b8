import { Tooltip } from '@mantine/core'
import { useNow } from '../api/index.ts'
import { formatLocalTime, formatRelative, formatUtc } from './format-time.ts'

export interface TimeProps {
  /** An ISO string, or milliseconds since 1970. */
  readonly at: string | number
  /** "3 minutes ago", by the daemon's clock, in place of the time. */
  readonly relative?: boolean
}

/** A moment in the viewer's zone; pointing at it or stepping onto it shows UTC. */
export function Time({ at, relative = false }: TimeProps) {
  const moment = typeof at === 'number' ? at : Date.parse(at)
  if (!Number.isFinite(moment)) return <span>unknown</span>
  const utc = formatUtc(moment)
  return (
    <Tooltip
      label={relative ? `${formatLocalTime(moment)} · ${utc}` : utc}
      events={{ hover: true, focus: true, touch: true }}
      withArrow
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the time in UTC must be had without a mouse */}
      <time dateTime={new Date(moment).toISOString()} tabIndex={0}>
        {relative ? <RelativeTime at={moment} /> : formatLocalTime(moment)}
      </time>
    </Tooltip>
  )
}

function RelativeTime({ at }: { readonly at: number }) {
  return formatRelative(at, useNow())
}
