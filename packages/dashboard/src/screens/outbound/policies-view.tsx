import { Badge, Group, UnstyledButton } from '@mantine/core'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useApiPages } from '../../api/index.ts'
import { DataTable, ForeignText, ModeWord, TextLink, Time } from '../../parts/index.ts'
import { nextOrder, type OutboundSearch, type PolicySort, policyOrder } from './outbound-search.ts'
import { PagedList } from './paged-list.tsx'

/** The MTA-STS policies kept of other domains. */
export function PoliciesView({
  search,
  onChange,
}: {
  readonly search: OutboundSearch
  readonly onChange: (change: OutboundSearch) => void
}) {
  const { sort, order } = policyOrder(search)
  const query = useApiPages(
    'GET /outbound/policies',
    { query: { sort, direction: order, ...(search.text === undefined ? {} : { text: search.text }) } },
    { keepPrevious: true },
  )
  const header = (column: PolicySort, title: string): ReactNode => (
    <SortButton
      title={title}
      order={column === sort ? order : undefined}
      onClick={() => onChange(nextOrder(search, column))}
    />
  )
  return (
    <PagedList query={query} what="policies">
      {items => (
        <DataTable
          caption="Policies of other domains"
          rows={items}
          rowKey={policy => policy.domain}
          minWidth={860}
          empty={
            search.text === undefined
              ? 'None is kept. When Postfix asks about a domain that publishes one, it is fetched and kept until its max_age ends.'
              : 'No domain with this in its name.'
          }
          columns={[
            {
              key: 'domain',
              title: header('domain', 'Domain'),
              cell: ({ domain }) => (
                <TextLink to="/outbound/$domain" params={{ domain }}>
                  <ForeignText text={domain} />
                </TextLink>
              ),
            },
            { key: 'mode', title: 'Mode', cell: ({ mode }) => <ModeWord mode={mode} /> },
            { key: 'id', title: 'Policy id', cell: ({ policyId }) => <ForeignText text={policyId} /> },
            {
              key: 'fetched',
              title: header('fetched', 'Fetched'),
              cell: ({ fetchedAt }) => <Time at={fetchedAt} relative />,
            },
            {
              key: 'expires',
              title: header('expires', 'Holds until'),
              cell: ({ expiresAt, isExpired }) => (
                <Group gap={4}>
                  <Time at={expiresAt} relative />
                  {isExpired ? (
                    <Badge color="gray" variant="light" tt="none">
                      ended
                    </Badge>
                  ) : null}
                </Group>
              ),
            },
            {
              key: 'used',
              title: header('used', 'Last used'),
              cell: ({ lastUsedAt }) => <Time at={lastUsedAt} relative />,
            },
            {
              key: 'checked',
              title: header('checked', 'Next look'),
              cell: ({ nextCheckAt }) => <Time at={nextCheckAt} relative />,
            },
          ]}
        />
      )}
    </PagedList>
  )
}

function SortButton({
  title,
  order,
  onClick,
}: {
  readonly title: string
  readonly order: 'asc' | 'desc' | undefined
  readonly onClick: () => void
}) {
  const said = order === undefined ? 'sort by it' : order === 'asc' ? 'sorted upwards' : 'sorted downwards'
  const Icon = order === 'desc' ? IconArrowDown : IconArrowUp
  return (
    <UnstyledButton fw={700} fz="sm" onClick={onClick} aria-label={`${title}, ${said}`}>
      <Group gap={4} wrap="nowrap" component="span">
        {title}
        {order === undefined ? null : <Icon size={14} aria-hidden />}
      </Group>
    </UnstyledButton>
  )
}
