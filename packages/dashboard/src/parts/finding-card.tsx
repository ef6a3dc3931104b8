import { Box, Code, Group, List, Paper, Stack, Text, Title, type TitleOrder } from '@mantine/core'
import { CopyBlock } from './copy-block.tsx'
import { FindingMeaning } from './finding-meaning.tsx'
import { RawText } from './raw-text.tsx'
import { SeverityBadge, type SeverityWord } from './severity-badge.tsx'
import { Time } from './time.tsx'

/** A finding as the API tells it. */
export interface FindingFacts {
  readonly code: string
  readonly severity: SeverityWord
  readonly message: string
  readonly clause: string
  readonly evidence: readonly {
    readonly seen: string
    readonly source?: string | undefined
    readonly at?: string | number | undefined
  }[]
  readonly remedy?:
    | {
        readonly text: string
        readonly replacements: readonly {
          readonly kind: string
          readonly text: string
          readonly name?: string | undefined
          readonly type?: string | undefined
        }[]
      }
    | undefined
}

/** One finding: what senders will experience, by what it was seen, and the text that mends it. */
export function FindingCard({
  finding,
  order = 3,
}: {
  readonly finding: FindingFacts
  readonly order?: TitleOrder
}) {
  const { code, severity, message, clause, evidence, remedy } = finding
  return (
    <Paper withBorder p="md" radius="md" component="article">
      <Stack gap="sm">
        <Group gap="sm" align="flex-start" wrap="nowrap">
          <Box flex="0 0 auto">
            <SeverityBadge severity={severity} />
          </Box>
          <Title order={order} size="md" fw={600} style={{ overflowWrap: 'anywhere' }}>
            <bdi>{message}</bdi>
          </Title>
        </Group>
        {evidence.length === 0 ? null : (
          <Box>
            <Text size="sm" fw={500}>
              What was seen
            </Text>
            <List size="sm" listStyleType="none" spacing={4} styles={{ itemWrapper: { display: 'block' } }}>
              {evidence.map((each, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: evidence may repeat and never moves
                <List.Item key={index}>
                  <RawText text={each.seen} />
                  {each.source === undefined && each.at === undefined ? null : (
                    <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                      {each.source}
                      {each.source !== undefined && each.at !== undefined ? ', ' : null}
                      {each.at === undefined ? null : <Time at={each.at} />}
                    </Text>
                  )}
                </List.Item>
              ))}
            </List>
          </Box>
        )}
        {remedy === undefined ? null : (
          <Stack gap="xs">
            <Text size="sm">
              <Text span fw={500} inherit>
                What to change:{' '}
              </Text>
              {remedy.text}
            </Text>
            {remedy.replacements.map(each => (
              <CopyBlock
                key={`${each.kind} ${each.name ?? ''} ${each.text}`}
                label={replacementLabel(each)}
                text={each.text}
              />
            ))}
          </Stack>
        )}
        <Group gap="md">
          <Text size="xs" c="dimmed">
            {clause} · <Code fz="xs">{code}</Code>
          </Text>
          <FindingMeaning code={code} />
        </Group>
      </Stack>
    </Paper>
  )
}

function replacementLabel({
  kind,
  name,
  type,
}: {
  readonly kind: string
  readonly name?: string | undefined
  readonly type?: string | undefined
}): string {
  if (kind === 'dns-record') return `DNS record ${[type, name].filter(Boolean).join(' at ')}`
  if (kind === 'file') return name === undefined ? 'File' : `File ${name}`
  return 'Command'
}
