import { stringify } from 'yaml'
import type { RecordSetType } from '../record-set.ts'
import { type PlacedRecord, relativeName } from './placed-record.ts'

type OctodnsRecord = Readonly<Record<string, unknown>> & { readonly type: RecordSetType }

/**
 * Writes the records of one zone as octoDNS's YamlProvider reads them.
 *
 * Shape: names in order, as it insists on; the apex is the empty name; `;` in texts is escaped, long texts are split by
 * octoDNS itself.
 */
export function formatOctodns(records: readonly PlacedRecord[]): string {
  const names = Map.groupBy(records, record => relativeName(record).replace(/^@$/, ''))
  const entries = [...names]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, placed]) => {
      const written = placed.map(octodnsRecord)
      return [name, written.length === 1 ? written[0] : written] as const
    })
  return `---\n${stringify(Object.fromEntries(entries), { lineWidth: 0 })}`
}

function octodnsRecord({ type, values, ttlSeconds }: PlacedRecord): OctodnsRecord {
  const written = values.map(value => octodnsValue(type, value))
  const [first] = written
  return {
    ttl: ttlSeconds,
    type,
    ...(written.length === 1 ? { value: first } : { values: written }),
  }
}

function octodnsValue(type: RecordSetType, value: string): unknown {
  switch (type) {
    case 'A':
    case 'AAAA':
      return value
    case 'CNAME':
      return `${value}.`
    case 'TXT':
      return value.replaceAll(';', '\\;')
    case 'TLSA': {
      const [usage, selector, matchingType, data] = value.split(' ')
      return {
        certificate_association_data: data,
        certificate_usage: Number(usage),
        matching_type: Number(matchingType),
        selector: Number(selector),
      }
    }
  }
}
