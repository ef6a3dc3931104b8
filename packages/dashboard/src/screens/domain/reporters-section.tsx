import { Text } from '@mantine/core'
import { useApi } from '../../api/index.ts'
import { ReporterCalendar } from './reporter-calendar.tsx'
import { Asked, Section } from './section.tsx'
import type { Days } from './shown-days.ts'

/** Who sends reports about the domain, and who fell silent. */
export function ReportersSection({ domain, days }: { readonly domain: string; readonly days: Days }) {
  const query = useApi('GET /reports/reporters', { query: { domain, ...days } })
  return (
    <Section
      id="reporters"
      title="Who reports"
      lead="Each organization that sends reports, and the days on which one came, is missing, or may still come."
    >
      <Asked query={query} what="who reports" height={160}>
        {({ reporters }) =>
          reporters.length === 0 ? (
            <Text c="dimmed">
              Nobody has reported yet. Large senders begin within a day or two after the record at _smtp._tls.
              {domain} is published.
            </Text>
          ) : (
            <ReporterCalendar reporters={reporters} />
          )
        }
      </Asked>
    </Section>
  )
}
