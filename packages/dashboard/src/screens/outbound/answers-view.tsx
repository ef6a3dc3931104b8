import { Code, SegmentedControl, Stack } from '@mantine/core'
import type { ApiItem } from 'sternpost/api'
import { useApiPages } from '../../api/index.ts'
import { DataTable, ForeignText, SeverityBadge, TextLink, Time } from '../../parts/index.ts'
import type { AnswerSort, OutboundSearch } from './outbound-search.ts'
import { PagedList } from './paged-list.tsx'
import { replyText, replyWords, ruleClauses } from './reply-text.ts'

type Told = ApiItem<'GET /outbound/answers'>

/** What Postfix was told about each destination, and why. */
export function AnswersView({
  search,
  onChange,
}: {
  readonly search: OutboundSearch
  readonly onChange: (change: OutboundSearch) => void
}) {
  const query = useApiPages(
    'GET /outbound/answers',
    { query: { sort: search.by ?? 'recent', ...(search.text === undefined ? {} : { text: search.text }) } },
    { keepPrevious: true },
  )
  return (
    <Stack gap="sm">
      <SegmentedControl
        transitionDuration={0}
        aria-label="Order"
        w="fit-content"
        maw="100%"
        data={[
          { value: 'recent', label: 'Latest first' },
          { value: 'count', label: 'Most asked first' },
          { value: 'domain', label: 'By name' },
        ]}
        value={search.by ?? 'recent'}
        onChange={by => onChange({ by: by === 'recent' ? undefined : (by as AnswerSort) })}
      />
      <PagedList query={query} what="answers">
        {items => <AnswersTable answers={items} />}
      </PagedList>
    </Stack>
  )
}

/** Answers to Postfix, one row for each destination. */
export function AnswersTable({ answers }: { readonly answers: readonly Told[] }) {
  return (
    <DataTable
      caption="What Postfix was told since the start, by destination"
      rows={answers}
      rowKey={answer => answer.nextHop}
      minWidth={900}
      empty="Postfix has asked about nothing that fits here since the start."
      columns={[
        {
          key: 'hop',
          title: 'Destination',
          cell: ({ nextHop }) => (
            <TextLink to="/outbound" search={{ lookup: nextHop }}>
              <ForeignText text={nextHop} />
            </TextLink>
          ),
        },
        {
          key: 'reply',
          title: 'Answer',
          cell: ({ reply, dryRun }) => (
            <Stack gap={4} align="flex-start">
              <SeverityBadge
                severity={replyWords[reply.kind].severity}
                label={dryRun ? `would be: ${replyWords[reply.kind].word}` : replyWords[reply.kind].word}
              />
              <Code>
                <ForeignText text={replyText(reply)} characters={240} />
              </Code>
            </Stack>
          ),
        },
        {
          key: 'why',
          title: 'Why',
          cell: ({ rule, reason }) => (
            <>
              {ruleClauses[rule].words} ({ruleClauses[rule].clause}):{' '}
              <ForeignText text={reason} characters={240} />
            </>
          ),
        },
        { key: 'count', title: 'Times', numeric: true, cell: ({ count }) => count.toLocaleString('en') },
        {
          key: 'asked',
          title: 'Last asked',
          cell: ({ lastAskedAt }) => <Time at={lastAskedAt} relative />,
        },
      ]}
    />
  )
}
