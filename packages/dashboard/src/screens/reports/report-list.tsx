import { Badge, Code, Group, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import type { ApiItem } from 'sternpost/api'
import { DataTable, ForeignText, TextLink, Time } from '../../parts/index.ts'
import { TrustBadge } from './trust.tsx'

type ListedReport = ApiItem<'GET /reports'>

/** Reports as rows, newest day first; each leads to the report itself. */
export function ReportList({ reports }: { readonly reports: readonly ListedReport[] }) {
  return (
    <DataTable
      caption="Reports, the newest day first"
      rows={reports}
      rowKey={report => String(report.id)}
      minWidth={1000}
      columns={[
        {
          key: 'day',
          title: 'Day (UTC)',
          cell: ({ day }) => <Unbroken>{day}</Unbroken>,
        },
        {
          key: 'organization',
          title: 'Reporter',
          cell: ({ id, organization }) => (
            <TextLink to="/reports/$id" params={{ id: String(id) }}>
              {organization === '' ? '(no name)' : <ForeignText text={organization} characters={60} />}
            </TextLink>
          ),
        },
        { key: 'domains', title: 'Domain', cell: ({ domains }) => <Domains domains={domains} /> },
        {
          key: 'sessions',
          title: 'Sessions',
          numeric: true,
          cell: report => sessionsOf(report).toLocaleString('en'),
        },
        { key: 'failed', title: 'Failed', numeric: true, cell: report => <Failed report={report} /> },
        { key: 'types', title: 'What failed', cell: ({ resultTypes }) => <Types types={resultTypes} /> },
        {
          key: 'trust',
          title: 'Trust',
          cell: ({ trust, isQuarantined }) => (
            <Group gap={4}>
              <TrustBadge trust={trust} />
              {isQuarantined ? (
                <Badge color="gray" variant="light" tt="none">
                  Not yours
                </Badge>
              ) : null}
            </Group>
          ),
        },
        {
          key: 'received',
          title: 'Came in',
          cell: ({ receivedAt }) => (
            <Unbroken>
              <Time at={receivedAt} relative />
            </Unbroken>
          ),
        },
      ]}
    />
  )
}

/** Words of a column that are short enough to stay in one line. */
function Unbroken({ children }: { readonly children: ReactNode }) {
  return <span style={{ whiteSpace: 'nowrap' }}>{children}</span>
}

function sessionsOf({ successfulSessionCount, failedSessionCount }: ListedReport): number {
  return successfulSessionCount + failedSessionCount
}

function Failed({ report }: { readonly report: ListedReport }) {
  const { failedSessionCount } = report
  if (failedSessionCount === 0) return '0'
  const percent = (failedSessionCount / sessionsOf(report)) * 100
  return (
    <Text span inherit fw={600} style={{ whiteSpace: 'nowrap' }}>
      {failedSessionCount.toLocaleString('en')}{' '}
      <Text span inherit fw={400}>
        ({percent < 0.1 ? '<0.1' : percent.toFixed(1).replace(/\.0$/, '')} %)
      </Text>
    </Text>
  )
}

const SHOWN_NAMES = 2

function Domains({ domains }: { readonly domains: readonly string[] }) {
  const more = domains.length - SHOWN_NAMES
  return (
    <>
      {domains.slice(0, SHOWN_NAMES).map((domain, place) => (
        <span key={domain}>
          {place > 0 ? ', ' : null}
          {domain === '' ? '(no domain)' : <ForeignText text={domain} characters={80} />}
        </span>
      ))}
      {more > 0 ? ` and ${more} more` : null}
    </>
  )
}

function Types({ types }: { readonly types: readonly string[] }) {
  if (types.length === 0)
    return (
      <Text span size="sm" c="dimmed">
        nothing
      </Text>
    )
  const more = types.length - SHOWN_NAMES
  return (
    <Group gap={4}>
      {types.slice(0, SHOWN_NAMES).map(type => (
        <Code key={type}>
          <ForeignText text={type} characters={40} />
        </Code>
      ))}
      {more > 0 ? <Text span size="sm">{`and ${more} more`}</Text> : null}
    </Group>
  )
}
