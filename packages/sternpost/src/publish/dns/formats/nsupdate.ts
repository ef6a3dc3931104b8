import type { RecordSetType } from '../record-set.ts'
import { byZone, type PlacedRecord } from './placed-record.ts'
import { formatRecordData } from './zone-file.ts'

/**
 * Writes records as input of nsupdate and knsupdate, one message for each zone.
 *
 * @param ownValues values Sternpost wrote at a name before: those that are no longer wanted are taken away, and
 * nothing else is.
 */
export function formatNsupdate(
  records: readonly PlacedRecord[],
  ownValues: (name: string, type: RecordSetType) => readonly string[],
): string {
  const lines: string[] = []
  for (const [zone, placed] of byZone(records)) {
    lines.push(`zone ${zone}.`)
    for (const { name, type, values } of placed) {
      const gone = ownValues(name, type).filter(value => !values.includes(value))
      lines.push(...gone.map(value => `update delete ${name}. ${type} ${formatRecordData(type, value)}`))
    }
    for (const { name, type, values, ttlSeconds } of placed) {
      const added = values.map(value => formatRecordData(type, value))
      lines.push(...added.map(data => `update add ${name}. ${ttlSeconds} ${type} ${data}`))
    }
    lines.push('send')
  }
  return lines.map(line => `${line}\n`).join('')
}
