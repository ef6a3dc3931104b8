import { Group, List, Paper, Stack, Text, Title } from '@mantine/core'
import {
  IconCircleX,
  IconClockPause,
  IconHelpCircle,
  IconLockCheck,
  IconLockOpen,
  type TablerIcon,
} from '@tabler/icons-react'
import { DataTable } from '../../parts/index.ts'

type Delivery = 'delivered-verified' | 'delivered-unprotected' | 'deferred' | 'refused' | 'unknown'
type Sender = 'opportunistic' | 'mta-sts-only' | 'dane-first' | 'both'

/** What each kind of sender would experience, as a check tells it. */
export interface SenderOutcomeFacts {
  readonly sender: Sender
  readonly delivery: Delivery
  readonly reason: string
  readonly hosts: readonly { readonly mxHost: string; readonly delivery: Delivery }[]
}

const senderTitle: Readonly<Record<Sender, string>> = {
  opportunistic: 'A sender that checks nothing',
  'mta-sts-only': 'With MTA-STS',
  'dane-first': 'With DANE, else MTA-STS',
  both: 'With both at once',
}

const looks: Readonly<Record<Delivery, { word: string; color: string; Icon: TablerIcon }>> = {
  'delivered-verified': { word: 'protected', color: 'green', Icon: IconLockCheck },
  'delivered-unprotected': { word: 'unprotected', color: 'yellow', Icon: IconLockOpen },
  deferred: { word: 'waits', color: 'red', Icon: IconClockPause },
  refused: { word: 'refused', color: 'red', Icon: IconCircleX },
  unknown: { word: 'not measured', color: 'gray', Icon: IconHelpCircle },
}

/** "Would it arrive?": a row for each mail host, a column for each kind of sender. */
export function DeliveryTable({ outcomes }: { readonly outcomes: readonly SenderOutcomeFacts[] }) {
  const [first] = outcomes
  if (first === undefined) return null
  const rows = [
    ...first.hosts.map(({ mxHost }) => ({
      name: mxHost,
      cells: outcomes.map(
        ({ hosts }) => hosts.find(host => host.mxHost === mxHost)?.delivery ?? ('unknown' as const),
      ),
    })),
    { name: 'In the end', cells: outcomes.map(({ delivery }) => delivery) },
  ]
  return (
    <Paper withBorder p="md" radius="md" component="section" aria-labelledby="would-it-arrive">
      <Stack gap="sm">
        <Title order={2} size="h4" id="would-it-arrive">
          Would mail arrive?
        </Title>
        <DataTable
          caption="What becomes of a message at each mail host, by kind of sender"
          minWidth={640}
          rows={rows}
          rowKey={row => row.name}
          columns={[
            {
              key: 'host',
              title: 'Mail host',
              cell: row => (
                <Text span fw={row.name === 'In the end' ? 650 : 400} inherit>
                  {row.name}
                </Text>
              ),
            },
            ...outcomes.map(({ sender }, index) => ({
              key: sender,
              title: senderTitle[sender],
              cell: (row: (typeof rows)[number]) => <DeliveryWord delivery={row.cells[index] ?? 'unknown'} />,
            })),
          ]}
        />
        <List size="sm" spacing={4}>
          {reasonsOf(outcomes).map(({ reason, senders }) => (
            <List.Item key={reason}>
              <Text span fw={500} inherit>
                {senders.length === outcomes.length
                  ? 'Every kind of sender'
                  : senders.map(sender => senderTitle[sender]).join('; ')}
                :
              </Text>{' '}
              <bdi>{reason}</bdi>
            </List.Item>
          ))}
        </List>
        <Text size="sm" c="dimmed">
          Protected: over TLS, to a host that proved its name. Unprotected: somebody on the line could read or
          change it. Waits: in the sender’s queue, until it goes back to whoever wrote it.
        </Text>
      </Stack>
    </Paper>
  )
}

function DeliveryWord({ delivery }: { readonly delivery: Delivery }) {
  const { word, color, Icon } = looks[delivery]
  return (
    <Group gap={6} wrap="nowrap" c={`var(--mantine-color-${color}-light-color)`}>
      <Icon size={16} aria-hidden />
      <Text span size="sm" fw={500} inherit>
        {word}
      </Text>
    </Group>
  )
}

/** Why not every message goes out protected, senders with the same reason together. */
function reasonsOf(
  outcomes: readonly SenderOutcomeFacts[],
): readonly { readonly reason: string; readonly senders: readonly Sender[] }[] {
  const worse = outcomes.filter(({ delivery }) => delivery !== 'delivered-verified')
  return [...Map.groupBy(worse, ({ reason }) => reason)].map(([reason, group]) => ({
    reason,
    senders: group.map(({ sender }) => sender),
  }))
}
