import { Badge, Code, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { cutText, ForeignText, Time, visibleText } from '../../parts/index.ts'

/** A policy in a report, as the API tells it or as it was read here. */
export interface AppliedPolicy {
  readonly policyType: string
  readonly domain: string
  readonly policyStrings: readonly string[]
  readonly mxHostPatterns: readonly string[]
  readonly successfulSessionCount: number
  readonly failedSessionCount: number
  readonly countedSuccessfulSessionCount: number
  readonly countedFailedSessionCount: number
  readonly servedThen?: readonly ServedPolicy[] | undefined
}

interface ServedPolicy {
  readonly policyId: string
  readonly servedFrom?: string | undefined
  readonly servedUntil?: string | undefined
  readonly lines: readonly string[]
  readonly isApplied: boolean
}

const typeWords: Readonly<Record<string, string>> = {
  sts: 'MTA-STS policy',
  tlsa: 'DANE records (TLSA)',
  'no-policy-found': 'No policy was found',
}

const SHOWN_POLICIES = 20

/** Which policies the reporter went by, word for word, and whether they are those that were served then. */
export function AppliedPolicies({ policies }: { readonly policies: readonly AppliedPolicy[] }) {
  const more = policies.length - SHOWN_POLICIES
  return (
    <Stack gap="sm">
      {policies.slice(0, SHOWN_POLICIES).map((policy, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a report may have the same policy twice, and none moves
        <PolicyCard key={place} policy={policy} />
      ))}
      {more > 0 ? <Text size="sm">{`${more.toLocaleString('en')} more are in its text.`}</Text> : null}
      {policies.length === 0 ? <Text>It names no policy.</Text> : null}
    </Stack>
  )
}

function PolicyCard({ policy }: { readonly policy: AppliedPolicy }) {
  const { policyType, domain, policyStrings, mxHostPatterns } = policy
  const isRepeated =
    policy.countedSuccessfulSessionCount < policy.successfulSessionCount ||
    policy.countedFailedSessionCount < policy.failedSessionCount
  return (
    <Paper withBorder p="md" radius="md" component="article">
      <Stack gap="xs">
        <Title order={3} size="h5">
          {typeWords[policyType] ?? <ForeignText text={policyType} characters={40} />} for{' '}
          {domain === '' ? 'a domain it does not name' : <ForeignText text={domain} />}
        </Title>
        <Text size="sm">
          {policy.successfulSessionCount.toLocaleString('en')} sessions went well,{' '}
          {policy.failedSessionCount.toLocaleString('en')} failed.
          {isRepeated
            ? ' The reporter tells of the same sessions under another policy too; they are counted once.'
            : null}
        </Text>
        {policyStrings.length > 0 ? (
          <PolicyText lines={policyStrings} />
        ) : (
          <Text size="sm" c="dimmed">
            It does not quote the policy.
            {mxHostPatterns.length > 0 ? ` MX hosts it allows: ${patterns(mxHostPatterns)}.` : null}
          </Text>
        )}
        {policy.servedThen === undefined ? null : <Comparison served={policy.servedThen} />}
      </Stack>
    </Paper>
  )
}

/** Says whether the reporter went by what was served in its time. */
function Comparison({ served }: { readonly served: readonly ServedPolicy[] }) {
  const applied = served.find(({ isApplied }) => isApplied)
  if (applied !== undefined)
    return (
      <Group gap="xs">
        <Badge color="green" variant="light" tt="none">
          As published
        </Badge>
        <Text size="sm">
          It is policy <Code>{applied.policyId}</Code>, which was served here then.
        </Text>
      </Group>
    )
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Badge color="yellow" variant="light" tt="none">
          Not as published
        </Badge>
        <Text size="sm">
          The reporter went by another policy than was served here. It may hold an older one until that one’s
          max_age ends.
        </Text>
      </Group>
      {served.map(({ policyId, servedFrom, servedUntil, lines }) => (
        <div key={policyId}>
          <Text size="sm">
            Served then: policy <Code>{policyId}</Code>
            {servedFrom === undefined ? null : (
              <>
                , from <Time at={servedFrom} />
              </>
            )}
            {servedUntil === undefined ? null : (
              <>
                {' '}
                to <Time at={servedUntil} />
              </>
            )}
          </Text>
          <PolicyText lines={lines} />
        </div>
      ))}
    </Stack>
  )
}

const SHOWN_LINES = 40
const SHOWN_CHARACTERS = 500

function PolicyText({ lines }: { readonly lines: readonly string[] }) {
  const more = lines.length - SHOWN_LINES
  const text = lines.slice(0, SHOWN_LINES).map(line => visibleText(cutText(line, SHOWN_CHARACTERS)))
  return (
    <Code block dir="ltr" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
      {[...text, ...(more > 0 ? [`… ${more.toLocaleString('en')} more lines`] : [])].join('\n')}
    </Code>
  )
}

function patterns(list: readonly string[]): string {
  return visibleText(cutText(list.slice(0, SHOWN_LINES).join(', '), SHOWN_CHARACTERS))
}
