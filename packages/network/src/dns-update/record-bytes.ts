import { encodeTlsaRecord, parseTlsaRecord } from '@sternpost/protocol'
import ipaddr from 'ipaddr.js'
import { encodeName } from '../dns/wire-name.ts'

/** The record types that can be written. */
export type WritableRecordType = 'A' | 'AAAA' | 'CNAME' | 'TLSA' | 'TXT'

const MAX_STRING_BYTES = 255
const MAX_DATA_BYTES = 65_535

/**
 * Writes the data of a record as a message has it; null where the value is none of its type.
 *
 * Shape: a TXT value is the whole text, bytes as Latin-1, and is cut into strings of 255 bytes here; a TLSA value is
 * `3 1 1 <hex>`.
 */
export function encodeRecordData(type: WritableRecordType, value: string): Buffer | null {
  switch (type) {
    case 'A':
      return ipaddr.IPv4.isValidFourPartDecimal(value)
        ? Buffer.from(ipaddr.IPv4.parse(value).toByteArray())
        : null
    case 'AAAA':
      return ipaddr.IPv6.isValid(value) ? Buffer.from(ipaddr.IPv6.parse(value).toByteArray()) : null
    case 'CNAME':
      return encodeName(value)
    case 'TXT':
      return encodeText(value)
    case 'TLSA': {
      const record = parseTlsaRecord(value)
      return record.ok ? Buffer.from(encodeTlsaRecord(record.value)) : null
    }
  }
}

/** Cuts the text of a TXT record into strings a record can hold; an empty text is one empty string. */
export function splitTxtStrings(text: string): readonly string[] {
  const strings: string[] = []
  for (let at = 0; at === 0 || at < text.length; at += MAX_STRING_BYTES)
    strings.push(text.slice(at, at + MAX_STRING_BYTES))
  return strings
}

function encodeText(text: string): Buffer | null {
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) > 0xff) return null
  const data = Buffer.concat(
    splitTxtStrings(text).flatMap(string => [Buffer.of(string.length), Buffer.from(string, 'latin1')]),
  )
  return data.length > MAX_DATA_BYTES ? null : data
}
