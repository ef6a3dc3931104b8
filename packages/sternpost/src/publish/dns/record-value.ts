import type { DnsRecordData } from '@sternpost/network'
import { formatTlsaRecord } from '@sternpost/protocol'
import type { RecordSetType } from './record-set.ts'

/** A record as it came from DNS, in the form of a value of a `RecordSet`. */
export function recordValue(record: DnsRecordData[RecordSetType]): string {
  return typeof record === 'string' ? record : formatTlsaRecord(record)
}
