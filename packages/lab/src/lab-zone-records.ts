import type { Lab } from './lab.ts'
import { formatRecordData, type LabRecordType } from './resource-record.ts'
import type { DnsFault, DnssecState } from './zone-literal.ts'

/** A record of a lab for a zone file of a real name server. */
export interface LabZoneRecord {
  /** Lower case, no trailing dot. */
  readonly name: string
  readonly type: LabRecordType
  readonly ttlSeconds: number
  /** The right-hand side: absolute names, quoted strings. */
  readonly data: string
  /** The whole line, e.g. `example.test. 300 IN MX 10 mx.example.test.` */
  readonly line: string
  /** What a validating resolver should come to; whoever signs the zones makes it so. */
  readonly dnssec: DnssecState
  /** What the lab's own DNS server would do instead of answering. */
  readonly fault: DnsFault | undefined
}

/** Every record of a lab, ordered by name, so that zones can be written, signed and served by a real name server. */
export function labZoneRecords(lab: Pick<Lab, 'zone'>): LabZoneRecord[] {
  const records: LabZoneRecord[] = []
  for (const { record, dnssec, fault } of lab.zone.entries()) {
    const { name, type, ttlSeconds } = record
    const data = formatRecordData(record)
    const owner = name === '.' ? '.' : `${name}.`
    const line = `${owner} ${ttlSeconds} IN ${type} ${data}`
    records.push({ name, type, ttlSeconds, data, line, dnssec, fault })
  }
  return records.sort((one, other) => compare(one.name, other.name) || compare(one.type, other.type))
}

function compare(one: string, other: string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}
