import { Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useApi, useApiChange } from '../../api/index.ts'
import { FindingCard, ProblemNotice, SeverityBadge, TextLink, Time } from '../../parts/index.ts'
import { CheckProgress } from '../check/check-progress.tsx'
import { CheckResult } from '../check/check-result.tsx'
import { byUrgency } from '../check/severity-order.ts'
import { useRunningCheck } from '../check/use-running-check.ts'
import { Asked, Section } from './section.tsx'

/** Looks at the domain from outside, here and now, and the checks before. */
export function CheckSection({ domain }: { readonly domain: string }) {
  const [id, setId] = useState<string>()
  const before = useApi('GET /checks', { query: { domain, limit: 5 } })
  const start = useApiChange('POST /checks', { invalidates: ['GET /checks'] })
  return (
    <Section
      id="check"
      title="Check from outside"
      lead="Looks at DNS, the policy host and every mail server as a sender would, and says what is wrong. It changes nothing."
    >
      <Stack gap="md">
        <Group gap="md">
          <Button
            variant="default"
            loading={start.isPending}
            onClick={() => start.mutate({ body: { domain } }, { onSuccess: check => setId(check.id) })}
          >
            Check now
          </Button>
        </Group>
        {start.error !== null && <ProblemNotice error={start.error} title="The check could not begin" />}
        {id !== undefined && <RunningCheck key={id} id={id} />}
        <Asked query={before} what="the checks before" height={60}>
          {({ items }) =>
            items.length === 0 ? (
              <Text c="dimmed">It was not checked yet.</Text>
            ) : (
              <ul style={{ margin: 0, paddingInlineStart: '1.2rem' }}>
                {items.map(check => (
                  <li key={check.id}>
                    <TextLink to="/check/$id" params={{ id: check.id }} search={{}}>
                      Check of <Time at={check.requestedAt} />
                    </TextLink>{' '}
                    {check.worst === null ? check.state : <SeverityBadge severity={check.worst} />}
                  </li>
                ))}
              </ul>
            )
          }
        </Asked>
      </Stack>
    </Section>
  )
}

function RunningCheck({ id }: { readonly id: string }) {
  const { check, isRunning, progress } = useRunningCheck(id)
  if (check.error !== null) return <ProblemNotice error={check.error} title="The check could not be read" />
  if (check.data?.result != null && !isRunning) return <CheckResult id={id} result={check.data.result} />
  return (
    <>
      <CheckProgress
        parts={progress.parts}
        findingCount={progress.findings.length}
        isWaiting={check.data?.state === 'waiting'}
      />
      {byUrgency(progress.findings).map(finding => (
        <FindingCard key={JSON.stringify([finding.code, finding.subject])} finding={finding} order={3} />
      ))}
    </>
  )
}
