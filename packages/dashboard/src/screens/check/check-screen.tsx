import { IconStethoscope } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'
import { useApiPages, useRights } from '../../api/index.ts'
import { EmptyState, Loading, ProblemNotice, Screen } from '../../parts/index.ts'
import { CheckList } from './check-list.tsx'
import { StartCheckForm } from './start-check-form.tsx'

const route = getRouteApi('/check')

/** Any domain, looked at from outside; and what was looked at before. */
export function CheckScreen() {
  const { domain = '' } = route.useSearch()
  const { seesAll } = useRights()
  return (
    <Screen
      title="Check a domain"
      lead={`Looks at ${seesAll ? 'any domain' : 'a domain of yours'} as the mail servers of others see it: its records, its policy, every mail host on every address. Nothing is sent${seesAll ? ', and the domain need not be yours' : ''}.`}
    >
      <StartCheckForm key={domain} initialDomain={domain} />
      <RecentChecks />
    </Screen>
  )
}

function RecentChecks() {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useApiPages(
    'GET /checks',
    {
      query: { limit: 25 },
    },
  )
  if (data === undefined)
    return error === null ? (
      <Loading height={280} />
    ) : (
      <ProblemNotice title="Earlier checks could not be read" error={error} onRetry={() => void refetch()} />
    )
  const checks = data.pages.flatMap(page => page.items)
  if (checks.length === 0)
    return (
      <EmptyState title="Nothing was checked yet" icon={<IconStethoscope size={36} />}>
        Type a domain above. What is found comes in while the check runs, and the result keeps its own
        address, so that you can send it to somebody or compare it with a later one.
      </EmptyState>
    )
  return (
    <CheckList
      caption="Earlier checks, the newest first"
      checks={checks}
      onMore={hasNextPage ? () => void fetchNextPage() : undefined}
      isLoadingMore={isFetchingNextPage}
    />
  )
}
