import { Stack, Text } from '@mantine/core'
import type { ApiOutput } from 'sternpost/api'
import { DataTable, ForeignText, SeverityBadge, Time } from '../../parts/index.ts'
import { Sentences } from './sentences.tsx'

type ShownReport = ApiOutput<'GET /reports/:id'>
type Signature = ShownReport['authentication']['signatures'][number]

const results: Readonly<Record<Signature['result'], { severity: 'ok' | 'error' | 'unknown'; word: string }>> =
  {
    pass: { severity: 'ok', word: 'valid' },
    fail: { severity: 'error', word: 'not valid' },
    'temporary-error': { severity: 'unknown', word: 'could not be checked then' },
    'permanent-error': { severity: 'error', word: 'cannot be checked' },
    none: { severity: 'unknown', word: 'none' },
  }

/** Where a report came from, and what its trust rests on. */
export function ReportSender({ report }: { readonly report: ShownReport }) {
  const { authentication, fileName, sourceAddress, seenAlso } = report
  return (
    <Stack gap="sm">
      <Sentences sentences={report.sentences.sender} />
      <Text size="sm" component="dl" m={0}>
        <Fact name="Came in">
          <Time at={report.receivedAt} />
        </Fact>
        {sourceAddress === undefined ? null : (
          <Fact name="From the address">
            <ForeignText text={sourceAddress} />
          </Fact>
        )}
        {fileName === undefined ? null : (
          <Fact name="File">
            <ForeignText text={fileName} characters={200} />
          </Fact>
        )}
        <Fact name="Report id">
          {report.reportId === '' ? 'none' : <ForeignText text={report.reportId} characters={200} />}
        </Fact>
        {report.startAt === undefined || report.endAt === undefined ? null : (
          <Fact name="Time it covers">
            <Time at={report.startAt} /> to <Time at={report.endAt} />
          </Fact>
        )}
      </Text>
      {seenAlso.length === 0 ? null : (
        <Text size="sm">
          It came again by {seenAlso.map(({ channel, times }) => `${channel} (${times}×)`).join(', ')}.
        </Text>
      )}
      {authentication.signatures.length === 0 ? null : (
        <DataTable
          caption="Signatures of the mail (DKIM)"
          rows={authentication.signatures}
          rowKey={signature => JSON.stringify([signature.domain, signature.selector, signature.result])}
          columns={[
            {
              key: 'domain',
              title: 'Domain',
              cell: ({ domain, selector }) => <ForeignText text={`${domain} (${selector})`} />,
            },
            {
              key: 'result',
              title: 'Signature',
              cell: ({ result }) => (
                <SeverityBadge severity={results[result].severity} label={results[result].word} />
              ),
            },
            { key: 'aligned', title: "The author's domain", cell: ({ aligned }) => (aligned ? 'yes' : 'no') },
            {
              key: 'reason',
              title: 'Why',
              cell: ({ reason }) => <ForeignText text={reason} characters={300} />,
            },
          ]}
        />
      )}
    </Stack>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <Text component="dt" size="sm" c="dimmed" display="inline">
        {name}:{' '}
      </Text>
      <Text component="dd" size="sm" m={0} display="inline">
        {children}
      </Text>
    </div>
  )
}
