import { Badge, Card, Group, List, Stack, Text } from '@mantine/core'
import { CopyBlock, RawText } from '../../parts/index.ts'

export type RecordCondition = 'live' | 'missing' | 'differs' | 'conflict' | 'unknown'

export interface ShownRecord {
  readonly name: string
  readonly type: string
  readonly purpose: string
  /** As a line of a zone file; empty where nothing is to be there. */
  readonly text: string
}

export interface ShownLive {
  readonly state: RecordCondition
  readonly servers: readonly {
    readonly server: string
    readonly state: RecordCondition
    readonly values: readonly string[]
    readonly message?: string | undefined
  }[]
}

const conditions: Readonly<Record<RecordCondition, { readonly words: string; readonly color: string }>> = {
  live: { words: 'As wanted', color: 'teal' },
  missing: { words: 'Missing', color: 'red' },
  differs: { words: 'Differs', color: 'red' },
  conflict: { words: 'Something else is in the way', color: 'red' },
  unknown: { words: 'Cannot be told', color: 'gray' },
}

const purposes: Readonly<Record<string, string>> = {
  'policy-id': 'Says that there is a policy, and which one',
  'tls-report-address': 'Says where reports go',
  'policy-host': 'Leads to the policy host',
  bimi: 'Carried along as given (BIMI)',
  tlsa: 'Carried along as given (DANE)',
}

/** One record: what is wanted, ready to be copied, and what each name server has. */
export function RecordState({
  record,
  live,
}: {
  readonly record: ShownRecord
  readonly live: ShownLive | undefined
}) {
  return (
    <Card withBorder padding="md" component="article">
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
            {purposes[record.purpose] ?? record.purpose}
          </Text>
          {live !== undefined && (
            <Badge variant="light" tt="none" color={conditions[live.state].color}>
              {conditions[live.state].words}
            </Badge>
          )}
        </Group>
        {record.text === '' ? (
          <Text size="sm">
            No record {record.type} is to stand at <bdi>{record.name}</bdi>.
          </Text>
        ) : (
          <CopyBlock label={`${record.type} at ${record.name}`} text={record.text} />
        )}
        {live !== undefined && live.servers.length === 0 && (
          <Text size="sm">No authoritative name server could be found.</Text>
        )}
        {live !== undefined && live.servers.length > 0 && (
          <List size="sm" aria-label={`What each name server has at ${record.name}`}>
            {live.servers.map(({ server, state, values, message }) => (
              <List.Item key={server} style={{ overflowWrap: 'anywhere' }}>
                <bdi>{server}</bdi>: {conditions[state].words.toLowerCase()}
                {state !== 'live' && values.length > 0 && (
                  <>
                    , it has <RawText text={values.join(', ')} />
                  </>
                )}
                {message !== undefined && `; ${message}`}
              </List.Item>
            ))}
          </List>
        )}
      </Stack>
    </Card>
  )
}
