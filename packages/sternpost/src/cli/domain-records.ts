import type { Config } from '../config/index.ts'
import {
  DnsWriteError,
  formatRecordData,
  type PublishedDomain,
  type RecordSet,
  recordsOfDomain,
} from '../publish/index.ts'

/** The records a domain needs, as lines of a zone file, and what has to be filled in by hand. */
export function recordLines(domain: PublishedDomain, policyId: string | null, config: Config): string[] {
  const settings = config.publish.dns
  try {
    const lines = recordsOfDomain(domain, policyId, settings).flatMap(zoneLines)
    if (settings.policyHost.name !== undefined || settings.policyHost.addresses.length > 0) return lines
    if (domain.delegation === 'cname') return lines
    return [...lines, `mta-sts.${domain.domain}. must lead to your policy host (publish.dns.policyHost)`]
  } catch (error) {
    if (!(error instanceof DnsWriteError)) throw error
    return [error.message]
  }
}

function zoneLines({ name, type, ttlSeconds, values }: RecordSet): string[] {
  return values.map(value => `${name}. ${ttlSeconds} IN ${type} ${formatRecordData(type, value)}`)
}
