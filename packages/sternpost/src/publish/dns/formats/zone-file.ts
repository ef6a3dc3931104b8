import type { RecordSetType } from '../record-set.ts'
import { byZone, type PlacedRecord } from './placed-record.ts'
import { quotedStrings } from './quoted-text.ts'

/**
 * Writes records as lines of a zone file, names absolute, so that they can stand under any origin.
 *
 * Source: RFC 1035 §5.
 */
export function formatZoneFile(records: readonly PlacedRecord[]): string {
  const lines: string[] = []
  for (const [zone, placed] of byZone(records)) {
    lines.push(`; zone ${zone}`)
    for (const { name, type, values, ttlSeconds } of placed)
      lines.push(...values.map(value => `${name}. ${ttlSeconds} IN ${type} ${formatRecordData(type, value)}`))
  }
  return lines.map(line => `${line}\n`).join('')
}

/** Writes the data of a record as zone files have it. */
export function formatRecordData(type: RecordSetType, value: string): string {
  if (type === 'TXT') return quotedStrings(value)
  return type === 'CNAME' ? `${value}.` : value
}
