import { isInZone } from '../record-set.ts'
import type { WantedRecord } from '../wanted-records.ts'

/** A record to be written down, with the zone it belongs into. */
export interface PlacedRecord extends WantedRecord {
  /** Lower case without a trailing dot. */
  readonly zone: string
}

/** The name as a zone file with that origin has it: `@` for the apex, else without the zone. */
export function relativeName({ name, zone }: Pick<PlacedRecord, 'name' | 'zone'>): string {
  if (name === zone) return '@'
  return isInZone(name, zone) ? name.slice(0, -zone.length - 1) : `${name}.`
}

/** The records by zone, in the order they came. */
export function byZone(records: readonly PlacedRecord[]): ReadonlyMap<string, readonly PlacedRecord[]> {
  return Map.groupBy(records, ({ zone }) => zone)
}
