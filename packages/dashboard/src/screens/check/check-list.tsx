import { Button, Group, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import type { ApiItem } from 'sternpost/api'
import { type DataColumn, DataTable, SeverityBadge, TextLink, Time } from '../../parts/index.ts'

export type KeptCheck = ApiItem<'GET /checks'>

export interface CheckListProps {
  readonly caption: string
  readonly checks: readonly KeptCheck[]
  readonly onMore?: (() => void) | undefined
  readonly isLoadingMore?: boolean
  /** A further column, such as a link to compare with. */
  readonly extra?: { readonly title: string; readonly cell: (check: KeptCheck) => ReactNode }
}

/** Checks that were made, the newest first. */
export function CheckList({ caption, checks, onMore, isLoadingMore = false, extra }: CheckListProps) {
  const columns: DataColumn<KeptCheck>[] = [
    {
      key: 'domain',
      title: 'Domain',
      cell: check => (
        <TextLink to="/check/$id" params={{ id: check.id }}>
          {check.domain}
        </TextLink>
      ),
    },
    { key: 'at', title: 'Asked for', cell: check => <Time at={check.requestedAt} relative /> },
    { key: 'result', title: 'Result', cell: check => <CheckOutcome check={check} /> },
    ...(extra === undefined ? [] : [{ key: 'extra', ...extra }]),
  ]
  return (
    <>
      <DataTable
        caption={caption}
        minWidth={300}
        rows={checks}
        rowKey={check => check.id}
        columns={columns}
      />
      {onMore === undefined ? null : (
        <Group>
          <Button variant="default" onClick={onMore} loading={isLoadingMore}>
            Show older checks
          </Button>
        </Group>
      )}
    </>
  )
}

function CheckOutcome({ check }: { readonly check: KeptCheck }) {
  if (check.state === 'finished' && check.worst !== null) return <SeverityBadge severity={check.worst} />
  return (
    <Text span size="sm" c="dimmed">
      {stateWord[check.state]}
    </Text>
  )
}

const stateWord: Readonly<Record<KeptCheck['state'], string>> = {
  waiting: 'waiting',
  running: 'under way',
  finished: 'finished',
  interrupted: 'interrupted',
}
