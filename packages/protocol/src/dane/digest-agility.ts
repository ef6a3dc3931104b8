import type { TlsaMatchingType } from './tlsa-record.ts'
import type { UsableTlsaRecord } from './usability.ts'

/** Strongest first, the order RFC 7671 §9 takes in its example. */
const digestsByStrength: readonly TlsaMatchingType[] = ['SHA2-512', 'SHA2-256']

/**
 * Leaves out records whose digest is weaker than another published for the same usage and selector.
 *
 * Records with matching type Full stay, as no digest of theirs can weaken. It wants usable records, so that a
 * broken SHA2-512 record does not push out a good SHA2-256 one.
 * Source: RFC 7671 §9.
 */
export function applyDigestAgility(records: readonly UsableTlsaRecord[]): UsableTlsaRecord[] {
  const strongest = new Map<string, TlsaMatchingType>()
  for (const digest of digestsByStrength) {
    for (const record of records) {
      const pair = pairOf(record)
      if (record.matchingType === digest && !strongest.has(pair)) strongest.set(pair, digest)
    }
  }
  return records.filter(
    record => record.matchingType === 'Full' || record.matchingType === strongest.get(pairOf(record)),
  )
}

function pairOf(record: UsableTlsaRecord): string {
  return `${record.usage} ${record.selector}`
}
