import { Alert, List, SimpleGrid, Stack, Text } from '@mantine/core'
import type { ApiOutput } from 'sternpost/api'
import {
  CopyBlock,
  EmptyState,
  Figure,
  ForeignText,
  SeverityBadge,
  TextLink,
  Time,
} from '../../parts/index.ts'
import { eventWords } from './event-words.ts'
import { postfixSettings } from './postfix-settings.ts'

type Summary = ApiOutput<'GET /outbound'>

const resolverWords = {
  ok: { severity: 'ok', label: 'DNS answers' },
  degraded: { severity: 'warning', label: 'DNS answers in part' },
  down: { severity: 'error', label: 'DNS does not answer' },
} as const

/** What is served to Postfix, in figures, and what stands in the way of more. */
export function OutboundSum({ summary }: { readonly summary: Summary }) {
  const { answers, policies, signalsLast7Days, startedAt, daneOffBecause } = summary
  const signals = signalsLast7Days.reduce((sum, { count }) => sum + count, 0)
  return (
    <Stack gap="md">
      {answers.total === 0 ? <NotConnected summary={summary} /> : null}
      {summary.dryRun ? (
        <Alert color="yellow" title="A dry run: nothing is enforced">
          Postfix is told "not found" about every domain, whatever is decided here (outbound.dryRun).
        </Alert>
      ) : null}
      {policies.unsavedCount === 0 ? null : (
        <Alert color="red" title="The database cannot be written">
          {policies.unsavedCount.toLocaleString('en')} policies are in memory only and would be lost at a
          restart.
        </Alert>
      )}
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
        <Figure
          label="Answers to Postfix"
          value={answers.total}
          note={
            <>
              since <Time at={startedAt} />
            </>
          }
        />
        <Figure
          label="Protected"
          value={answers.found}
          unit={answerUnit(answers.found)}
          note="Postfix must use DANE or MTA-STS"
        />
        <Figure
          label="No promise"
          value={answers.notFound}
          unit={answerUnit(answers.notFound)}
          note="nothing is published, or testing only"
        />
        <Figure
          label="Mail that waits"
          value={answers.temporary + answers.permanent}
          unit={answerUnit(answers.temporary + answers.permanent)}
          note="nothing safe could be said at that moment"
        />
        <Figure label="Policies kept" value={policies.count} note="of other domains (MTA-STS)" />
        <Figure label="Downgrade signals" value={signals} note="in the last 7 days" />
        <Figure
          label="Connections of Postfix"
          value={summary.connections.open}
          unit="open"
          note={`${summary.connections.refused.toLocaleString('en')} turned away, ${summary.connections.broken.toLocaleString('en')} broken`}
        />
        <Figure
          label="DANE"
          value={daneOffBecause === null ? 'On' : 'Off'}
          note={<Dane because={daneOffBecause} />}
        />
      </SimpleGrid>
      {signals === 0 ? null : (
        <Text size="sm">
          Signals of the last 7 days:{' '}
          {signalsLast7Days.map(({ kind, count }) => `${eventWords[kind].title} (${count})`).join('; ')}.{' '}
          <TextLink to="/outbound" search={{ view: 'events', only: 'signals' }}>
            Show them
          </TextLink>
        </Text>
      )}
      <List size="sm" listStyleType="none" spacing={4} styles={{ itemWrapper: { display: 'block' } }}>
        <List.Item>
          <SeverityBadge
            severity={resolverWords[summary.resolver.state].severity}
            label={resolverWords[summary.resolver.state].label}
          />{' '}
          <ForeignText text={summary.resolver.message} characters={300} />
        </List.Item>
        <List.Item>
          Postfix asks at{' '}
          {summary.listening.length === 0
            ? 'no address: outbound.listen is empty'
            : summary.listening.join(', ')}
          .
        </List.Item>
        <List.Item>
          While a policy is fetched for the first time mail{' '}
          {summary.whileFetching === 'defer' ? 'waits' : 'goes unprotected'}; where it cannot be fetched and
          none is known, mail{' '}
          {summary.afterFailure === 'defer' ? 'waits' : 'goes unprotected, as RFC 8461 §3.3 has it'}.
        </List.Item>
        {summary.minimumLevel === null ? null : (
          <List.Item>
            Least level for every domain: <code>{summary.minimumLevel}</code> (outbound.minimumLevel).
          </List.Item>
        )}
      </List>
    </Stack>
  )
}

function Dane({ because }: { readonly because: string | null }) {
  return because === null ? (
    'the resolver checks signatures of DNS (DNSSEC)'
  ) : (
    <ForeignText text={because} characters={300} />
  )
}

/** Postfix has not asked since the start: how to have it ask. */
function NotConnected({ summary: { listening, daneOffBecause, startedAt } }: { readonly summary: Summary }) {
  const settings = postfixSettings(listening, daneOffBecause === null)
  return (
    <EmptyState title="Postfix has not asked yet">
      <Stack gap="sm" ta="start">
        <Text>
          Sternpost tells Postfix for each destination how the mail must be encrypted. Nobody has asked since{' '}
          <Time at={startedAt} />. If Postfix is not set up yet, run this on its machine; it finds out which
          version is installed and prints what it needs:
        </Text>
        <CopyBlock label="Command" text="sternpost setup postfix" />
        {settings === undefined ? null : (
          <>
            <Text>Or write into main.cf, and run postfix reload after it:</Text>
            <CopyBlock label="Lines of main.cf" text={settings} />
            <Text size="sm" c="dimmed">
              From Postfix 3.10 on the map is postfix310. Tables that stand in smtp_tls_policy_maps already go
              before this one.
            </Text>
          </>
        )}
      </Stack>
    </EmptyState>
  )
}

function answerUnit(count: number): string {
  return count === 1 ? 'answer' : 'answers'
}
