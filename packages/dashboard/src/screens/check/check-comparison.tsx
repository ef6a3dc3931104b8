import { Code, List, Paper, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import type { ApiOutput } from 'sternpost/api'
import { useApi } from '../../api/index.ts'
import { DataTable, Loading, ProblemNotice, RawText, SeverityBadge, Time } from '../../parts/index.ts'

type Comparison = ApiOutput<'GET /checks/compare'>

interface CheckComparisonProps {
  readonly earlier: string
  readonly later: string
  /** What stands below it; it waits until the comparison is there, so that it is not pushed down. */
  readonly children: ReactNode
}

/** What is otherwise in a later check than in an earlier one. */
export function CheckComparison({ earlier, later, children }: CheckComparisonProps) {
  const { data, error, refetch } = useApi('GET /checks/compare', { query: { a: earlier, b: later } })
  if (data === undefined && error === null) return <Loading height={560} />
  return (
    <>
      {data === undefined ? (
        <ProblemNotice
          title="The two checks could not be compared"
          error={error}
          onRetry={() => void refetch()}
        />
      ) : (
        <Differences comparison={data} />
      )}
      {children}
    </>
  )
}

function Differences({ comparison }: { readonly comparison: Comparison }) {
  const { before, appeared, gone, changed, facts } = comparison
  const isSame = [appeared, gone, changed, facts].every(list => list.length === 0)
  return (
    <Paper withBorder p="md" radius="md" component="section" aria-labelledby="comparison">
      <Stack gap="sm">
        <Title order={2} size="h4" id="comparison">
          What has changed since <Time at={before} />
        </Title>
        {isSame ? <Text size="sm">Nothing: both checks found the same.</Text> : null}
        <FindingLines title="New" findings={appeared} />
        <FindingLines title="Gone" findings={gone} />
        <FindingLines title="Of another severity" findings={changed.map(({ after }) => after)} />
        {facts.length === 0 ? null : <Facts facts={facts} />}
      </Stack>
    </Paper>
  )
}

function FindingLines({
  title,
  findings,
}: {
  readonly title: string
  readonly findings: Comparison['appeared']
}) {
  if (findings.length === 0) return null
  return (
    <div>
      <Title order={3} size="h6">
        {title}
      </Title>
      <List listStyleType="none" size="sm" spacing={6} mt={4}>
        {findings.map(({ code, severity, message, subject }) => (
          <List.Item key={JSON.stringify([code, subject, message])}>
            <SeverityBadge severity={severity} /> <bdi>{message}</bdi> <Code fz="xs">{code}</Code>
          </List.Item>
        ))}
      </List>
    </div>
  )
}

function Facts({ facts }: { readonly facts: Comparison['facts'] }) {
  return (
    <DataTable
      caption="Facts that are otherwise"
      minWidth={560}
      rows={facts}
      rowKey={fact => JSON.stringify([fact.subject, fact.what])}
      columns={[
        { key: 'what', title: 'What', cell: fact => <bdi>{fact.what}</bdi> },
        { key: 'before', title: 'Before', cell: fact => <Fact value={fact.before} /> },
        { key: 'after', title: 'Now', cell: fact => <Fact value={fact.after} /> },
      ]}
    />
  )
}

function Fact({ value }: { readonly value: string | null }) {
  return value === null ? (
    <Text span size="sm" c="dimmed">
      none
    </Text>
  ) : (
    <RawText text={value} shown={300} />
  )
}
