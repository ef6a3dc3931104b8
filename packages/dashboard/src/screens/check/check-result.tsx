import { Anchor, Button, Collapse, Group, List, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { ApiOutput } from 'sternpost/api'
import { apiUrl } from '../../api/index.ts'
import { FindingCard, formatUtc, SeverityBadge, type SeverityWord } from '../../parts/index.ts'
import { DeliveryTable } from './delivery-table.tsx'

type Result = NonNullable<ApiOutput<'GET /checks/:id'>['result']>

/** What a check found: the sum, what senders meet, everything to be done, and what is good. */
export function CheckResult({ id, result }: { readonly id: string; readonly result: Result }) {
  const { findings, simulation, summary } = result
  const told = findings.filter(({ severity }) => severity !== 'ok')
  const good = findings.filter(({ severity }) => severity === 'ok')
  const counts: readonly [SeverityWord, string][] = [
    ['error', counted(summary.errors, 'error')],
    ['warning', counted(summary.warnings, 'warning')],
    ['unknown', `${summary.unknown} not measured`],
    ['advice', `${summary.advice} to improve`],
    ['ok', `${summary.ok} good`],
  ]
  return (
    <>
      <Group gap="xs">
        {counts
          .filter(([, label]) => !label.startsWith('0 '))
          .map(([severity, label]) => (
            <SeverityBadge key={severity} severity={severity} label={label} />
          ))}
      </Group>
      <DeliveryTable outcomes={simulation} />
      <Stack gap="sm" component="section" aria-labelledby="findings">
        <Title order={2} size="h4" id="findings">
          What was found
        </Title>
        {told.length === 0 ? <Text>Nothing that needs a change.</Text> : null}
        {told.map(finding => (
          <FindingCard
            key={JSON.stringify([finding.code, finding.subject, finding.message])}
            finding={finding}
          />
        ))}
      </Stack>
      <GoodFindings findings={good} />
      <Measured result={result} />
      <Text size="sm">
        <Anchor href={apiUrl('GET /checks/:id', { params: { id } })}>
          Everything that was seen, as JSON
        </Anchor>
      </Text>
    </>
  )
}

function GoodFindings({ findings }: { readonly findings: Result['findings'] }) {
  const [isOpen, { toggle }] = useDisclosure(false)
  if (findings.length === 0) return null
  return (
    <Stack gap="sm" component="section" aria-labelledby="good-findings">
      <Group gap="sm">
        <Title order={2} size="h4" id="good-findings">
          What is good
        </Title>
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={toggle}
          aria-expanded={isOpen}
          aria-controls="good-findings-list"
        >
          {isOpen ? 'Hide' : `Show all ${findings.length}`}
        </Button>
      </Group>
      <Collapse expanded={isOpen} id="good-findings-list">
        <List size="sm" spacing={4}>
          {findings.map(({ code, message, subject }) => (
            <List.Item key={JSON.stringify([code, subject])}>
              <bdi>{message}</bdi>
            </List.Item>
          ))}
        </List>
      </Collapse>
    </Stack>
  )
}

/** When and from where was looked, so that nobody takes it for today's news in a year. */
function Measured({ result: { startedAt, durationMs, observation } }: { readonly result: Result }) {
  const { resolvers, validates } = observation.vantage
  return (
    <Text size="sm" c="dimmed">
      Measured {formatUtc(startedAt)} in {(durationMs / 1_000).toFixed(1)} s
      {resolvers.length === 0 ? '' : `, DNS by ${resolvers.join(', ')}`} (
      {validates ? 'which validates' : 'which does not validate'} DNSSEC).
    </Text>
  )
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
