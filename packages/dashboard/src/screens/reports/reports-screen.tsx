import { Button, Group, Stack, Text } from '@mantine/core'
import { useThrottledCallback } from '@mantine/hooks'
import { getRouteApi } from '@tanstack/react-router'
import { useApiPages, useEvents, useNow } from '../../api/index.ts'
import { EmptyState, Loading, ProblemNotice, Screen } from '../../parts/index.ts'
import { DropZone } from './drop-zone.tsx'
import { ReportFilters } from './report-filters.tsx'
import { ReportList } from './report-list.tsx'
import { isNarrowed, type ReportSearch, reportsQuery } from './report-search.ts'
import { TrustLegend } from './trust.tsx'

const route = getRouteApi('/reports')
/** Reports may come in by the thousand; the list is read anew no more often than this. */
const NEWS_MS = 3_000

/** The reports that other mail systems sent about our domains. */
export function ReportsScreen() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const today = new Date(useNow()).toISOString().slice(0, 10)
  const reports = useApiPages('GET /reports', { query: reportsQuery(search, today) }, { keepPrevious: true })
  const readAnew = useThrottledCallback(() => void reports.refetch(), NEWS_MS)
  useEvents('GET /events', {}, { handlers: { 'report-received': readAnew }, onReconnect: readAnew })
  const items = reports.data?.pages.flatMap(page => page.items)
  const narrow = (change: ReportSearch) =>
    void navigate({ search: previous => ({ ...previous, ...change }), resetScroll: false })
  return (
    <Screen
      title="Reports"
      lead="Every day, mail systems that deliver to you say how many of their connections were encrypted as you ask, and what failed (TLS reports, RFC 8460)."
    >
      <DropZone />
      <ReportFilters search={search} today={today} onChange={narrow} />
      <TrustLegend />
      {reports.error !== null && items === undefined ? (
        <ProblemNotice
          title="The reports could not be read"
          error={reports.error}
          onRetry={() => void reports.refetch()}
        />
      ) : items === undefined ? (
        <Loading height={420} label="Reading the reports" />
      ) : items.length === 0 ? (
        <NoReports search={search} />
      ) : (
        <Stack gap="sm" aria-busy={reports.isPlaceholderData}>
          <ReportList reports={items} />
          <Group justify="space-between">
            <Text size="sm" c="dimmed" role="status">
              {items.length.toLocaleString('en')} {items.length === 1 ? 'report' : 'reports'}
              {reports.hasNextPage ? ', there are more' : ', that is all'}
            </Text>
            {reports.hasNextPage ? (
              <Button
                variant="default"
                loading={reports.isFetchingNextPage}
                onClick={() => void reports.fetchNextPage()}
              >
                Show more reports
              </Button>
            ) : null}
          </Group>
          {reports.isFetchNextPageError ? (
            <ProblemNotice
              title="The next reports could not be read"
              error={reports.error}
              onRetry={() => void reports.fetchNextPage()}
            />
          ) : null}
        </Stack>
      )}
    </Screen>
  )
}

function NoReports({ search }: { readonly search: ReportSearch }) {
  return isNarrowed(search) ? (
    <EmptyState title="No report fits these filters">
      Widen the days, or clear a filter. Domains and reporters are compared as a whole, not by a part of their
      name.
    </EmptyState>
  ) : (
    <EmptyState title="No report came in yet">
      Mail systems send a report once a day, about the day before, to the address in your DNS record{' '}
      <code>_smtp._tls</code>. After that record is published the first ones come within two days. A report
      you already have can be dropped onto this page.
    </EmptyState>
  )
}
