import { Alert, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { memo } from 'react'
import type { ApiOutput } from 'sternpost/api'
import { useApiChange, useRights } from '../../api/index.ts'
import { Fold, ForeignText, ProblemNotice, TextLink } from '../../parts/index.ts'
import { AppliedPolicies, type AppliedPolicy } from './applied-policies.tsx'
import { Problems } from './problems.tsx'
import { RawReport } from './raw-report.tsx'
import type { ReadFile, ReadReport } from './read-report-file.ts'
import { ReadingNotes } from './reading-notes.tsx'
import { Sentences } from './sentences.tsx'

/** A file somebody gave to this page, and what it made of it. */
export interface DroppedFile {
  readonly key: number
  readonly name: string
  /** None where it is too large to be kept. */
  readonly bytes?: Uint8Array<ArrayBuffer>
  readonly read: ReadFile
}

const SHOWN_REPORTS = 10

/** What a file says, and the offer to keep it. */
export const DroppedReport = memo(function DroppedReport({
  file,
  onRemove,
}: {
  readonly file: DroppedFile
  readonly onRemove: (file: DroppedFile) => void
}) {
  const { name, bytes, read } = file
  const keep = useApiChange('POST /reports', {
    invalidates: ['GET /reports', 'GET /reports/summary', 'GET /overview'],
  })
  const { mayAdd } = useRights()
  const canBeKept = mayAdd && bytes !== undefined && (read.reports.length > 0 || read.isForSternpost)
  const more = read.reports.length - SHOWN_REPORTS
  return (
    <Paper withBorder p="md" radius="md" component="article">
      <Stack gap="md">
        <Group justify="space-between" align="flex-start">
          <Title order={2} size="h4" flex="1 1 16rem">
            <ForeignText text={name} characters={200} />
          </Title>
          <Group gap="xs">
            {canBeKept && keep.data === undefined ? (
              <Button
                size="compact-md"
                loading={keep.isPending}
                onClick={() => keep.mutate({ query: { fileName: name.slice(0, 255) }, body: bytes })}
              >
                Keep it here
              </Button>
            ) : null}
            <Button
              size="compact-md"
              variant="default"
              onClick={() => onRemove(file)}
              aria-label={`Put away ${name.slice(0, 80)}`}
            >
              Put away
            </Button>
          </Group>
        </Group>
        {keep.error === null ? null : <ProblemNotice title="It could not be kept" error={keep.error} />}
        {keep.data === undefined ? null : <Kept kept={keep.data} />}
        {read.refused.map((reason, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: reasons may repeat and never move
          <Alert key={place} color="yellow" title="Not read in this page">
            <ForeignText text={reason} characters={500} />
          </Alert>
        ))}
        {read.reports.slice(0, SHOWN_REPORTS).map((report, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: reports of a file never move
          <Explained key={place} read={report} />
        ))}
        {more > 0 ? (
          <Text size="sm">{`${more} more reports are in the file${canBeKept ? '; keep it here to see them' : ''}.`}</Text>
        ) : null}
      </Stack>
    </Paper>
  )
})

function Kept({ kept }: { readonly kept: ApiOutput<'POST /reports'> }) {
  if (kept.reports.length === 0)
    return (
      <Alert color="yellow" title="Sternpost found no report in it" role="status">
        <ForeignText text={kept.reason ?? 'It gives no reason.'} characters={500} />
      </Alert>
    )
  const isNew = kept.reports.some(({ isDuplicate }) => !isDuplicate)
  return (
    <Alert color="green" title={isNew ? 'It is kept here' : 'It was here already'} role="status">
      <Group gap="md">
        {kept.reports.slice(0, SHOWN_REPORTS).map(({ id, organization }) => (
          <TextLink key={id} to="/reports/$id" params={{ id: String(id) }}>
            Open the report by{' '}
            {(organization ?? '') === '' ? (
              'nobody named'
            ) : (
              <ForeignText text={organization ?? ''} characters={60} />
            )}
          </TextLink>
        ))}
      </Group>
    </Alert>
  )
}

function Explained({ read }: { readonly read: ReadReport }) {
  const { report, explanation, notes, text } = read
  return (
    <Stack gap="md">
      <Sentences sentences={explanation.sentences} />
      <Text size="sm" c="dimmed">
        It was read in this page from a file: nothing proves who wrote it, and it is compared with no other
        report.
      </Text>
      <div>
        <Title order={3} size="h5" mb="xs">
          What failed
        </Title>
        <Problems problems={explanation.problems} failedSessionCount={explanation.sums.failure} />
        {explanation.furtherProblemCount > 0 ? (
          <Text size="sm" mt="xs">
            {explanation.furtherProblemCount.toLocaleString('en')} more kinds of failure are in it.
          </Text>
        ) : null}
      </div>
      <Fold title="Which policy the reporter went by">
        <AppliedPolicies policies={policiesOf(read)} />
      </Fold>
      <Fold title={notes.length === 0 ? 'How it was written' : `How it was written: ${notes.length} remarks`}>
        <ReadingNotes notes={notes} />
      </Fold>
      <Fold title={`The text it was read from, ${text.length.toLocaleString('en')} characters`}>
        <RawReport text={text} isWhole />
      </Fold>
      {report.contactInfo === undefined ? null : (
        <Text size="sm">
          Questions about it go to <ForeignText text={report.contactInfo} />.
        </Text>
      )}
    </Stack>
  )
}

function policiesOf({ report, explanation }: ReadReport): AppliedPolicy[] {
  return report.policies.map((policy, place) => ({
    policyType: policy.policyType,
    domain: policy.policyDomain ?? '',
    policyStrings: policy.policyStrings,
    mxHostPatterns: policy.mxHostPatterns,
    successfulSessionCount: policy.successfulSessionCount,
    failedSessionCount: policy.failureSessionCount,
    countedSuccessfulSessionCount: explanation.sums.policies[place]?.success ?? 0,
    countedFailedSessionCount: explanation.sums.policies[place]?.failure ?? 0,
  }))
}
