import { formatTlsaRecord, parseBimiRecord, parseTlsaRecord, quote } from '@sternpost/protocol'
import type { BimiFacts, TlsaFacts } from './published-domain.ts'
import { readDomain, WishError } from './read-written.ts'

/**
 * A BIMI assertion as people write it; an empty location declines. Errors: `WishError`.
 *
 * Source: BIMI draft §5.3.
 */
export function readBimi({ selector, location, evidence }: BimiFacts): BimiFacts {
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(selector))
    throw new WishError(`${quote(selector)} is no BIMI selector: one label of letters, digits and hyphens`)
  const record = parseBimiRecord(`v=BIMI1; l=${location}; a=${evidence};`)
  if (!record.ok) throw new WishError(record.issues[0].message)
  // What stands behind a semicolon would be another tag.
  const { value } = record
  if (value.location !== location.trim() || value.evidence !== evidence.trim())
    throw new WishError(`${quote(`${location} ${evidence}`)}: a BIMI record has one https: URI for each`)
  return { selector, location: value.location, evidence: value.evidence }
}

/** TLSA records of one MX host, each such as `3 1 1 0a…`. Errors: `WishError`. */
export function readTlsa(mxHost: string, records: readonly string[]): TlsaFacts {
  return {
    mxHost: readDomain(mxHost),
    records: records.map(text => {
      const record = parseTlsaRecord(text)
      if (!record.ok)
        throw new WishError(`the TLSA record ${quote(`${mxHost} ${text}`)}: ${record.issues[0].message}`)
      return formatTlsaRecord(record.value)
    }),
  }
}
