import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import vectors from '../../../../vectors/dane/tlsa.json' with { type: 'json' }
import { parseDomainName } from '../names/domain-name.ts'
import { tlsaName } from './tlsa-base-domain.ts'
import { formatTlsaRecord, parseTlsaRecord } from './tlsa-presentation.ts'
import { decodeTlsaRecord, encodeTlsaRecord, MAX_TLSA_DATA_BYTES } from './tlsa-rdata.ts'
import { type TlsaRecord, tlsaMatchingTypes, tlsaSelectors, tlsaUsages } from './tlsa-record.ts'
import { assessTlsaUsability, usableTlsaRecords } from './usability.ts'

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))

const parameter = <Name extends string>(known: readonly Name[]) =>
  fc.oneof(fc.constantFrom(...known), fc.integer({ min: known.length, max: 255 }))
const tlsaRecord: fc.Arbitrary<TlsaRecord> = fc.record({
  usage: parameter(tlsaUsages),
  selector: parameter(tlsaSelectors),
  matchingType: parameter(tlsaMatchingTypes),
  data: fc.uint8Array({ minLength: 1, maxLength: 100 }),
})

describe('TLSA records: vectors', () => {
  it.each(vectors)('$id', ({ input, expect: expected }) => {
    const parsed =
      input.presentation === undefined
        ? decodeTlsaRecord(bytes(input.rdata))
        : parseTlsaRecord(input.presentation)
    if (!parsed.ok) return expect({ codes: parsed.issues.map(issue => issue.code) }).toEqual(expected)
    const usability = assessTlsaUsability(parsed.value)
    expect({
      ok: true,
      value: {
        ...parsed.value,
        data: Buffer.from(parsed.value.data).toString('hex'),
        usability: usability.usable ? 'usable' : usability.issue.code,
      },
      warnings: parsed.warnings.map(warning => warning.code),
    }).toEqual(expected)
  })

  it('have ids of their own', () => {
    expect(new Set(vectors.map(({ id }) => id)).size).toBe(vectors.length)
  })
})

describe('decodeTlsaRecord', () => {
  it('gives back what encodeTlsaRecord wrote', () => {
    fc.assert(
      fc.property(tlsaRecord, value => {
        expect(decodeTlsaRecord(encodeTlsaRecord(value))).toEqual({ ok: true, value, warnings: [] })
      }),
    )
  })

  it('writes back any RDATA it read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), rdata => {
        const decoded = decodeTlsaRecord(rdata)
        expect(decoded.ok).toBe(rdata.length >= 3)
        if (decoded.ok) expect(encodeTlsaRecord(decoded.value)).toEqual(rdata)
      }),
    )
  })

  it('copies the data, of a Buffer too, so that the message may be overwritten', () => {
    const message = Buffer.from('030101aabb', 'hex')
    const decoded = decodeTlsaRecord(message)
    message.fill(0)
    expect(decoded).toMatchObject({ ok: true, value: { data: bytes('aabb') } })
  })

  it('reads the longest RDATA and refuses a longer one', () => {
    expect(decodeTlsaRecord(new Uint8Array(MAX_TLSA_DATA_BYTES + 3)).ok).toBe(true)
    expect(decodeTlsaRecord(new Uint8Array(MAX_TLSA_DATA_BYTES + 4)).ok).toBe(false)
  })
})

describe('parseTlsaRecord', () => {
  it('gives back what formatTlsaRecord wrote', () => {
    fc.assert(
      fc.property(tlsaRecord, value => {
        expect(parseTlsaRecord(formatTlsaRecord(value))).toEqual({ ok: true, value, warnings: [] })
      }),
    )
  })

  it('never throws, and what it reads it can write', () => {
    const character = fc.constantFrom('0', '3', 'a', 'F', ' ', '\t', 'g', '-', 'é', '\0')
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: character, maxLength: 40 }),
      fc.string({ unit: character, maxLength: 10 }).map(rest => `DANE-EE 1 1 ${rest}`),
    )
    fc.assert(
      fc.property(text, input => {
        const parsed = parseTlsaRecord(input)
        if (parsed.ok) expect(parseTlsaRecord(formatTlsaRecord(parsed.value))).toEqual(parsed)
      }),
      { numRuns: 500 },
    )
  })

  it('points at the place of the fault', () => {
    const columnOf = (text: string) => {
      const parsed = parseTlsaRecord(text)
      return parsed.ok ? undefined : parsed.issues[0].column
    }
    expect(columnOf(' 3  Key 1 00')).toBe(5)
    expect(columnOf('3 1 1 ab xy')).toBe(10)
    expect(columnOf('3 1')).toBe(4)
  })

  it('survives floods of anything, and reads the longest data with spaces between all digits', () => {
    for (const unit of [' ', '\t', '0', '3 ', 'a ', '=', '\n', 'DANE-EE ']) {
      for (const size of [65_536, 1_000_000]) {
        const flood = unit.repeat(size / unit.length)
        expect(parseTlsaRecord(`3 1 1 ${flood}x`).ok).toBe(false)
        expect(parseTlsaRecord(`${flood}x`).ok).toBe(false)
      }
    }
    const longest = 'a b '.repeat(MAX_TLSA_DATA_BYTES)
    expect(parseTlsaRecord(`3 1 1 ${longest}`).ok).toBe(true)
    expect(parseTlsaRecord(`3 1 1 ${'ab'.repeat(MAX_TLSA_DATA_BYTES)}`).ok).toBe(true)
    expect(parseTlsaRecord(`3 1 1 ${'ab'.repeat(MAX_TLSA_DATA_BYTES + 1)}`).ok).toBe(false)
  })
})

describe('usableTlsaRecords', () => {
  it('keeps the usable ones in their order, acronyms in place of numbers', () => {
    const data = new Uint8Array(32)
    const records: TlsaRecord[] = [
      { usage: 3, selector: 1, matchingType: 1, data },
      { usage: 'PKIX-EE', selector: 'SPKI', matchingType: 'SHA2-256', data },
      { usage: 'DANE-TA', selector: 'Cert', matchingType: 'SHA2-256', data },
      { usage: 'DANE-TA', selector: 'Cert', matchingType: 'SHA2-512', data },
    ]
    expect(usableTlsaRecords(records)).toEqual([
      { usage: 'DANE-EE', selector: 'SPKI', matchingType: 'SHA2-256', data },
      { usage: 'DANE-TA', selector: 'Cert', matchingType: 'SHA2-256', data },
    ])
  })

  it('never throws and never finds PKIX or unassigned parameters usable', () => {
    fc.assert(
      fc.property(tlsaRecord, record => {
        const usability = assessTlsaUsability(record)
        if (usability.usable) expect(['DANE-TA', 'DANE-EE']).toContain(record.usage)
      }),
    )
  })
})

describe('tlsaName', () => {
  it('has the port and the protocol before the base domain', () => {
    expect(tlsaName(domain('mx.example.com'), 25)).toBe('_25._tcp.mx.example.com')
    expect(tlsaName(domain('mx.example.com'), 587)).toBe('_587._tcp.mx.example.com')
  })

  it('is null where DNS has no such long name', () => {
    const long = domain(`${'a.'.repeat(121)}ab`)
    expect(tlsaName(long, 25)).toHaveLength(253)
    expect(tlsaName(long, 587)).toBeNull()
  })
})

function domain(text: string) {
  const parsed = parseDomainName(text)
  if (!parsed.ok) throw new Error(parsed.issues[0].message)
  return parsed.value
}
