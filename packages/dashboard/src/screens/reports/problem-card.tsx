import { Badge, Box, Code, Group, List, Paper, Stack, Text, Title } from '@mantine/core'
import type { ReportProblem } from '@sternpost/protocol'
import { ForeignText } from '../../parts/index.ts'

/** A kind of failure, as the API tells it or as it was read here. */
export type ShownProblem = Omit<ReportProblem, 'mxMismatch' | 'diagnosis'> & {
  readonly diagnosis: Omit<ReportProblem['diagnosis'], 'findingCode'>
  readonly mxMismatch?: string | undefined
  /** First and last day anybody who is believed reported it; known of kept reports only. */
  readonly everFirstDay?: string
  readonly everLastDay?: string
}

const causes: Readonly<Record<ReportProblem['diagnosis']['likelyCause'], string>> = {
  'our-misconfiguration': 'something on your side',
  'sender-problem': "something on the sender's side",
  'possible-downgrade': 'somebody on the way may interfere (a downgrade attack looks like this)',
  undecided: 'cannot be told from reports',
}

/** What failed where, what it likely comes from, what speaks for that, and what to do. */
export function ProblemCard({ problem }: { readonly problem: ShownProblem }) {
  const { diagnosis, mxHost, resultType, reportedSessionCount, mxMismatch, reasonCodes } = problem
  return (
    <Paper withBorder p="md" radius="md" component="article">
      <Stack gap="xs">
        <Group justify="space-between" gap="xs" align="flex-start">
          <Title order={3} size="h5" flex="1 1 16rem" style={{ overflowWrap: 'anywhere' }}>
            {diagnosis.summary}
          </Title>
          <Text fw={600}>
            {reportedSessionCount.toLocaleString('en')} failed{' '}
            {reportedSessionCount === 1 ? 'session' : 'sessions'}
          </Text>
        </Group>
        <Group gap="xs">
          <Code>
            <ForeignText text={resultType} />
          </Code>
          <Text size="sm" component="span">
            {mxHost === '' ? (
              'no MX host is named'
            ) : (
              <>
                at <ForeignText text={mxHost} />
              </>
            )}
            {problem.domain === '' ? null : (
              <>
                , for <ForeignText text={problem.domain} />
              </>
            )}
          </Text>
        </Group>
        <Text>
          <b>Likely cause:</b> {causes[diagnosis.likelyCause]}{' '}
          <Badge variant="default" tt="none">
            {diagnosis.confidence}
          </Badge>
        </Text>
        <Text style={{ overflowWrap: 'anywhere' }}>
          <b>What to do:</b> {diagnosis.remedy}
        </Text>
        {mxMismatch === undefined ? null : (
          <Text>
            <ForeignText text={mxMismatch} characters={700} />
          </Text>
        )}
        <Box>
          <Text fw={700} size="sm">
            What speaks for it
          </Text>
          <List size="sm">
            {diagnosis.evidence.map((sentence, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: sentences may repeat and never move
              <List.Item key={place}>
                <ForeignText text={sentence} characters={700} />
              </List.Item>
            ))}
          </List>
        </Box>
        <Text size="sm">
          <b>What stays in doubt:</b> {diagnosis.doubt}
        </Text>
        <Facts
          facts={[
            ['Sent from', problem.sendingNetworks],
            ['Received at', problem.receivingIps],
            ['Reasons given', reasonCodes],
          ]}
        />
        {problem.everFirstDay === undefined ? null : (
          <Text size="sm" c="dimmed">
            {problem.everFirstDay === problem.everLastDay
              ? `Reported on ${problem.everFirstDay} (UTC) only.`
              : `First reported on ${problem.everFirstDay}, last on ${problem.everLastDay} (UTC).`}
          </Text>
        )}
      </Stack>
    </Paper>
  )
}

const SHOWN_VALUES = 8

function Facts({ facts }: { readonly facts: readonly (readonly [string, readonly string[]])[] }) {
  const known = facts.filter(([, values]) => values.length > 0)
  if (known.length === 0) return null
  return (
    <Text size="sm" component="dl" m={0}>
      {known.map(([name, values]) => (
        <Group key={name} gap="xs" align="baseline">
          <Text component="dt" size="sm" c="dimmed">
            {name}
          </Text>
          <Text component="dd" size="sm" m={0} flex="1 1 12rem">
            {values.slice(0, SHOWN_VALUES).map((value, place) => (
              <span key={value}>
                {place > 0 ? ', ' : null}
                <ForeignText text={value} />
              </span>
            ))}
            {values.length > SHOWN_VALUES ? ` and ${values.length - SHOWN_VALUES} more` : null}
          </Text>
        </Group>
      ))}
    </Text>
  )
}
