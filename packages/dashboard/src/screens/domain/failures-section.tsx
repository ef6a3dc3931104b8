import { Stack, Text } from '@mantine/core'
import { useApi } from '../../api/index.ts'
import { FailureCard } from './failure-card.tsx'
import { Asked, Section } from './section.tsx'
import type { Days } from './shown-days.ts'

/** What fails, in groups of one cause. */
export function FailuresSection({ domain, days }: { readonly domain: string; readonly days: Days }) {
  const query = useApi('GET /reports/failure-groups', { query: { domain, ...days } })
  return (
    <Section
      id="failures"
      title="What fails, and why"
      lead="Failures of one kind together: the likely cause with what speaks for it and what is doubtful, and what to do."
    >
      <Asked query={query} what="the failures" height={240}>
        {({ groups, isCut, unexplainedCount }) => (
          <Stack gap="md">
            {groups.length === 0 && unexplainedCount === 0 && (
              <Text c="dimmed">
                No failure was reported from {days.from} to {days.to}.
              </Text>
            )}
            {groups.map(group => (
              <FailureCard key={`${group.policyType} ${group.resultType} ${group.mxHost}`} group={group} />
            ))}
            {unexplainedCount > 0 && (
              <Text size="sm">
                {unexplainedCount.toLocaleString('en')} {unexplainedCount === 1 ? 'kind' : 'kinds'} of failure
                without details in the reports.
              </Text>
            )}
            {isCut && (
              <Text size="sm" c="dimmed">
                The largest are shown; there are more.
              </Text>
            )}
          </Stack>
        )}
      </Asked>
    </Section>
  )
}
