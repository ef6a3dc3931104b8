import { type TlsaRecord, tlsaMatchingTypes, tlsaSelectors, tlsaUsages } from '@sternpost/protocol'
import ipaddr from 'ipaddr.js'
import type { CaaRecord, DnsRecordData, DnsRecordType } from './answer.ts'
import { type Cursor, decodeName, MalformedMessageError } from './wire-name.ts'

/** The numbers of the types this client asks for (IANA DNS parameters). */
export const recordTypeNumbers: { readonly [T in DnsRecordType]: number } = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  TLSA: 52,
  CAA: 257,
}

type RecordDecoder<T extends DnsRecordType> = (bytes: Buffer, start: number, end: number) => DnsRecordData[T]

/**
 * Reads the data of one record, which stands in `bytes` from `start` to before `end`.
 *
 * Errors: throws MalformedMessageError where the data does not fill exactly the length it was announced with.
 */
export const recordDecoders: { readonly [T in DnsRecordType]: RecordDecoder<T> } = {
  A: (bytes, start, end) => {
    if (end - start !== 4) throw new MalformedMessageError('an A record that is not 4 bytes long')
    return `${bytes[start]}.${bytes[start + 1]}.${bytes[start + 2]}.${bytes[start + 3]}`
  },
  AAAA: (bytes, start, end) => {
    if (end - start !== 16) throw new MalformedMessageError('an AAAA record that is not 16 bytes long')
    return new ipaddr.IPv6([...bytes.subarray(start, end)]).toRFC5952String()
  },
  CNAME: decodeOneName,
  NS: decodeOneName,
  PTR: decodeOneName,
  MX: (bytes, start, end) => {
    if (end - start < 3) throw new MalformedMessageError('an MX record cut short')
    return { preference: bytes.readUInt16BE(start), exchange: decodeOneName(bytes, start + 2, end) }
  },
  TXT: decodeTxt,
  TLSA: decodeTlsa,
  CAA: decodeCaa,
  SOA: (bytes, start, end) => {
    const cursor: Cursor = { at: start }
    const primary = decodeName(bytes, cursor)
    decodeName(bytes, cursor)
    if (cursor.at + 20 !== end) throw new MalformedMessageError('an SOA record of the wrong length')
    return {
      primary,
      serial: bytes.readUInt32BE(cursor.at),
      minimumSeconds: bytes.readUInt32BE(cursor.at + 16),
    }
  },
}

function decodeOneName(bytes: Buffer, start: number, end: number): string {
  const cursor: Cursor = { at: start }
  const name = decodeName(bytes, cursor)
  if (cursor.at !== end) throw new MalformedMessageError('a name that does not fill its record')
  return name
}

function decodeTxt(bytes: Buffer, start: number, end: number): string {
  let text = ''
  let at = start
  while (at < end) {
    const length = bytes[at] ?? 0
    at += 1
    if (at + length > end) throw new MalformedMessageError('a TXT string longer than its record')
    text += bytes.toString('latin1', at, at + length)
    at += length
  }
  return text
}

function decodeTlsa(bytes: Buffer, start: number, end: number): TlsaRecord {
  if (end - start < 3) throw new MalformedMessageError('a TLSA record cut short')
  const usage = bytes.readUInt8(start)
  const selector = bytes.readUInt8(start + 1)
  const matchingType = bytes.readUInt8(start + 2)
  return {
    usage: tlsaUsages[usage] ?? usage,
    selector: tlsaSelectors[selector] ?? selector,
    matchingType: tlsaMatchingTypes[matchingType] ?? matchingType,
    // A copy, so that a kept record does not hold the whole message in memory.
    data: new Uint8Array(bytes.subarray(start + 3, end)),
  }
}

function decodeCaa(bytes: Buffer, start: number, end: number): CaaRecord {
  const tagLength = end - start < 2 ? 0 : bytes.readUInt8(start + 1)
  const valueAt = start + 2 + tagLength
  if (tagLength === 0 || valueAt > end) throw new MalformedMessageError('a CAA record cut short')
  return {
    critical: (bytes.readUInt8(start) & 0x80) !== 0,
    tag: bytes.toString('latin1', start + 2, valueAt).toLowerCase(),
    value: bytes.toString('latin1', valueAt, end),
  }
}
