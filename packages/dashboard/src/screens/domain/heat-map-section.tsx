import { Text } from '@mantine/core'
import { useMemo } from 'react'
import { useApi } from '../../api/index.ts'
import { HeatMap } from './heat-map.tsx'
import { Asked, Section } from './section.tsx'
import { type Days, everyDay } from './shown-days.ts'

/** Which MX host failed how on which day. */
export function HeatMapSection({ domain, days }: { readonly domain: string; readonly days: Days }) {
  const query = useApi('GET /reports/heat-map', { query: { domain, ...days } })
  const shown = useMemo(() => everyDay(days), [days])
  return (
    <Section
      id="heat-map"
      title="Where and when it fails"
      lead="Each MX host with the kinds of failure that senders reported; the darker a cell, the more sessions failed on that day."
    >
      <Asked query={query} what="the failures by host and day" height={160}>
        {({ rows, isCut }) =>
          rows.length === 0 ? (
            <Text c="dimmed">
              No failure was reported from {days.from} to {days.to}.
            </Text>
          ) : (
            <>
              <HeatMap sources={rows} days={shown} />
              {isCut && (
                <Text size="sm" c="dimmed">
                  The largest kinds of failure are shown; there are more.
                </Text>
              )}
            </>
          )
        }
      </Asked>
    </Section>
  )
}
