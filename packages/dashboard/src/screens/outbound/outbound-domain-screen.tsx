import { Badge, Code, Group, Stack, Text, Title } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { ApiOutput } from 'sternpost/api'
import { useApi } from '../../api/index.ts'
import {
  cutText,
  DataTable,
  ForeignText,
  formatSpan,
  Loading,
  ModeWord,
  ProblemNotice,
  Screen,
  TextLink,
  Time,
  visibleText,
} from '../../parts/index.ts'
import { AnswersTable } from './answers-view.tsx'
import { EventList } from './events-view.tsx'
import { ForAllDomains } from './for-all-domains.tsx'

const route = getRouteApi('/outbound/$domain')
/** RFC 8461 §3.2 has policies of more refused. */
const MAX_POLICY_CHARACTERS = 65_536

type KeptPolicy = ApiOutput<'GET /outbound/policies/:domain'>

/** One domain that mail is sent to: its policy, those before it, and what happened. */
export function OutboundDomainScreen() {
  return (
    <ForAllDomains>
      <OutboundDomain />
    </ForAllDomains>
  )
}

function OutboundDomain() {
  const { domain } = route.useParams()
  const kept = useApi('GET /outbound/policies/:domain', { params: { domain } })
  return (
    <Screen
      title={visibleText(cutText(domain, 253))}
      lead="What is kept of the policy of this domain, to which mail is sent."
      actions={
        <>
          <TextLink to="/outbound" search={{ lookup: domain }}>
            Look it up now
          </TextLink>
          <TextLink to="/outbound">All policies</TextLink>
        </>
      }
    >
      {kept.data !== undefined ? (
        <Kept kept={kept.data} />
      ) : kept.error === null ? (
        <Loading height={480} label="Reading the policy" />
      ) : (
        <ProblemNotice
          title="The policy could not be read"
          error={kept.error}
          onRetry={() => void kept.refetch()}
        />
      )}
    </Screen>
  )
}

function Kept({ kept: { policy, ids, events, told } }: { readonly kept: KeptPolicy }) {
  return (
    <Stack gap="xl">
      <Part title="The policy that is kept">
        {policy === null ? (
          <Text>None is kept now: it has ended, or there was none.</Text>
        ) : (
          <PolicyFacts policy={policy} />
        )}
      </Part>
      <Part title="Policies one after the other">
        <DataTable
          caption="Policies of the last year, the newest first"
          rows={ids.map((entry, place) => ({ ...entry, place }))}
          rowKey={({ place }) => String(place)}
          empty="No policy was found in the last year."
          columns={[
            { key: 'id', title: 'Policy id', cell: ({ policyId }) => <ForeignText text={policyId} /> },
            { key: 'mode', title: 'Mode', cell: ({ mode }) => <ForeignText text={mode} /> },
            { key: 'since', title: 'Since', cell: ({ since }) => <Time at={since} /> },
            {
              key: 'until',
              title: 'Until',
              cell: ({ until }) => (until === null ? 'now' : <Time at={until} />),
            },
          ]}
        />
      </Part>
      <Part title="What Postfix was told">
        <AnswersTable answers={told} />
      </Part>
      <Part title="What happened">
        {events.length === 0 ? <Text>Nothing in the last year.</Text> : <EventList events={events} />}
      </Part>
    </Stack>
  )
}

function PolicyFacts({ policy }: { readonly policy: NonNullable<KeptPolicy['policy']> }) {
  return (
    <Stack gap="sm">
      <Group gap="md">
        <ModeWord mode={policy.mode} />
        <Text>
          Policy <Code>{visibleText(policy.policyId)}</Code>
        </Text>
        {policy.isExpired ? (
          <Badge color="gray" variant="light" tt="none">
            its max_age has ended
          </Badge>
        ) : null}
      </Group>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        Fetched from <Code>{visibleText(policy.sourceUrl)}</Code> at <Time at={policy.fetchedAt} />; it holds
        for {formatSpan(policy.maxAgeSeconds)} (max_age), until <Time at={policy.expiresAt} />. It last
        decided an answer at <Time at={policy.lastUsedAt} /> and is looked at again at{' '}
        <Time at={policy.nextCheckAt} />.
      </Text>
      <Code block dir="ltr" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {visibleText(cutText(policy.text.replaceAll('\r\n', '\n'), MAX_POLICY_CHARACTERS))}
      </Code>
    </Stack>
  )
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {title}
      </Title>
      {children}
    </section>
  )
}
