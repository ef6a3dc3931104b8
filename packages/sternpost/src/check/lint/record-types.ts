import {
  type BimiRecord,
  type DmarcRecord,
  type MtaStsRecord,
  type Parsed,
  type ProtocolIssueCode,
  parseBimiRecord,
  parseDmarcRecord,
  parseMtaStsRecord,
  parseTlsaRecord,
  parseTlsRptRecord,
  type TlsaRecord,
  type TlsRptRecord,
} from '@sternpost/protocol'
import type { TabledCode } from '../catalogue/index.ts'

/** What `lint record --type` takes. */
export const lintedRecordTypes = ['sts', 'tlsrpt', 'tlsa', 'dmarc', 'bimi'] as const
export type LintedRecordType = (typeof lintedRecordTypes)[number]
/** Those in TXT records, of which a name has one. */
export type TxtRecordType = Exclude<LintedRecordType, 'tlsa'>

export type RecordValue = MtaStsRecord | TlsRptRecord | TlsaRecord | DmarcRecord | BimiRecord

interface RecordTypeFacts {
  readonly parse: (text: string) => Parsed<RecordValue, ProtocolIssueCode>
  /** Where it stands, relative to the domain; for a zone file. */
  readonly name: string
  readonly clause: string
}

/** What differs between the kinds of records. */
export const recordTypes: Readonly<Record<LintedRecordType, RecordTypeFacts>> = {
  sts: { parse: parseMtaStsRecord, name: '_mta-sts', clause: 'RFC 8461 §3.1' },
  tlsrpt: { parse: parseTlsRptRecord, name: '_smtp._tls', clause: 'RFC 8460 §3' },
  tlsa: { parse: parseTlsaRecord, name: '_25._tcp.mail', clause: 'RFC 6698 §2' },
  dmarc: { parse: parseDmarcRecord, name: '_dmarc', clause: 'RFC 9989 §4.7' },
  bimi: { parse: parseBimiRecord, name: 'default._bimi', clause: 'BIMI draft §5.3' },
}

/** Codes that every TXT record has, by its area. */
export const recordCodes = {
  sts: {
    almost: 'mta-sts/record-almost',
    multiple: 'mta-sts/record-multiple',
    version: 'mta-sts/record-version',
  },
  tlsrpt: {
    almost: 'tls-rpt/record-almost',
    multiple: 'tls-rpt/record-multiple',
    version: 'tls-rpt/record-version',
  },
  dmarc: {
    almost: 'dmarc/record-almost',
    multiple: 'dmarc/record-multiple',
    version: 'dmarc/record-version',
  },
  bimi: { almost: 'bimi/record-almost', multiple: 'bimi/record-multiple', version: 'bimi/record-version' },
} as const satisfies Record<TxtRecordType, Record<'almost' | 'multiple' | 'version', TabledCode>>
