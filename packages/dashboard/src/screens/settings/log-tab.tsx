import { Button, Stack } from '@mantine/core'
import { useApiPages } from '../../api/index.ts'
import { DataTable, Loading, PersonName, ProblemNotice, RawText, Time } from '../../parts/index.ts'

/** Who changed what, and who tried to come in. */
export function LogTab() {
  const log = useApiPages('GET /audit')
  if (log.data === undefined)
    return log.error === null ? (
      <Loading height={480} />
    ) : (
      <ProblemNotice error={log.error} onRetry={() => void log.refetch()} />
    )
  return (
    <Stack gap="md" align="flex-start">
      <DataTable
        caption="Changes and sign-ins, the newest first"
        minWidth={760}
        rows={log.data.pages.flatMap(page => page.items)}
        rowKey={row => String(row.entryId)}
        columns={[
          { key: 'at', title: 'When', cell: row => <Time at={row.at} /> },
          {
            key: 'who',
            title: 'Who',
            cell: row => (row.who === '' ? 'A stranger' : <PersonName name={row.who} />),
          },
          { key: 'ip', title: 'From', cell: row => row.ip },
          { key: 'action', title: 'What', cell: row => row.action },
          { key: 'subject', title: 'On', cell: row => <RawText text={row.subject} shown={80} /> },
          {
            key: 'detail',
            title: 'How',
            cell: row =>
              Object.keys(row.detail).length === 0 ? null : (
                <RawText text={JSON.stringify(row.detail)} shown={160} />
              ),
          },
        ]}
      />
      {log.hasNextPage ? (
        <Button variant="default" loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
          Show older entries
        </Button>
      ) : null}
    </Stack>
  )
}
