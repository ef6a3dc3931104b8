import { Stack } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useNow } from '../../api/index.ts'
import { Screen, Together } from '../../parts/index.ts'
import { Contents } from './contents.tsx'
import { FailuresSection } from './failures-section.tsx'
import { HeatMapSection } from './heat-map-section.tsx'
import { ReportersSection } from './reporters-section.tsx'
import { SessionsSection } from './sessions-section.tsx'
import { lastDays } from './shown-days.ts'
import { usePlaceInPage } from './use-place-in-page.ts'

const route = getRouteApi('/domains/$domain')

/** The days that a domain's page tells of. */
const SHOWN_DAYS = 28

const parts = [
  { id: 'failures', title: 'What fails' },
  { id: 'heat-map', title: 'Where and when' },
  { id: 'sessions', title: 'Sessions' },
  { id: 'reporters', title: 'Who reports' },
] as const

/** Everything of one domain: how it is protected, what fails, what is published, and what to do next. */
export function DomainScreen() {
  const { domain } = route.useParams()
  const today = new Date(useNow()).toISOString().slice(0, 10)
  const days = useMemo(() => lastDays(Date.parse(today), SHOWN_DAYS), [today])
  usePlaceInPage()
  return (
    <Screen title={domain}>
      <Contents parts={parts} />
      <Together key={domain} height={1200} label={`Reading what is known of ${domain}`}>
        <Stack gap="xl">
          <FailuresSection domain={domain} days={days} />
          <HeatMapSection domain={domain} days={days} />
          <SessionsSection domain={domain} days={days} />
          <ReportersSection domain={domain} days={days} />
        </Stack>
      </Together>
    </Screen>
  )
}
