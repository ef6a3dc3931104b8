import { type TlsaRecord, tlsaMatchingTypes, tlsaSelectors, tlsaUsages } from '@sternpost/protocol'
import type { Answer } from 'dns-packet'

export const labRecordTypes = ['A', 'AAAA', 'CAA', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'TLSA', 'TXT'] as const
export type LabRecordType = (typeof labRecordTypes)[number]

/** A record as a zone file has it, names in lower case without a trailing dot (the root is `.`). */
export type ResourceRecord =
  | {
      readonly name: string
      readonly type: Exclude<LabRecordType, 'TXT'>
      readonly ttlSeconds: number
      /** Presentation form, e.g. `10 mx.example.test` or `3 1 1 ab12…`. */
      readonly data: string
    }
  | {
      readonly name: string
      readonly type: 'TXT'
      readonly ttlSeconds: number
      /** The strings of one record, at most 255 bytes each, bytes as Latin-1. */
      readonly data: readonly string[]
    }

/** Folds a name to the form the lab keeps: lower case, no trailing dot, `.` for the root. */
export function labName(name: string): string {
  const folded = name.toLowerCase()
  if (folded === '' || folded === '.') return '.'
  return folded.endsWith('.') ? folded.slice(0, -1) : folded
}

/** Writes a TLSA record in presentation form: `3 1 1 ab12…`. */
export function formatTlsaData(record: TlsaRecord): string {
  const number = (value: string | number, acronyms: readonly string[]) =>
    typeof value === 'number' ? value : acronyms.indexOf(value)
  const parameters = [
    number(record.usage, tlsaUsages),
    number(record.selector, tlsaSelectors),
    number(record.matchingType, tlsaMatchingTypes),
  ]
  return `${parameters.join(' ')} ${Buffer.from(record.data).toString('hex')}`
}

/** Writes the right-hand side of a record for a zone file: absolute names, quoted strings. */
export function formatRecordData(record: ResourceRecord): string {
  const absolute = (name: string) => (name === '.' ? '.' : `${name}.`)
  if (record.type === 'TXT') return record.data.map(quoteString).join(' ')
  const fields = record.data.split(' ')
  switch (record.type) {
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return absolute(record.data)
    case 'MX':
      return `${fields[0]} ${absolute(fields[1] ?? '.')}`
    case 'SOA':
      return [absolute(fields[0] ?? '.'), absolute(fields[1] ?? '.'), ...fields.slice(2)].join(' ')
    default:
      return record.data
  }
}

/** Turns a record into what the encoder takes. Errors: a `RangeError` naming the record that makes no sense. */
export function toPacketAnswer(record: ResourceRecord): Answer {
  const { name, ttlSeconds: ttl } = record
  const base = { name, ttl, class: 'IN' } as const
  if (record.type === 'TXT') {
    return { ...base, type: 'TXT', data: record.data.map(text => Buffer.from(text, 'latin1')) }
  }
  const fields = record.data.split(' ')
  switch (record.type) {
    case 'MX':
      return { ...base, type: 'MX', data: { preference: integer(record, 0), exchange: field(record, 1) } }
    case 'CAA':
      return {
        ...base,
        type: 'CAA',
        // The type definitions know three tags; there are more (RFC 8657, RFC 9495).
        data: { flags: integer(record, 0), tag: field(record, 1) as 'issue', value: caaValue(record.data) },
      }
    case 'TLSA':
      return {
        ...base,
        type: 'TLSA',
        data: {
          usage: integer(record, 0),
          selector: integer(record, 1),
          matchingType: integer(record, 2),
          certificate: Buffer.from(fields.slice(3).join(''), 'hex'),
        },
      }
    case 'SOA':
      return {
        ...base,
        type: 'SOA',
        data: {
          mname: field(record, 0),
          rname: field(record, 1),
          serial: integer(record, 2),
          refresh: integer(record, 3),
          retry: integer(record, 4),
          expire: integer(record, 5),
          minimum: integer(record, 6),
        },
      }
    default:
      return { ...base, type: record.type, data: record.data }
  }
}

function field(record: ResourceRecord, index: number): string {
  const value = typeof record.data === 'string' ? record.data.split(' ')[index] : undefined
  if (value === undefined || value === '') {
    throw new RangeError(`${record.name} ${record.type} '${record.data}': field ${index + 1} is missing`)
  }
  return value
}

function integer(record: ResourceRecord, index: number): number {
  const text = field(record, index)
  if (!/^[0-9]{1,10}$/.test(text)) {
    throw new RangeError(`${record.name} ${record.type} '${record.data}': field ${index + 1} is no number`)
  }
  return Number(text)
}

/** What stands behind flags and tag, quotes taken off. */
function caaValue(data: string): string {
  return data.replace(/^\S+ \S+ ?/, '').replace(/^"(.*)"$/, '$1')
}

function quoteString(text: string): string {
  let quoted = '"'
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i) & 0xff
    const character = String.fromCharCode(code)
    if (character === '"' || character === '\\') quoted += `\\${character}`
    else if (code < 0x20 || code > 0x7e) quoted += `\\${String(code).padStart(3, '0')}`
    else quoted += character
  }
  return `${quoted}"`
}
