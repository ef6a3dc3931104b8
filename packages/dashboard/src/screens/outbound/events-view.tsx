import { Group, List, Paper, SegmentedControl, Stack, Text, Title } from '@mantine/core'
import { useThrottledCallback } from '@mantine/hooks'
import { useApiPages, useEvents } from '../../api/index.ts'
import { EmptyState, ForeignText, SeverityBadge, TextLink, Time } from '../../parts/index.ts'
import { eventWords, type OutboundEvent, policyDifferences } from './event-words.ts'
import type { EventChoice, OutboundSearch } from './outbound-search.ts'
import { PagedList } from './paged-list.tsx'

/** The list is read anew no more often than this, however much happens. */
const NEWS_MS = 3_000

/** What happened to policies of other domains; what may be an attack is marked and explained. */
export function EventsView({
  search,
  onChange,
}: {
  readonly search: OutboundSearch
  readonly onChange: (change: OutboundSearch) => void
}) {
  const query = useApiPages(
    'GET /outbound/events',
    {
      query: {
        limit: 50,
        ...(search.text === undefined ? {} : { text: search.text }),
        ...(search.only === undefined ? {} : { only: search.only }),
      },
    },
    { keepPrevious: true },
  )
  const readAnew = useThrottledCallback(() => void query.refetch(), NEWS_MS)
  useEvents('GET /events', {}, { handlers: { 'outbound-event': readAnew }, onReconnect: readAnew })
  return (
    <Stack gap="sm">
      <SegmentedControl
        transitionDuration={0}
        aria-label="Kinds of events"
        w="fit-content"
        maw="100%"
        data={[
          { value: 'all', label: 'All' },
          { value: 'signals', label: 'Downgrade signals' },
          { value: 'changes', label: 'Changes' },
        ]}
        value={search.only ?? 'all'}
        onChange={only => onChange({ only: only === 'all' ? undefined : (only as EventChoice) })}
      />
      <PagedList query={query} what="events">
        {items =>
          items.length === 0 ? (
            <EmptyState title="No event">
              An event is kept for a year for every policy that is found, changes, gets weaker, cannot be
              refreshed or ends. None fits here.
            </EmptyState>
          ) : (
            <EventList events={items} withDomain />
          )
        }
      </PagedList>
    </Stack>
  )
}

/** Events, the newest first. */
export function EventList({
  events,
  withDomain = false,
}: {
  readonly events: readonly OutboundEvent[]
  readonly withDomain?: boolean
}) {
  return (
    <Stack gap="sm">
      {events.map(event => (
        <EventCard key={event.id} event={event} withDomain={withDomain} />
      ))}
    </Stack>
  )
}

function EventCard({ event, withDomain }: { readonly event: OutboundEvent; readonly withDomain: boolean }) {
  const { title, meaning, remedy } = eventWords[event.kind]
  const differences = policyDifferences(event.from, event.to)
  return (
    <Paper withBorder p="md" radius="md" component="article">
      <Group gap="sm" justify="space-between" align="flex-start">
        <Group gap="sm" flex="1 1 16rem">
          <SeverityBadge
            severity={event.isSignal ? 'warning' : 'advice'}
            label={event.isSignal ? 'Downgrade signal' : 'Change'}
          />
          <Title order={3} size="h5">
            {title}
          </Title>
        </Group>
        <Text size="sm">
          <Time at={event.at} />
        </Text>
      </Group>
      {withDomain ? (
        <Text mt={4}>
          <TextLink to="/outbound/$domain" params={{ domain: event.domain }}>
            <ForeignText text={event.domain} />
          </TextLink>
        </Text>
      ) : null}
      <Text size="sm" mt="xs">
        {meaning}
      </Text>
      {differences.length === 0 ? null : (
        <List size="sm" mt={4}>
          {differences.map(difference => (
            <List.Item key={difference}>
              <ForeignText text={difference} characters={400} />
            </List.Item>
          ))}
        </List>
      )}
      {event.reason === undefined ? null : (
        <Text size="sm" mt={4}>
          Seen: <ForeignText text={event.reason} characters={400} />
          {event.code === undefined ? null : (
            <>
              {' '}
              (<code>{event.code}</code>)
            </>
          )}
          {event.failures === undefined ? null : `, ${event.failures} times one after the other`}.
        </Text>
      )}
      {remedy === undefined ? null : (
        <Text size="sm" mt="xs">
          <b>What to do:</b> {remedy}
        </Text>
      )}
    </Paper>
  )
}
