import { Badge, Box, Group, Stack, Title } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import type { ApiOutput } from 'sternpost/api'
import { useApi } from '../../api/index.ts'
import { cutText, Loading, ProblemNotice, Screen, TextLink, visibleText } from '../../parts/index.ts'
import { AppliedPolicies } from './applied-policies.tsx'
import { Problems } from './problems.tsx'
import { ReadingNotes } from './reading-notes.tsx'
import css from './report-screen.module.css'
import { ReportSender } from './report-sender.tsx'
import { ReportText } from './report-text.tsx'
import { Sentences } from './sentences.tsx'
import { TrustBadge } from './trust.tsx'

const route = getRouteApi('/reports/$id')

/** One report: what it says in sentences, and the text it was read from. */
export function ReportScreen() {
  const { id } = route.useParams()
  const report = useApi('GET /reports/:id', { params: { id } })
  const back = <TextLink to="/reports">All reports</TextLink>
  if (report.data !== undefined) return <Shown report={report.data} />
  return (
    <Screen title="Report" actions={back}>
      {report.error === null ? (
        <Loading height={560} label="Reading the report" />
      ) : (
        <ProblemNotice
          title="The report could not be read"
          error={report.error}
          onRetry={() => void report.refetch()}
        />
      )}
    </Screen>
  )
}

function Shown({ report }: { readonly report: ApiOutput<'GET /reports/:id'> }) {
  const { organization, day } = report
  const who =
    organization === '' ? 'a system that does not name itself' : visibleText(cutText(organization, 80))
  return (
    <Screen title={`Report by ${who}, ${day}`} actions={<TextLink to="/reports">All reports</TextLink>}>
      <div className={css.columns}>
        <Stack gap="xl" miw={0}>
          <Part title="In short">
            <Group gap="xs" mb="sm">
              <TrustBadge trust={report.trust} />
              {report.isQuarantined ? (
                <Badge color="gray" variant="light" tt="none">
                  About domains that are not yours
                </Badge>
              ) : null}
            </Group>
            <Sentences sentences={report.sentences.report} />
            <DomainLinks domains={report.domains} />
          </Part>
          <Part title="What failed">
            <Problems problems={report.problems} failedSessionCount={report.failedSessionCount} />
          </Part>
          <Part title="Which policy the reporter went by">
            <AppliedPolicies policies={report.policies} />
          </Part>
          <Part title="Who sent it, and how far it is believed">
            <ReportSender report={report} />
          </Part>
          <Part title="How it was written">
            <ReadingNotes notes={report.notes} />
          </Part>
        </Stack>
        <Box className={css.text}>
          <Part title="The text it was read from">
            <ReportText id={report.id} hasText={report.hasText} />
          </Part>
        </Box>
      </div>
    </Screen>
  )
}

function Part({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {title}
      </Title>
      {children}
    </section>
  )
}

const SHOWN_DOMAINS = 10

function DomainLinks({ domains }: { readonly domains: readonly string[] }) {
  const named = domains.filter(domain => domain !== '').slice(0, SHOWN_DOMAINS)
  if (named.length === 0) return null
  return (
    <Group gap="md" mt="sm">
      {named.map(domain => (
        <TextLink key={domain} to="/domains/$domain" params={{ domain }} style={{ overflowWrap: 'anywhere' }}>
          All about {visibleText(cutText(domain, 80))}
        </TextLink>
      ))}
    </Group>
  )
}
