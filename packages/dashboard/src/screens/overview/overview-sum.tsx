import { SimpleGrid } from '@mantine/core'
import type { ApiOutput } from 'sternpost/api'
import { Figure } from '../../parts/index.ts'
import { formatCount, formatShare } from './figures.ts'

/** The sum of all domains in four figures, each with what it counts. */
export function OverviewSum({ overview }: { readonly overview: ApiOutput<'GET /overview'> }) {
  const { successfulSessionCount, failedSessionCount, protectedShare, modes, alertCount } = overview
  const sessions = successfulSessionCount + failedSessionCount
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing="md">
      <Figure
        label="Sessions in 14 days"
        value={formatCount(sessions)}
        unit={sessions === 1 ? 'session' : 'sessions'}
        note={`Connections by which others brought you mail, as their reports count them; ${overview.lastReportDay === undefined ? 'no report has come yet' : `the newest report is about ${overview.lastReportDay}`}.`}
      />
      <Figure
        label="Protected"
        value={protectedShare === undefined ? '–' : formatShare(protectedShare)}
        unit="of sessions"
        note="Went well under MTA-STS or DANE: the sender knew that your mail servers offer TLS, and checked it."
      />
      <Figure
        label="Failed"
        value={formatCount(failedSessionCount)}
        unit={failedSessionCount === 1 ? 'session' : 'sessions'}
        note={
          sessions === 0
            ? 'Sessions in which TLS was missing or wrong.'
            : `${formatShare(failedSessionCount / sessions)} of all: TLS was missing or wrong. While a domain is in testing such mail is delivered all the same.`
        }
      />
      <Figure
        label="Domains"
        value={overview.domainCount}
        note={`${modes.enforce.toLocaleString('en')} enforce, ${modes.testing.toLocaleString('en')} testing, ${modes.none.toLocaleString('en')} off, ${modes.unpublished.toLocaleString('en')} not published here; ${alertCount === 0 ? 'no alert' : `${alertCount.toLocaleString('en')} ${alertCount === 1 ? 'alert' : 'alerts'}`}.`}
      />
    </SimpleGrid>
  )
}
