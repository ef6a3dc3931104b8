import type { PlacedRecord } from './formats/placed-record.ts'
import { zoneHolding } from './record-set.ts'
import type { WantedRecord } from './wanted-records.ts'

export interface ZonePlaces {
  readonly domain: string
  readonly operatorZone?: string | undefined
  /** Zones known to exist: those of writers, or one a person named. */
  readonly zones: readonly string[]
}

/**
 * Says which zone each record belongs into, without asking DNS.
 *
 * Shape: the longest known zone that holds the name; else the operator's zone; else the domain itself, or for a TLSA
 * record elsewhere the domain of its MX host.
 */
export function placeRecords(
  records: readonly WantedRecord[],
  { domain, operatorZone, zones }: ZonePlaces,
): readonly PlacedRecord[] {
  const assumed = operatorZone === undefined ? [domain] : [operatorZone, domain]
  return records.map(record => ({
    ...record,
    zone:
      zoneHolding(record.name, zones) ??
      zoneHolding(record.name, assumed) ??
      record.name.split('.').slice(3).join('.'),
  }))
}
