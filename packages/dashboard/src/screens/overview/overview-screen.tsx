import { SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useApi } from '../../api/index.ts'
import { Loading, ProblemNotice, Screen, Time } from '../../parts/index.ts'
import { AlertList } from './alert-list.tsx'
import { DomainTable } from './domain-table.tsx'
import { FailureCauses } from './failure-causes.tsx'
import { FreshInstall } from './fresh-install.tsx'
import { nextSort, type OverviewSearch } from './overview-search.ts'
import { OverviewSum } from './overview-sum.tsx'
import { TableFilters } from './table-filters.tsx'
import { useDomainRows } from './use-domain-rows.ts'

const route = getRouteApi('/')

/** How the mail of all domains is protected, what fails, and what to do next. */
export function OverviewScreen() {
  const overview = useApi('GET /overview', {}, { refetchIntervalMs: 60_000 })
  const { data } = overview
  const isFresh = data !== undefined && data.domainCount === 0 && data.reportCount === 0
  return (
    <Screen
      title="Overview"
      lead="How the mail of your domains is protected on its way to you, what fails, and what to do next."
    >
      {data === undefined ? (
        overview.error === null ? (
          <Loading height={720} label="Reading the overview" />
        ) : (
          <ProblemNotice
            error={overview.error}
            title="The overview could not be read"
            onRetry={() => void overview.refetch()}
          />
        )
      ) : isFresh ? (
        <FreshInstall />
      ) : (
        <Stack gap="xl">
          <OverviewSum overview={data} />
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
            <AlertList alerts={data.alerts} count={data.alertCount} />
            <FailureCauses causes={data.failuresByCause} />
          </SimpleGrid>
          <Domains all={data.domainCount} />
          <Text size="sm" c="dimmed">
            Figures of <Time at={data.builtAt} relative />, from reports about {data.from} to {data.to} (UTC).
            {data.leftOut.quarantinedReportCount > 0 &&
              ` ${data.leftOut.quarantinedReportCount.toLocaleString('en')} reports about other domains are left out.`}
          </Text>
        </Stack>
      )}
    </Screen>
  )
}

function Domains({ all }: { readonly all: number }) {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const rows = useDomainRows(search)
  const change = (to: Partial<OverviewSearch>) =>
    void navigate({ search: before => ({ ...before, ...to }), replace: true, resetScroll: false })
  return (
    <Stack gap="sm" component="section" aria-labelledby="domains">
      <Title order={2} size="h4" id="domains">
        Domains
      </Title>
      <TableFilters search={search} onChange={change} total={rows.total} all={all} />
      {rows.error !== null ? (
        <ProblemNotice error={rows.error} title="The domains could not be read" onRetry={rows.retry} />
      ) : rows.total === undefined || rows.page === undefined ? (
        <Loading height={480} label="Reading the domains" />
      ) : rows.total === 0 ? (
        <Text c="dimmed" mih={120}>
          No domain fits. Take a filter away to see more.
        </Text>
      ) : (
        <DomainTable
          total={rows.total}
          from={rows.page.from}
          rowAt={rows.rowAt}
          look={rows.look}
          search={search}
          onSort={sort => change(nextSort(search, sort))}
          isBusy={rows.isPrevious}
        />
      )}
    </Stack>
  )
}
