import { MAX_DOMAIN_NAME_LENGTH } from '@sternpost/protocol'

/** The record types that publishing needs. */
export const recordSetTypes = ['A', 'AAAA', 'CNAME', 'TLSA', 'TXT'] as const
export type RecordSetType = (typeof recordSetTypes)[number]

/**
 * All records of one type at one name.
 *
 * Shape: `name` and the target of a CNAME are lower case without a trailing dot. A TXT value is the whole text of
 * one record, bytes as Latin-1, never split and never quoted; a TLSA value is `3 1 1 <hex>` in lower case; an
 * IPv6 address is in the form of RFC 5952. No value stands twice.
 */
export interface RecordSet {
  readonly name: string
  readonly type: RecordSetType
  readonly ttlSeconds: number
  readonly values: readonly string[]
}

/** What tells one record set from another: `_mta-sts.example.com TXT`. */
export function recordSetKey({ name, type }: Pick<RecordSet, 'name' | 'type'>): string {
  return `${name} ${type}`
}

/** Whether two lists hold the same values, in whatever order. */
export function sameValues(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every(value => b.includes(value))
}

/** Whether a name is a zone's apex or lies below it. */
export function isInZone(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`)
}

/** The zone among several that holds a name: the longest. */
export function zoneHolding(name: string, zones: readonly string[]): string | undefined {
  return zones.filter(zone => isInZone(name, zone)).sort((a, b) => b.length - a.length)[0]
}

/** Whether a name can stand in DNS: labels of 1 to 63 of letters, digits, `-` and `_`, at most 253 characters. */
export function isRecordName(name: string): boolean {
  return name.length <= MAX_DOMAIN_NAME_LENGTH && /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/.test(name)
}
