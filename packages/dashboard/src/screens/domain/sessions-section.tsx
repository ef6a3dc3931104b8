import { Box, Stack, Text } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { lazy, Suspense, useMemo } from 'react'
import { useApi } from '../../api/index.ts'
import { DataTable, Loading } from '../../parts/index.ts'
import { Fold } from './fold.tsx'
import { Asked, Section } from './section.tsx'
import { type StackRow, stackDays, stackKinds, stackNames } from './session-stack.ts'
import type { Days } from './shown-days.ts'

const SessionsChart = lazy(async () => ({ default: (await import('./sessions-chart.tsx')).SessionsChart }))

const CHART_HEIGHT = 300

/** Sessions of each day by what protected them: a picture, and the same as a table. */
export function SessionsSection({ domain, days }: { readonly domain: string; readonly days: Days }) {
  const query = useApi('GET /reports/sessions', { query: { domain, ...days } })
  const rows = useMemo(() => stackDays(query.data?.days ?? []), [query.data])
  const place = useElementSize()
  const sessions = rows.reduce((sum, row) => sum + sessionsOf(row), 0)
  return (
    <Section
      id="sessions"
      title="Sessions"
      lead="Connections by which others brought mail for this domain, day by day (UTC), by what they were checked with. Counted from trusted reports."
    >
      <Asked query={query} what="the sessions" height={CHART_HEIGHT}>
        {() =>
          sessions === 0 ? (
            <Text c="dimmed">
              No session was reported from {days.from} to {days.to}.
            </Text>
          ) : (
            <Stack gap="xs">
              <Box ref={place.ref} mih={CHART_HEIGHT}>
                {/* Drawn once it has a width: not while the page still waits for other parts. */}
                {place.width > 0 && (
                  <Suspense fallback={<Loading height={CHART_HEIGHT} label="Drawing the sessions" />}>
                    <SessionsChart rows={rows} height={CHART_HEIGHT} />
                  </Suspense>
                )}
              </Box>
              <Fold title="The same as a table">
                <DataTable
                  caption="Sessions by day (UTC) and what they were checked with"
                  rows={rows.toReversed()}
                  rowKey={row => row.day}
                  columns={[
                    {
                      key: 'day',
                      title: 'Day',
                      cell: row => <span style={{ whiteSpace: 'nowrap' }}>{row.day}</span>,
                    },
                    ...stackKinds.map(kind => ({
                      key: kind,
                      title: stackNames[kind],
                      numeric: true,
                      cell: (row: StackRow) => row[kind].toLocaleString('en'),
                    })),
                  ]}
                />
              </Fold>
            </Stack>
          )
        }
      </Asked>
    </Section>
  )
}

function sessionsOf(row: StackRow): number {
  return stackKinds.reduce((sum, kind) => sum + row[kind], 0)
}
