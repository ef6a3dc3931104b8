import type { PlacedRecord } from './placed-record.ts'
import { formatRecordData } from './zone-file.ts'

/**
 * Writes the records of one zone as `aws route53 change-resource-record-sets --change-batch` takes them.
 *
 * UPSERT puts the whole set in the place of what stands there.
 */
export function formatRoute53Batch(records: readonly PlacedRecord[]): string {
  const changes = records.map(({ name, type, values, ttlSeconds }) => ({
    Action: 'UPSERT',
    ResourceRecordSet: {
      Name: `${name}.`,
      Type: type,
      TTL: ttlSeconds,
      ResourceRecords: values.map(value => ({ Value: formatRecordData(type, value) })),
    },
  }))
  return `${JSON.stringify({ Comment: 'Written by Sternpost', Changes: changes }, null, 2)}\n`
}
