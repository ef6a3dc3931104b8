import { escapeForLine } from '../log/index.ts'
import { formatRecordData, type WantedRecord } from '../publish/index.ts'
import type { OfDomain } from './records-desk.ts'
import { wrapText } from './text-layout.ts'

/** A record for people: name and type, and below it each value, never cut. */
export function recordLines({ name, type, ttlSeconds, values }: WantedRecord): string[] {
  return [
    `  ${escapeForLine(name)}  ${type}, TTL ${ttlSeconds}`,
    ...values.flatMap(value => wrapText(formatRecordData(type, value), '      ')),
  ]
}

/** What the JSON of every form of the command says of a domain. */
export function domainJson({ domain, policyId }: Pick<OfDomain<unknown>, 'domain' | 'policyId'>) {
  return {
    domain: domain.domain,
    policyId,
    delegation: domain.delegation,
    writer: domain.dns.writer,
    apply: domain.dns.apply,
  }
}
