import type { Config } from '../config/index.ts'
import { type PublishedDomain, wantedRecords } from '../publish/index.ts'

const TTL_SECONDS = 3600

/** The records of a domain as lines of a zone file, and what has to be filled in by hand. */
export function recordLines(domain: PublishedDomain, policyId: string | null, _config: Config): string[] {
  const records = wantedRecords({
    domain: domain.domain,
    policyId,
    tlsReportUris: domain.tlsRptRua,
    policyHost: null,
    delegation: { kind: 'direct' },
    ttlSeconds: TTL_SECONDS,
  })
  return records.flatMap(({ name, type, values }) =>
    values.map(value => `${name}. ${TTL_SECONDS} IN ${type} "${value}"`),
  )
}
