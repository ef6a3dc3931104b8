import type { ApiOutput } from 'sternpost/api'
import { DataTable, ForeignText } from '../../parts/index.ts'

type Answer = ApiOutput<'POST /outbound/lookup'>['answers'][number]
type DnsRecord = NonNullable<Answer['records']>[number]

const dnssecWords: Readonly<Record<Answer['dnssec'], string>> = {
  secure: 'signed',
  insecure: 'not signed',
  bogus: 'signature is wrong',
  indeterminate: 'cannot be told',
}

/** DNS answers in the order they came. */
export function DnsAnswers({ answers }: { readonly answers: readonly Answer[] }) {
  return (
    <DataTable
      caption="DNS answers in the order they came"
      rows={answers.map((answer, place) => ({ answer, place }))}
      rowKey={({ place }) => String(place)}
      minWidth={640}
      columns={[
        {
          key: 'question',
          title: 'Asked for',
          cell: ({ answer: { question } }) => (
            <ForeignText text={`${question.name || '.'} ${question.type}`} />
          ),
        },
        {
          key: 'answer',
          title: 'Answer',
          cell: ({ answer }) => <ForeignText text={answerText(answer)} characters={500} />,
        },
        { key: 'dnssec', title: 'DNSSEC', cell: ({ answer: { dnssec } }) => dnssecWords[dnssec] },
        {
          key: 'ttl',
          title: 'TTL',
          numeric: true,
          cell: ({ answer: { ttlSeconds } }) => (ttlSeconds === undefined ? '' : `${ttlSeconds} s`),
        },
      ]}
    />
  )
}

function answerText(answer: Answer): string {
  if (answer.kind === 'failure') return `${answer.code ?? 'failure'}: ${answer.message ?? ''}`
  if (answer.kind === 'no-data') return 'no such record'
  if (answer.kind === 'no-name') return 'no such name'
  return (answer.records ?? []).map(recordText).join(' | ')
}

function recordText(record: DnsRecord): string {
  if (typeof record === 'string') return record
  if ('exchange' in record) return `${record.preference} ${record.exchange === '' ? '.' : record.exchange}`
  if ('usage' in record) return `${record.usage} ${record.selector} ${record.matchingType} ${record.data}`
  if ('tag' in record) return `${record.critical ? 128 : 0} ${record.tag} "${record.value}"`
  return `${record.primary} ${record.serial}`
}
