import { Alert, Button, CopyButton, Group, Stack } from '@mantine/core'
import { IconLink, IconRefresh } from '@tabler/icons-react'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { ApiOutput } from 'sternpost/api'
import { ApiError, useApiChange } from '../../api/index.ts'
import {
  EmptyState,
  FindingCard,
  Loading,
  PersonName,
  ProblemNotice,
  Screen,
  Time,
} from '../../parts/index.ts'
import { CheckComparison } from './check-comparison.tsx'
import { CheckProgress } from './check-progress.tsx'
import { CheckResult } from './check-result.tsx'
import { OtherChecks } from './other-checks.tsx'
import { byUrgency } from './severity-order.ts'
import { useRunningCheck } from './use-running-check.ts'

const route = getRouteApi('/check/$id')

/** One check: while it runs what it finds, afterwards its result, which keeps this address. */
export function CheckResultScreen() {
  const { id } = route.useParams()
  const { against } = route.useSearch()
  const { check, isRunning, progress } = useRunningCheck(id)
  const { data, error } = check
  if (data === undefined)
    return (
      <Screen title="Check">
        {error === null ? (
          <Loading height={420} />
        ) : (
          <NoCheck error={error} onRetry={() => void check.refetch()} />
        )}
      </Screen>
    )
  const found = (
    <>
      {isRunning ? (
        <>
          <CheckProgress
            parts={progress.parts}
            findingCount={progress.findings.length}
            isWaiting={data.state === 'waiting'}
          />
          <Stack gap="sm">
            {byUrgency(progress.findings).map(finding => (
              <FindingCard
                key={JSON.stringify([finding.code, finding.subject])}
                finding={finding}
                order={2}
              />
            ))}
          </Stack>
        </>
      ) : data.result === null ? (
        <Alert color="yellow" title="This check did not come to an end">
          Sternpost was stopped while it ran, or could not keep what it found. Check again to have a result.
        </Alert>
      ) : (
        <CheckResult id={id} result={data.result} />
      )}
      <OtherChecks domain={data.domain} id={id} />
    </>
  )
  return (
    <Screen
      title={data.domain}
      lead={<CheckLead check={data} isRunning={isRunning} />}
      actions={<CheckActions domain={data.domain} isRunning={isRunning} />}
    >
      {against === undefined || isRunning ? (
        found
      ) : (
        <CheckComparison earlier={against} later={id}>
          {found}
        </CheckComparison>
      )}
    </Screen>
  )
}

function CheckLead({
  check,
  isRunning,
}: {
  readonly check: ApiOutput<'GET /checks/:id'>
  readonly isRunning: boolean
}): ReactNode {
  const { input, domain, requestedAt, requestedBy } = check
  return (
    <>
      {isRunning ? 'Asked for ' : 'Checked '}
      <Time at={requestedAt} relative={isRunning} />
      {requestedBy === null ? null : (
        <>
          {' '}
          by <PersonName name={requestedBy} />
        </>
      )}
      {input.toLowerCase() === domain ? null : (
        <>
          , from “<bdi>{input}</bdi>”
        </>
      )}
      .
    </>
  )
}

function CheckActions({ domain, isRunning }: { readonly domain: string; readonly isRunning: boolean }) {
  const navigate = useNavigate()
  const again = useApiChange('POST /checks', { invalidates: ['GET /checks'] })
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <CopyButton value={window.location.href.split('?', 1)[0] ?? ''}>
          {({ copied, copy }) => (
            <Button variant="default" leftSection={<IconLink size={16} aria-hidden />} onClick={copy}>
              {copied ? 'Copied' : 'Copy the address'}
            </Button>
          )}
        </CopyButton>
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} aria-hidden />}
          disabled={isRunning}
          loading={again.isPending}
          onClick={() =>
            again.mutate(
              { body: { domain } },
              { onSuccess: ({ id }) => void navigate({ to: '/check/$id', params: { id }, search: {} }) },
            )
          }
        >
          Check again
        </Button>
      </Group>
      {again.error === null ? null : <ProblemNotice error={again.error} title="The check could not begin" />}
    </Stack>
  )
}

function NoCheck({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }) {
  const isNotThere = error instanceof ApiError && [400, 404].includes(error.problem.status)
  return isNotThere ? (
    <EmptyState title="There is no such check">
      The address may be incomplete, the check of a domain you may not see, or so old that it was cleared
      away.
    </EmptyState>
  ) : (
    <ProblemNotice title="The check could not be read" error={error} onRetry={onRetry} />
  )
}
