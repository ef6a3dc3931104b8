import type { DnsRecordType } from '@sternpost/network'
import type { Evidence } from '../finding.ts'
import type { SeenAnswer, SeenRecordData } from '../observation.ts'

const MAX_SHOWN_RECORDS = 10

/** A DNS answer as evidence: the records, their TTL and whether they were signed, by whom and when. */
export function dnsEvidence(answer: SeenAnswer | undefined): readonly Evidence[] {
  if (answer === undefined) return []
  const question = `${answer.name} ${answer.type}`
  if (answer.kind === 'failure') {
    return [{ seen: `${question}: ${answer.message} (${answer.code})`, at: answer.at }]
  }
  const via = answer.aliases.length === 0 ? '' : `, alias of ${answer.canonicalName}`
  const facts = `TTL ${answer.ttlSeconds}, ${answer.dnssec}${via}`
  const seen =
    answer.kind === 'records'
      ? `${question} ${showRecords(answer)} (${facts})`
      : `${question}: ${answer.kind === 'no-name' ? 'no such name' : 'no such record'} (${facts})`
  return [{ seen, source: `resolver ${answer.resolver}`, at: answer.at }]
}

/** What a connection showed. */
export function seenAt(seen: string, source: string, at: number): Evidence {
  return { seen, source, at }
}

/** A record as a zone file has it; TXT in quotes. */
export function showRecord<T extends DnsRecordType>(type: T, record: SeenRecordData[T]): string {
  const data: unknown = record
  if (typeof data === 'string') return type === 'TXT' ? `"${data}"` : data
  switch (type) {
    case 'MX': {
      const { preference, exchange } = record as SeenRecordData['MX']
      return `${preference} ${exchange}`
    }
    case 'TLSA': {
      const { usage, selector, matchingType, data: bytes } = record as SeenRecordData['TLSA']
      return `${usage} ${selector} ${matchingType} ${bytes}`
    }
    case 'CAA': {
      const { critical, tag, value } = record as SeenRecordData['CAA']
      return `${critical ? 128 : 0} ${tag} "${value}"`
    }
    default:
      return JSON.stringify(record)
  }
}

function showRecords(answer: Extract<SeenAnswer, { readonly kind: 'records' }>): string {
  // The union of answers hides that type and records belong together.
  const records: readonly SeenRecordData[DnsRecordType][] = answer.records
  const shown = records.slice(0, MAX_SHOWN_RECORDS).map(record => showRecord(answer.type, record as never))
  const more = records.length - shown.length
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '')
}
