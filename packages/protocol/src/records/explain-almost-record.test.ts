import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseBimiRecord } from '../bimi/record.ts'
import { parseDmarcRecord } from '../dmarc/record.ts'
import { parseMtaStsRecord } from '../mta-sts/record.ts'
import { parseTlsRptRecord } from '../tls-rpt/record.ts'
import {
  type AlmostRecord,
  explainAlmostRecord,
  type RecordKind,
  recordKinds,
} from './explain-almost-record.ts'

const sts = 'v=STSv1; id=20260101;'
const rpt = 'v=TLSRPTv1; rua=mailto:a@example.com;'

const cases: readonly (readonly [RecordKind, string, AlmostRecord['fault'], string | undefined])[] = [
  ['sts', '"v=STSv1; id=20260101;"', 'quotes', sts],
  ['sts', '“v=STSv1; id=20260101;”', 'quotes', sts],
  ['sts', '\\"v=STSv1; id=20260101;\\"', 'quotes', sts],
  ['sts', '"v=STSv1; " "id=20260101;"', 'quotes', sts],
  ['sts', '"v=STSv1; id=20260101;', 'quotes', sts],
  ['sts', ' v=STSv1; id=20260101;', 'space-before', sts],
  ['sts', '\ufeffv=STSv1; id=20260101;', 'space-before', sts],
  ['sts', '\u00a0v=STSv1; id=20260101;', 'space-before', sts],
  ['sts', 'v=STSv1\\; id=20260101\\;', 'backslash', sts],
  ['sts', '_mta-sts.example.com. 3600 IN TXT "v=STSv1; id=20260101;"', 'zone-line', sts],
  ['sts', '_mta-sts IN TXT v=STSv1; id=20260101;', 'zone-line', sts],
  ['sts', 'v=stsv1; id=20260101;', 'case', sts],
  ['sts', 'V=STSv1; id=20260101;', 'case', sts],
  ['sts', 'v=STSV1; id=20260101;', 'case', sts],
  ['sts', 'v=STS1; id=20260101', 'version', sts],
  ['sts', 'v = STSv1; id=20260101', 'version', sts],
  ['sts', 'STSv1; id=20260101', 'version', sts],
  ['sts', 'v=MTA-STSv1; id=20260101', 'version', sts],
  ['sts', 'v=STSv10; id=20260101', 'version-number', sts],
  ['sts', 'v=STSv2; id=20260101', 'version-number', sts],
  ['sts', 'v=STSv1 id=20260101', 'delimiter', sts],
  ['sts', 'v=STSv1, id=20260101', 'delimiter', sts],
  ['sts', 'v=STSv1: id=20260101', 'delimiter', sts],
  ['sts', 'v=STSv1', 'delimiter', 'v=STSv1;'],
  ['sts', 'id=20260101; v=STSv1;', 'not-first', sts],
  ['sts', 'id=20260101;', 'version-missing', sts],
  ['sts', 'x v=STSv1; id=a;v=TLSRPTv1; rua=b', 'joined', undefined],
  ['sts', rpt, 'other-standard', undefined],
  ['sts', 'v=spf1 -all', 'other-standard', undefined],
  ['tlsrpt', 'v=TLSRPT1; rua=mailto:a@example.com', 'version', rpt],
  ['tlsrpt', 'v=TLS-RPTv1; rua=mailto:a@example.com', 'version', rpt],
  ['tlsrpt', 'v=tlsrptv1; rua=mailto:a@example.com', 'case', rpt],
  ['tlsrpt', 'rua=mailto:a@example.com', 'version-missing', rpt],
  ['dmarc', 'v=dmarc1; p=none', 'case', 'v=DMARC1; p=none;'],
  ['dmarc', 'p=none; v=DMARC1', 'not-first', 'v=DMARC1; p=none;'],
  ['dmarc', 'v=DMARC1 p=none', 'delimiter', 'v=DMARC1; p=none;'],
  ['bimi', 'v=bimi1; l=https://example.com/a.svg', 'case', 'v=BIMI1; l=https://example.com/a.svg;'],
]

describe('explainAlmostRecord', () => {
  it.each(cases)('%s: %s is %s', (kind, text, fault, mended) => {
    expect(explainAlmostRecord(kind, text)).toMatchObject({ fault, mended })
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
