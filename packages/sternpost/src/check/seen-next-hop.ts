import type { HostObservation, NextHopObservation, TlsaRecord } from '@sternpost/protocol'
import type { SeenNextHop, SeenTlsaRecord } from './observation.ts'

/** A TLSA record as data. */
export function seeTlsaRecord(record: TlsaRecord): SeenTlsaRecord {
  return { ...record, data: Buffer.from(record.data).toString('hex') }
}

/** A record of an observation as the protocol package has it. */
export function readTlsaRecord({ usage, selector, matchingType, data }: SeenTlsaRecord): TlsaRecord {
  return {
    // The acronyms of an observation are those of the record it was made from.
    usage: usage as TlsaRecord['usage'],
    selector: selector as TlsaRecord['selector'],
    matchingType: matchingType as TlsaRecord['matchingType'],
    data: new Uint8Array(Buffer.from(data, 'hex')),
  }
}

/** What `observeNextHop` found, as data. */
export function seeNextHop(nextHop: NextHopObservation): SeenNextHop {
  if (!('hosts' in nextHop)) return nextHop
  const hosts = nextHop.hosts.map(({ tlsa, ...host }) => ({
    ...host,
    tlsa: tlsa.kind === 'secure' ? { ...tlsa, records: tlsa.records.map(seeTlsaRecord) } : tlsa,
  }))
  return { ...nextHop, hosts }
}

/** The reverse: what `decideDaneProtection` decides by. */
export function readNextHop(seen: SeenNextHop): NextHopObservation {
  if (!('hosts' in seen)) return seen
  const hosts = seen.hosts.map(
    ({ tlsa, ...host }): HostObservation => ({
      ...host,
      tlsa: tlsa.kind === 'secure' ? { ...tlsa, records: tlsa.records.map(readTlsaRecord) } : tlsa,
    }),
  )
  return { ...seen, hosts }
}
