import { Stack } from '@mantine/core'
import { useStatus } from '../../api/index.ts'
import { DataTable, Figure, Loading, ProblemNotice, Screen, SeverityBadge, Time } from '../../parts/index.ts'

const severityOf = { ok: 'ok', degraded: 'warning', down: 'error' } as const
const wordOf = { ok: 'Good', degraded: 'Less than whole', down: 'Down' } as const

/** How Sternpost does. */
export function OverviewScreen() {
  const { data, error, refetch } = useStatus()
  return (
    <Screen title="Overview" lead="How Sternpost does, part by part.">
      {error !== null && data === undefined ? (
        <ProblemNotice error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading />
      ) : (
        <Stack>
          <Figure
            label="State of the daemon"
            value={wordOf[data.state]}
            note={
              <>
                runs since <Time at={data.startedAt} />
              </>
            }
          />
          <DataTable
            caption="Parts of the daemon"
            rows={data.parts}
            rowKey={part => part.name}
            columns={[
              { key: 'name', title: 'Part', cell: part => part.name },
              {
                key: 'state',
                title: 'State',
                cell: part => <SeverityBadge severity={severityOf[part.state]} label={wordOf[part.state]} />,
              },
              { key: 'message', title: 'What it says', cell: part => part.message },
            ]}
          />
        </Stack>
      )}
    </Screen>
  )
}
