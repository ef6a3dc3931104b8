import { Group, List, Loader, Paper, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import type { PartProgress } from './live-progress.ts'

const partTitle: Readonly<Record<string, string>> = {
  resolver: 'Whether our DNS resolver can be trusted',
  dns: 'DNS records',
  'policy-host': 'The policy over HTTPS',
  'mx-host': 'Mail host',
  'mx-hosts': 'All mail hosts',
  'name-servers': 'Whether the name servers agree',
  'report-destinations': 'Where reports are sent',
}

/** What a running check looks at, and what it has looked at. */
export function CheckProgress({
  parts,
  findingCount,
  isWaiting,
}: {
  readonly parts: readonly PartProgress[]
  readonly findingCount: number
  readonly isWaiting: boolean
}) {
  const doneCount = parts.filter(({ state }) => state === 'done').length
  return (
    <Paper withBorder p="md" radius="md" component="section" aria-labelledby="check-progress">
      <Stack gap="sm">
        <Group gap="sm">
          <Loader size="sm" aria-hidden />
          <Title order={2} size="h4" id="check-progress">
            {isWaiting ? 'Waiting for its turn' : 'Looking'}
          </Title>
        </Group>
        <Text size="sm" role="status">
          {isWaiting
            ? 'Other checks are under way; this one begins when one of them ends.'
            : `${doneCount} of ${parts.length} parts looked at, ${findingCount} findings so far. Most checks take less than half a minute.`}
        </Text>
        <List listStyleType="none" spacing={6} size="sm">
          {parts.map(({ part, what, state }) => (
            <List.Item
              key={`${part} ${what}`}
              icon={
                state === 'done' ? (
                  <ThemeIcon size={20} radius="xl" color="green" variant="light">
                    <IconCheck size={14} aria-label="done" />
                  </ThemeIcon>
                ) : (
                  <Loader size={18} aria-label="under way" />
                )
              }
            >
              {partTitle[part] ?? part}{' '}
              <Text span c="dimmed" inherit style={{ overflowWrap: 'anywhere' }}>
                <bdi>{what}</bdi>
              </Text>
            </List.Item>
          ))}
        </List>
      </Stack>
    </Paper>
  )
}
