import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import vectors from '../../../../vectors/tls-rpt/records.json' with { type: 'json' }
import { brokenRecordText, readRecordVector } from '../records/testing/record-vectors.ts'
import { formatTlsRptRecord, parseTlsRptRecord, selectTlsRptRecord, type TlsRptRecord } from './record.ts'
import { mailtoAddress } from './rua.ts'

const word = fc.string({ unit: fc.constantFrom(...'abz019'), minLength: 1, maxLength: 8 })
const uri = fc.oneof(
  fc.tuple(word, word).map(([a, b]) => ({ scheme: 'mailto' as const, uri: `mailto:${a}%2C@${b}x.example` })),
  fc.tuple(word, word).map(([a, b]) => ({ scheme: 'https' as const, uri: `https://${a}x.example/${b}?a=b` })),
)
const record: fc.Arbitrary<TlsRptRecord> = fc.record({
  rua: fc.array(uri, { minLength: 1, maxLength: 4 }),
  extensions: fc.uniqueArray(
    fc.record({ name: word.filter(name => name !== 'v' && name !== 'rua'), value: word }),
    { selector: ({ name }) => name, maxLength: 3 },
  ),
})

describe('TLSRPT records: vectors', () => {
  it.each(vectors)('$id', ({ input, expect: expected }) => {
    expect(readRecordVector('tls-rpt', input, parseTlsRptRecord, selectTlsRptRecord)).toEqual(expected)
  })
})

describe('parseTlsRptRecord', () => {
  it('gives back what formatTlsRptRecord wrote', () => {
    fc.assert(
      fc.property(record, value => {
        expect(parseTlsRptRecord(formatTlsRptRecord(value))).toMatchObject({ ok: true, value })
      }),
    )
  })

  it('never throws, and writes again what it read', () => {
    const text = fc.oneof(
      brokenRecordText(record.map(formatTlsRptRecord)),
      fc.string({ unit: 'binary', maxLength: 80 }),
    )
    fc.assert(
      fc.property(text, broken => {
        const parsed = parseTlsRptRecord(broken)
        if (parsed.ok) {
          expect(parseTlsRptRecord(formatTlsRptRecord(parsed.value))).toMatchObject({ value: parsed.value })
        }
        selectTlsRptRecord([broken])
      }),
      { numRuns: 500 },
    )
  })

  it('points at the address that is wrong', () => {
    const parsed = parseTlsRptRecord('v=TLSRPTv1; rua=mailto:a@example.com,  b@example.com')
    expect(parsed).toMatchObject({ ok: false, issues: [{ column: 40 }] })
  })

  it('survives 64 KiB of anything and describes only its first faults', () => {
    for (const unit of [';', ',', '=', ' ', 'x=1;', 'rua=,', 'rua=a;', '%', 'mailto:,', 'é', '\0']) {
      const flood = unit.repeat(65_536 / unit.length)
      for (const text of [flood, `v=TLSRPTv1;${flood}`, `v=TLSRPTv1;rua=${flood}`]) {
        const parsed = parseTlsRptRecord(text)
        expect((parsed.ok ? parsed.warnings : parsed.issues).length).toBeLessThanOrEqual(20)
      }
    }
  })
})

describe('mailtoAddress', () => {
  it('takes percent-encoding and header fields off', () => {
    expect(mailtoAddress('mailto:a%2Cb@example.com?subject=x')).toBe('a,b@example.com')
    expect(mailtoAddress('mailto:a%0D%0Ab@example.com')).toBeUndefined()
    expect(mailtoAddress('mailto:%zz@example.com')).toBeUndefined()
    expect(mailtoAddress('https://example.com')).toBeUndefined()
  })
})
