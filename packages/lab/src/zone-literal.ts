import type { TlsaRecord } from '@sternpost/protocol'
import { formatTlsaData, type LabRecordType, labName, type ResourceRecord } from './resource-record.ts'

/** What a validating resolver says of a name. */
export type DnssecState = 'secure' | 'insecure' | 'bogus'
/** How the resolver fails for it; `truncated`: only TCP gives the answer; `garbage`: a reply that cannot be read. */
export type DnsFault = 'servfail' | 'timeout' | 'refused' | 'truncated' | 'garbage'
export type DnsState = DnssecState | DnsFault

/** One record: text in presentation form; for TXT a list means the several strings of one record. */
export type RecordLiteral = string | readonly string[] | TlsaRecord
export type RrsetLiteral =
  | RecordLiteral
  | readonly RecordLiteral[]
  | {
      readonly records: RecordLiteral | readonly RecordLiteral[]
      readonly ttlSeconds?: number
      readonly state?: DnsState
    }

/**
 * Everything at one name.
 *
 * A name such as `*.example.test` answers for all names below that do not exist (RFC 4592).
 * `dnssec` also holds for every name below that has none of its own, as a zone covers what is below its apex; for
 * names that do not exist too. `fault` holds for this name alone, `states` for one type, existing or not.
 */
export type ZoneNameLiteral = { readonly [T in LabRecordType]?: RrsetLiteral } & {
  readonly ttlSeconds?: number
  readonly dnssec?: DnssecState
  readonly fault?: DnsFault
  readonly states?: { readonly [T in LabRecordType]?: DnsState }
}
export type ZoneLiteral = Readonly<Record<string, ZoneNameLiteral>>

/** Reads one set of a literal; `ttlSeconds` is for records that name none. Errors: a `RangeError` for the wrong kind of literal. */
export function readRrset(
  name: string,
  type: LabRecordType,
  ttlSeconds: number,
  literal: RrsetLiteral,
): { readonly records: ResourceRecord[]; readonly state: DnsState | undefined } {
  const full = isFullRrset(literal) ? literal : { records: literal }
  const list: readonly RecordLiteral[] = Array.isArray(full.records) ? full.records : [full.records]
  const ttl = full.ttlSeconds ?? ttlSeconds
  return { records: list.map(one => readRecord(name, type, ttl, one)), state: full.state }
}

function isFullRrset(rrset: RrsetLiteral): rrset is Extract<RrsetLiteral, { readonly records: unknown }> {
  return typeof rrset === 'object' && 'records' in rrset
}

function readRecord(
  name: string,
  type: LabRecordType,
  ttlSeconds: number,
  literal: RecordLiteral,
): ResourceRecord {
  if (type === 'TXT') {
    if (typeof literal === 'string') return { name, type, ttlSeconds, data: splitText(literal) }
    if (Array.isArray(literal)) return { name, type, ttlSeconds, data: literal.flatMap(splitText) }
    throw new RangeError(`${name} TXT needs text`)
  }
  if (typeof literal === 'string') {
    return { name, type, ttlSeconds, data: type === 'TLSA' ? literal : foldNames(type, literal) }
  }
  if (type === 'TLSA' && 'usage' in literal) {
    return { name, type, ttlSeconds, data: formatTlsaData(literal) }
  }
  throw new RangeError(`${name} ${type} needs text in presentation form`)
}

function foldNames(type: LabRecordType, data: string): string {
  if (type === 'A' || type === 'AAAA' || type === 'CAA') return data
  const fields = data.trim().split(/\s+/)
  return fields.map(text => (/^[0-9]+$/.test(text) ? text : labName(text))).join(' ')
}

function splitText(text: string): string[] {
  const strings = [text.slice(0, 255)]
  for (let at = 255; at < text.length; at += 255) strings.push(text.slice(at, at + 255))
  return strings
}
