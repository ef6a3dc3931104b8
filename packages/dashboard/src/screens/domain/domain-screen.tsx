import { Alert, Button, Stack } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { ApiError, type Rights, useApi, useNow, useRights } from '../../api/index.ts'
import { EmptyState, Loading, ProblemNotice, Screen, TextLink, Together } from '../../parts/index.ts'
import { CertificateSection } from './certificate-section.tsx'
import { CheckSection } from './check-section.tsx'
import { Contents } from './contents.tsx'
import { FailuresSection } from './failures-section.tsx'
import { GateSection } from './gate-section.tsx'
import { HeatMapSection } from './heat-map-section.tsx'
import { PolicyText } from './policy-text.tsx'
import { RecordsSection } from './records-section.tsx'
import { ReportersSection } from './reporters-section.tsx'
import { Asked, Section, useRetryAll } from './section.tsx'
import { SessionsSection } from './sessions-section.tsx'
import { SettingsSection } from './settings-section.tsx'
import { lastDays } from './shown-days.ts'
import { StateSection } from './state-section.tsx'
import { TimelineSection } from './timeline-section.tsx'
import { usePlaceInPage } from './use-place-in-page.ts'

const route = getRouteApi('/domains/$domain')

/** The days that a domain's page tells of. */
const SHOWN_DAYS = 28

const reportParts = [
  { id: 'failures', title: 'What fails' },
  { id: 'heat-map', title: 'Where and when' },
  { id: 'sessions', title: 'Sessions' },
  { id: 'reporters', title: 'Who reports' },
] as const

/** Everything of one domain: how it is protected, what fails, what is published, and what to do next. */
export function DomainScreen() {
  const { domain } = route.useParams()
  const rights = useRights()
  if (rights.sees(domain)) return <Domain domain={domain} rights={rights} />
  return (
    <Screen title={domain}>
      <EmptyState
        title="This is none of your domains"
        action={<TextLink to="/">See which ones are</TextLink>}
      >
        You see the domains that an admin gave to you. Whether others are here is not told.
      </EmptyState>
    </Screen>
  )
}

function Domain({ domain, rights }: { readonly domain: string; readonly rights: Rights }) {
  const mayAct = rights.mayChange
  const today = new Date(useNow()).toISOString().slice(0, 10)
  const days = useMemo(() => lastDays(Date.parse(today), SHOWN_DAYS), [today])
  const published = useApi('GET /domains/:domain', { params: { domain } })
  const isUnpublished = published.error instanceof ApiError && published.error.problem.status === 404
  usePlaceInPage()
  return (
    <Screen title={domain}>
      <Contents parts={[...(isUnpublished ? [] : publishedParts(mayAct)), ...reportParts, checkPart]} />
      <Together key={domain} height={1200} label={`Reading what is known of ${domain}`}>
        <Stack gap="xl">
          {isUnpublished ? (
            <NotPublished domain={domain} mayPublish={rights.mayAdd} />
          ) : (
            <PublishedDomain domain={domain} published={published} mayAct={mayAct} />
          )}
          <FailuresSection domain={domain} days={days} />
          <HeatMapSection domain={domain} days={days} />
          <SessionsSection domain={domain} days={days} />
          <ReportersSection domain={domain} days={days} />
          <CheckSection domain={domain} />
          {mayAct && published.data !== undefined && <SettingsSection key={domain} facts={published.data} />}
        </Stack>
      </Together>
    </Screen>
  )
}

const checkPart = { id: 'check', title: 'Check' } as const

function publishedParts(mayAct: boolean) {
  return [
    { id: 'gate', title: 'Ready to enforce?' },
    { id: 'timeline', title: 'Roll-out' },
    { id: 'policy', title: 'Policy' },
    { id: 'records', title: 'DNS records' },
    { id: 'certificate', title: 'Certificate' },
    ...(mayAct ? [{ id: 'settings', title: 'Settings' }] : []),
  ]
}

function NotPublished({ domain, mayPublish }: { readonly domain: string; readonly mayPublish: boolean }) {
  return (
    <Alert role="note" color="gray" title={`No policy of ${domain} is published here`}>
      <Stack gap="sm" align="flex-start">
        What others report about it is told below. With a policy of its own senders would know that its mail
        servers offer TLS, and nobody on the way could take the encryption away.
        {mayPublish && (
          <Button component={Link} to="/publish" variant="default">
            Publish a policy
          </Button>
        )}
      </Stack>
    </Alert>
  )
}

function PublishedDomain({
  domain,
  published,
  mayAct,
}: {
  readonly domain: string
  readonly published: ReturnType<typeof useApi<'GET /domains/:domain'>>
  readonly mayAct: boolean
}) {
  const rollout = useApi(
    'GET /domains/:domain/rollout',
    { params: { domain } },
    { refetchIntervalMs: 10_000 },
  )
  const retry = useRetryAll()
  const hasNotBegun = rollout.error instanceof ApiError && rollout.error.problem.status === 404
  return (
    <>
      {hasNotBegun ? (
        <Alert role="note" color="gray" title="The roll-out has not begun">
          It begins by itself within a minute while a daemon publishes.
        </Alert>
      ) : rollout.data !== undefined ? (
        <>
          <StateSection facts={rollout.data} mayAct={mayAct} />
          <GateSection facts={rollout.data} mayAct={mayAct} />
        </>
      ) : rollout.error !== null ? (
        <ProblemNotice error={rollout.error} title="The roll-out could not be read" onRetry={retry} />
      ) : (
        <Loading height={240} label="Reading the roll-out" />
      )}
      <Asked query={published} what="what is published" height={320}>
        {({ versions, servedPolicyId }) => (
          <>
            <TimelineSection domain={domain} versions={versions} history={rollout.data?.history ?? []} />
            <Section
              id="policy"
              title="Policy"
              lead="The file that senders fetch, as it is given out now, and every one before."
            >
              <PolicyText domain={domain} versions={versions} servedPolicyId={servedPolicyId} />
            </Section>
          </>
        )}
      </Asked>
      <RecordsSection domain={domain} />
      <CertificateSection domain={domain} />
    </>
  )
}
