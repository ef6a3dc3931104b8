import { Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useApi } from '../../api/index.ts'
import { ProblemNotice, Time } from '../../parts/index.ts'
import { RecordState } from './record-state.tsx'
import { Asked, Section } from './section.tsx'

/** The DNS records a domain needs, ready to be copied, and what each name server has of them. */
export function RecordsSection({ domain }: { readonly domain: string }) {
  const [isAsked, setAsked] = useState(false)
  const wanted = useApi('GET /domains/:domain/records', { params: { domain } })
  const live = useApi('GET /domains/:domain/records/live', { params: { domain } }, { enabled: isAsked })
  const ask = () => {
    setAsked(true)
    if (isAsked) void live.refetch()
  }
  return (
    <Section
      id="records"
      title="DNS records"
      lead="What is to stand in DNS, to be copied as it is; and what every authoritative name server has now, asked one by one without a cache between."
    >
      <Asked query={wanted} what="the records" height={320}>
        {({ items }) => (
          <Stack gap="md">
            <Group gap="md">
              <Button variant="default" onClick={ask} loading={live.isFetching}>
                {isAsked ? 'Ask again' : 'Ask the name servers'}
              </Button>
              {live.data !== undefined && (
                <Text size="sm" c="dimmed" role="status">
                  Asked <Time at={live.dataUpdatedAt} relative />
                </Text>
              )}
            </Group>
            {live.error !== null && (
              <ProblemNotice error={live.error} title="The name servers could not be asked" onRetry={ask} />
            )}
            {live.data === undefined
              ? items.map(record => (
                  <RecordState key={`${record.name} ${record.type}`} record={record} live={undefined} />
                ))
              : live.data.items.map(record => (
                  <RecordState key={`${record.name} ${record.type}`} record={record} live={record} />
                ))}
          </Stack>
        )}
      </Asked>
    </Section>
  )
}
