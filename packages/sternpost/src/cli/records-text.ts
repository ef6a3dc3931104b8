import { formatRecordData, type PlacedRecord, type WantedRecord } from '../publish/index.ts'
import type { DomainRecords } from './records-desk.ts'
import { wrapText } from './text-layout.ts'

/** A record for people: name and type, and below it each value, never cut. */
export function recordLines({ name, type, ttlSeconds, values }: WantedRecord): string[] {
  return [
    `  ${name}  ${type}, TTL ${ttlSeconds}`,
    ...values.flatMap(value => wrapText(formatRecordData(type, value), '      ')),
  ]
}

/** A record as JSON; see docs/reference/records-json.md. */
export function recordJson(record: WantedRecord | PlacedRecord) {
  const { name, type, ttlSeconds, values, purpose, part } = record
  return {
    name,
    type,
    ttlSeconds,
    values,
    purpose,
    part,
    ...('zone' in record ? { zone: record.zone } : {}),
  }
}

/** What the JSON of every form of the command says of a domain. */
export function domainJson({ domain, policyId }: DomainRecords) {
  return {
    domain: domain.domain,
    policyId,
    delegation: domain.delegation,
    writer: domain.dns.writer,
    apply: domain.dns.apply,
  }
}
