import { Card, Progress, Stack, Text, Title } from '@mantine/core'
import type { ApiOutput } from 'sternpost/api'
import { TextLink } from '../../parts/index.ts'
import { causeWords } from './cause-words.ts'
import { formatCount } from './figures.ts'

/** What failed, by where it most likely comes from. */
export function FailureCauses({
  causes,
}: {
  readonly causes: ApiOutput<'GET /overview'>['failuresByCause']
}) {
  const all = causes.reduce((sum, cause) => sum + cause.failedSessionCount, 0)
  return (
    <Card withBorder padding="md" component="section" aria-labelledby="causes">
      <Title order={2} size="h4" id="causes" mb="xs">
        Failures by likely cause
      </Title>
      {causes.length === 0 ? (
        <Text c="dimmed">No session failed in the last 14 days, as far as senders reported.</Text>
      ) : (
        <Stack gap="sm" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
          {causes.map(({ cause, failedSessionCount, resultTypes }) => (
            <li key={cause}>
              <Text fw={600} component="span">
                {causeWords[cause].title}
              </Text>
              <Text component="span" c="dimmed">
                {' '}
                {formatCount(failedSessionCount)} {failedSessionCount === 1 ? 'session' : 'sessions'}
              </Text>
              <Progress
                value={all === 0 ? 0 : (failedSessionCount / all) * 100}
                color="red.8"
                size="sm"
                my={4}
                aria-label={`${causeWords[cause].title}: share of failed sessions`}
              />
              <Text size="sm">{causeWords[cause].about}</Text>
              <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                {resultTypes.join(', ')}
              </Text>
            </li>
          ))}
        </Stack>
      )}
      <TextLink to="/reports" search={{ failures: true }} size="sm" mt="sm" display="inline-block">
        Reports with failures
      </TextLink>
    </Card>
  )
}
