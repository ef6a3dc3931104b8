import { escapeForLine } from '../log/index.ts'
import {
  formatRecordData,
  type PublishedDomain,
  type RecordSet,
  type WantedRecord,
} from '../publish/index.ts'

/**
 * The records a domain needs, as lines of a zone file, and what has to be filled in by hand.
 *
 * @param records a sentence where they cannot be told.
 */
export function recordLines(
  { domain, delegation }: PublishedDomain,
  records: readonly WantedRecord[] | string,
): string[] {
  if (typeof records === 'string') return [escapeForLine(records)]
  const lines = records.flatMap(zoneLines)
  const hasHost = records.some(({ purpose, values }) => purpose === 'policy-host' && values.length > 0)
  if (hasHost || delegation === 'cname') return lines
  return [...lines, `mta-sts.${domain}. must lead to your policy host (publish.dns.policyHost)`]
}

function zoneLines({ name, type, ttlSeconds, values }: RecordSet): string[] {
  return values.map(value =>
    escapeForLine(`${name}. ${ttlSeconds} IN ${type} ${formatRecordData(type, value)}`),
  )
}
