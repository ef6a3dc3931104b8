import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { useApi } from '../../api/index.ts'
import { Loading, ProblemNotice, RawText, SeverityBadge } from '../../parts/index.ts'

/** The policy as a sender gets it now. */
export function ServedPolicy({ domain }: { readonly domain: string }) {
  const { data, error, refetch, isFetching } = useApi('GET /domains/:domain/served-policy', {
    params: { domain },
  })
  return (
    <Stack gap="sm" component="section" aria-labelledby="served-policy">
      <Group justify="space-between" gap="sm">
        <Title order={2} size="h4" id="served-policy">
          The policy as senders get it
        </Title>
        <Button variant="default" onClick={() => void refetch()} loading={isFetching}>
          Fetch it again
        </Button>
      </Group>
      {data === undefined ? (
        error === null ? (
          <Loading height={120} />
        ) : (
          <ProblemNotice
            title="The policy could not be fetched"
            error={error}
            onRetry={() => void refetch()}
          />
        )
      ) : (
        <>
          <Group gap="xs">
            {data.fault !== null ? (
              <SeverityBadge severity="warning" label="Not to be had yet" />
            ) : data.isAsPublished ? (
              <SeverityBadge severity="ok" label="As published" />
            ) : (
              <SeverityBadge severity="warning" label="Not what is published here" />
            )}
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {data.url}
            </Text>
          </Group>
          {data.fault === null ? null : (
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {data.fault.message} ({data.fault.code})
            </Text>
          )}
          {data.text === null ? null : <RawText text={data.text} block />}
        </>
      )}
    </Stack>
  )
}
