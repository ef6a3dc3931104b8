import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ApiOutput } from 'sternpost/api'
import { useApi } from '../../api/index.ts'
import { CopyBlock, Loading, ProblemNotice, SeverityBadge, type SeverityWord } from '../../parts/index.ts'
import { ServedPolicy } from './served-policy.tsx'

type LiveRecord = ApiOutput<'GET /domains/:domain/records/live'>['items'][number]

const looks: Readonly<Record<LiveRecord['state'], readonly [SeverityWord, string]>> = {
  live: ['ok', 'As wanted'],
  missing: ['warning', 'Missing'],
  differs: ['warning', 'Differs'],
  conflict: ['error', 'In the way'],
  unknown: ['unknown', 'Not seen'],
}

const purposes: Readonly<Record<LiveRecord['purpose'], string>> = {
  'policy-host': 'Leads senders to the policy',
  'policy-id': 'Says that there is a policy, and which (MTA-STS); set it last',
  'tls-report-address': 'Says where reports go (TLS-RPT)',
  bimi: 'Says where your logo is (BIMI)',
  tlsa: 'Says which certificate a mail host has (DANE)',
}

/** While something is missing, DNS is asked again this often. */
const ASK_EVERY_MS = 15_000

/** The last step: what to put into DNS, and whether it is there. */
export function RecordsStep({ domain }: { readonly domain: string }) {
  const wanted = useApi('GET /domains/:domain/records', { params: { domain } })
  const live = useApi(
    'GET /domains/:domain/records/live',
    { params: { domain } },
    { refetchIntervalMs: ASK_EVERY_MS },
  )
  if (wanted.data === undefined)
    return wanted.error === null ? (
      <Loading height={420} />
    ) : (
      <ProblemNotice
        title="The records could not be read"
        error={wanted.error}
        onRetry={() => void wanted.refetch()}
      />
    )
  const { items: records } = wanted.data
  const stateOf = (name: string, type: string) =>
    live.data?.items.find(record => record.name === name && record.type === type)
  const liveCount = records.filter(({ name, type }) => stateOf(name, type)?.state === 'live').length
  return (
    <Stack gap="lg">
      <Group justify="space-between" gap="sm">
        <Text role="status">
          {live.data === undefined
            ? 'Asking every name server of the domain.'
            : `${liveCount} of ${records.length} ${records.length === 1 ? 'record is' : 'records are'} as wanted at every name server.`}
        </Text>
        <Button variant="default" onClick={() => void live.refetch()} loading={live.isFetching}>
          Look again now
        </Button>
      </Group>
      {live.error === null ? null : (
        <ProblemNotice title="The name servers could not be asked" error={live.error} />
      )}
      <Stack gap="md" component="section" aria-labelledby="records">
        <Title order={2} size="h4" id="records">
          Records to set
        </Title>
        {records.map(({ name, type, purpose, text }) => (
          <RecordToSet
            key={`${name} ${type}`}
            title={`${type} at ${name}`}
            purpose={purposes[purpose]}
            text={text}
            seen={stateOf(name, type)}
          />
        ))}
        {records.length > 1 ? (
          <CopyBlock
            label="All of them, as lines of a zone file"
            text={records.map(({ text }) => text).join('\n')}
          />
        ) : null}
      </Stack>
      <ServedPolicy domain={domain} />
      <Group gap="sm">
        <Button component={Link} to={`/domains/${domain}`}>
          Go to the domain
        </Button>
        <Button component={Link} variant="default" to={`/check?domain=${encodeURIComponent(domain)}`}>
          Check it from outside
        </Button>
      </Group>
    </Stack>
  )
}

function RecordToSet({
  title,
  purpose,
  text,
  seen,
}: {
  readonly title: string
  readonly purpose: string
  readonly text: string
  readonly seen: LiveRecord | undefined
}) {
  const [severity, word] = looks[seen?.state ?? 'unknown']
  const others = seen?.servers.filter(({ state }) => state !== 'live') ?? []
  return (
    <Stack gap={4}>
      <Group gap="xs">
        {seen === undefined ? null : <SeverityBadge severity={severity} label={word} />}
        <Text size="sm">{purpose}</Text>
      </Group>
      <CopyBlock label={title} text={text} />
      {others.map(({ server, state, values, message }) => (
        <Text key={server} size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {server}: {state === 'unknown' ? (message ?? 'no answer') : values.join(', ') || 'nothing'}
          {state === 'conflict' && message !== undefined ? `; in the way: ${message}` : ''}
        </Text>
      ))}
    </Stack>
  )
}
