import { Stack, Text, Title } from '@mantine/core'
import { useApiPages } from '../../api/index.ts'
import { TextLink } from '../../parts/index.ts'
import { CheckList } from './check-list.tsx'

/** The other checks of a domain, each to be looked at or compared with. */
export function OtherChecks({ domain, id }: { readonly domain: string; readonly id: string }) {
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = useApiPages('GET /checks', {
    query: { domain, limit: 25 },
  })
  const checks = data?.pages.flatMap(page => page.items) ?? []
  const others = checks.filter(check => check.id !== id)
  const at = checks.findIndex(check => check.id === id)
  if (others.length === 0) return null
  return (
    <Stack gap="sm" component="section" aria-labelledby="other-checks">
      <Title order={2} size="h4" id="other-checks">
        Other checks of this domain
      </Title>
      <CheckList
        caption="The newest first"
        checks={others}
        onMore={hasNextPage ? () => void fetchNextPage() : undefined}
        isLoadingMore={isFetchingNextPage}
        extra={{
          title: 'Compare',
          cell: other => {
            if (other.state !== 'finished')
              return (
                <Text span size="sm" c="dimmed">
                  no result
                </Text>
              )
            // The later of the two is shown, the earlier compared with.
            const isOlder = at === -1 || checks.indexOf(other) > at
            const [later, earlier] = isOlder ? [id, other.id] : [other.id, id]
            return (
              <TextLink to="/check/$id" params={{ id: later }} search={{ against: earlier }}>
                what changed
              </TextLink>
            )
          },
        }}
      />
    </Stack>
  )
}
