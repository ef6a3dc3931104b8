import { Button, Group, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { Loading, ProblemNotice } from '../../parts/index.ts'

interface PagedQuery<Item> {
  readonly data: { readonly pages: readonly { readonly items: readonly Item[] }[] } | undefined
  readonly error: Error | null
  readonly hasNextPage: boolean
  readonly isFetchingNextPage: boolean
  readonly isPlaceholderData: boolean
  readonly refetch: () => unknown
  readonly fetchNextPage: () => unknown
}

/** A list that comes page by page, and what stands in its place while it comes and when it does not. */
export function PagedList<Item>({
  query,
  what,
  children,
}: {
  readonly query: PagedQuery<Item>
  /** For people: `policies`. */
  readonly what: string
  readonly children: (items: readonly Item[]) => ReactNode
}) {
  const items = query.data?.pages.flatMap(page => page.items)
  if (items === undefined)
    return query.error === null ? (
      <Loading height={320} label={`Reading the ${what}`} />
    ) : (
      <ProblemNotice
        title={`The ${what} could not be read`}
        error={query.error}
        onRetry={() => query.refetch()}
      />
    )
  return (
    <Stack gap="sm" aria-busy={query.isPlaceholderData}>
      {children(items)}
      {query.error === null ? null : (
        <ProblemNotice
          title={`More ${what} could not be read`}
          error={query.error}
          onRetry={() => query.fetchNextPage()}
        />
      )}
      {items.length === 0 ? null : (
        <Group justify="space-between">
          <Text size="sm" c="dimmed" role="status">
            {items.length.toLocaleString('en')} shown
            {query.hasNextPage ? ', there are more' : ', that is all'}
          </Text>
          {query.hasNextPage ? (
            <Button
              variant="default"
              loading={query.isFetchingNextPage}
              onClick={() => query.fetchNextPage()}
            >
              Show more {what}
            </Button>
          ) : null}
        </Group>
      )}
    </Stack>
  )
}
