import { Badge, Card, Group, List, Text, Title } from '@mantine/core'
import type { ApiOutput } from 'sternpost/api'
import { RawText, TextLink } from '../../parts/index.ts'

export type FailureGroup = ApiOutput<'GET /reports/failure-groups'>['groups'][number]

const causes = {
  'our-misconfiguration': 'our own servers',
  'sender-problem': "the sender's side",
  'possible-downgrade': 'possible interference on the way',
  undecided: 'not decided',
} as const

/** One thing that fails: what it comes from, what speaks for it, what is doubtful, and what to do. */
export function FailureCard({ group }: { readonly group: FailureGroup }) {
  const { diagnosis, failedSessionCount, firstDay, lastDay, mxHost, resultType } = group
  return (
    <Card withBorder padding="md" component="article">
      <Group justify="space-between" gap="xs" align="flex-start">
        <Title order={3} size="h5" style={{ overflowWrap: 'anywhere' }}>
          {diagnosis.summary}
        </Title>
        <Text fw={600}>
          {failedSessionCount.toLocaleString('en')} {failedSessionCount === 1 ? 'session' : 'sessions'}
        </Text>
      </Group>
      <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        <bdi>{resultType}</bdi>
        {mxHost !== '' && (
          <>
            {' '}
            at <bdi>{mxHost}</bdi>
          </>
        )}
        , {firstDay === lastDay ? firstDay : `${firstDay} to ${lastDay}`} (UTC)
      </Text>
      <Text mt="sm">
        <b>Likely cause:</b> {causes[diagnosis.likelyCause]}{' '}
        <Badge variant="default" tt="none">
          {diagnosis.confidence}
        </Badge>
      </Text>
      <Text mt="xs">
        <b>What to do:</b> {diagnosis.remedy}
      </Text>
      {group.mxMismatch !== undefined && <Text mt="xs">{group.mxMismatch}</Text>}
      <Text mt="xs" fw={700}>
        Evidence
      </Text>
      <List size="sm">
        {diagnosis.evidence.map(sentence => (
          <List.Item key={sentence} style={{ overflowWrap: 'anywhere' }}>
            {sentence}
          </List.Item>
        ))}
        {group.reasonCodes.length > 0 && (
          <List.Item>
            Reasons given: <RawText text={group.reasonCodes.join(', ')} />
          </List.Item>
        )}
      </List>
      <Text mt="xs" size="sm">
        <b>Doubt:</b> {diagnosis.doubt}
      </Text>
      <TextLink
        to="/reports"
        search={{ domain: group.domain, resultType }}
        size="sm"
        mt="xs"
        display="inline-block"
      >
        Reports that tell of it
      </TextLink>
    </Card>
  )
}
