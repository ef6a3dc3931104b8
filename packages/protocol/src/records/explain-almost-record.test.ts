import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import vectors from '../../../../vectors/records/near-misses.json' with { type: 'json' }
import { parseBimiRecord } from '../bimi/record.ts'
import { parseDmarcRecord } from '../dmarc/record.ts'
import { parseMtaStsRecord } from '../mta-sts/record.ts'
import { parseTlsRptRecord } from '../tls-rpt/record.ts'
import { explainAlmostRecord, type RecordKind, recordKinds } from './explain-almost-record.ts'

const sts = 'v=STSv1; id=20260101;'

describe('explainAlmostRecord', () => {
  it.each(vectors)('$id', ({ input, options, expect: expected }) => {
    const { fault, mended = null } = explainAlmostRecord(options.kind as RecordKind, input) ?? {}
    expect({ fault, mended }).toEqual(expected)
  })

  it('says nothing of a record that senders see as one, broken or not, and of what is nothing of the kind', () => {
    for (const text of [sts, 'v=STSv1;', 'v=STSv1 ; id=-', 'google-site-verification=abc', '', 'hello'])
      expect(explainAlmostRecord('sts', text)).toBeUndefined()
  })

  it('what it mends is seen as a record', () => {
    const parse = {
      sts: parseMtaStsRecord,
      tlsrpt: parseTlsRptRecord,
      dmarc: parseDmarcRecord,
      bimi: parseBimiRecord,
    }
    const text = fc.array(
      fc.constantFrom(
        '"',
        '“',
        ' ',
        'v',
        '=',
        'STS',
        'v1',
        'TLSRPT',
        'DMARC',
        'BIMI',
        '1',
        ';',
        'id=',
        'a',
        ',',
        '\\',
        '\ufeff',
        'TXT ',
      ),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...recordKinds),
        text.map(parts => parts.join('')),
        (kind, broken) => {
          const mended = explainAlmostRecord(kind, broken)?.mended
          if (mended === undefined) return
          const parsed = parse[kind](mended)
          if (!parsed.ok) expect(parsed.issues[0].code).not.toMatch(/record-version$/)
          expect(explainAlmostRecord(kind, mended)).toBeUndefined()
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('takes no longer for hostile texts', () => {
    for (const unit of [' ', '"', 'v=', 'v=STS', ';', ', ', '\\;', 'x TXT ', '\u00a0'])
      for (const kind of recordKinds) explainAlmostRecord(kind, unit.repeat(100_000 / unit.length))
  })
})
