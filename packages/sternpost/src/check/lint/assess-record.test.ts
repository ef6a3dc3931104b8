import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assessRecord, assessRecordTexts } from './assess-record.ts'
import { lintedRecordTypes } from './record-types.ts'

const subject = { kind: 'record', name: '_mta-sts', type: 'TXT' } as const
const sts = 'v=STSv1; id=20260101T000000;'
const digest = 'ab'.repeat(32)

function lint(type: (typeof lintedRecordTypes)[number], ...texts: string[]) {
  return assessRecordTexts(type, texts, subject).map(({ valid, findings }) =>
    [valid ? 'valid' : 'invalid', ...findings.map(({ code, severity }) => `${severity} ${code}`)].join(' | '),
  )
}

describe('assessRecordTexts', () => {
  test.each([
    ['sts', sts, 'valid'],
    ['sts', 'v=STSv1;', 'invalid | error mta-sts/record-id-missing'],
    ['sts', 'v=STSv1', 'invalid | error mta-sts/record-almost | error mta-sts/record-id-missing'],
    ['sts', `"${sts}"`, 'invalid | error mta-sts/record-almost'],
    ['sts', '"v=STSv1; id=2026-01-01;"', 'invalid | error mta-sts/record-almost | error mta-sts/record-id'],
    ['sts', 'v=STSv1 ; id=a', 'valid | warning mta-sts/record-delimiter-space'],
    ['sts', 'v=STSv1; id=a; id=b', 'valid | warning mta-sts/record-duplicate-field'],
    ['sts', 'v=TLSRPTv1; rua=mailto:a@example.com', 'invalid | error mta-sts/record-version'],
    ['sts', 'hello', 'invalid | error mta-sts/record-version'],
    ['tlsrpt', 'v=TLSRPTv1; rua=mailto:a@example.com', 'valid'],
    [
      'tlsrpt',
      'v=TLSRPTv1; rua=mailto:a@example.com,ftp://a.example',
      'valid | warning tls-rpt/record-rua-scheme',
    ],
    ['tlsrpt', 'v=TLSRPTv1; rua=mailto:you@yourdomain.com', 'valid | error tls-rpt/rua-placeholder'],
    ['tlsrpt', 'v=TLSRPTv1; rua=https://192.0.2.1/r', 'valid | warning tls-rpt/rua-insecure'],
    ['tlsrpt', 'v=TLSRPTv1; rua=mailto:root@localhost', 'valid | warning tls-rpt/rua-insecure'],
    [
      'tlsrpt',
      'v=TLSRPTv1; rua=mailto:a@b.example,mailto:a@b.example',
      'valid | advice tls-rpt/rua-duplicate',
    ],
    ['tlsa', `3 1 1 ${digest}`, 'valid'],
    ['tlsa', `2 1 1 ${digest}`, 'valid'],
    ['tlsa', `3 0 1 ${digest}`, 'valid | warning dane/full-certificate'],
    ['tlsa', `3 1 2 ${digest}${digest}`, 'valid | advice dane/sha-512'],
    ['tlsa', `0 0 1 ${digest}`, 'valid | warning dane/tlsa-usage'],
    ['tlsa', `1 1 1 ${digest}`, 'valid | warning dane/tlsa-usage'],
    ['tlsa', `4 1 1 ${digest}`, 'valid | warning dane/tlsa-usage'],
    ['tlsa', `3 2 1 ${digest}`, 'valid | warning dane/tlsa-selector'],
    ['tlsa', `3 1 3 ${digest}`, 'valid | warning dane/tlsa-matching-type'],
    ['tlsa', `3 1 1 ${'ab'.repeat(20)}`, 'invalid | error dane/tlsa-data-length'],
    ['tlsa', '3 1 1', 'invalid | error dane/tlsa-syntax'],
    ['dmarc', 'v=DMARC1; p=reject', 'valid'],
    ['dmarc', 'v=DMARC1; p=none', 'valid | advice dmarc/not-enforced'],
    ['dmarc', 'v=DMARC1; p=reject; pct=50', 'valid | advice dmarc/record-tag-removed | advice dmarc/partial'],
    [
      'dmarc',
      'v=DMARC1; p=x; rua=mailto:a@b.example',
      'valid | error dmarc/record-policy | advice dmarc/not-enforced',
    ],
    ['dmarc', 'v=DMARC1; p=x', 'invalid | error dmarc/record-policy'],
    ['bimi', 'v=BIMI1; l=; a=;', 'valid | advice bimi/declined'],
    ['bimi', 'v=BIMI1; l=https://a.example/a.svg; a=https://a.example/a.pem', 'valid'],
    ['bimi', 'v=BIMI1; l=https://a.example/a.svg', 'valid | advice bimi/evidence-none'],
    ['bimi', 'v=BIMI1; l=; a=https://a.example/a.pem', 'valid | warning bimi/record-location'],
    ['bimi', 'v=bimi1; l=https://a.example/a.svg', 'invalid | error bimi/record-almost'],
  ] as const)('%s: %s', (type, text, expected) => {
    expect(lint(type, text)).toEqual([expected])
  })

  test('several records of one kind are an error of each, and each is still judged by itself', () => {
    expect(lint('sts', sts, sts, 'v=STSv1; id=-')).toEqual([
      'valid | error mta-sts/record-multiple',
      'valid | error mta-sts/record-multiple',
      'invalid | error mta-sts/record-multiple | error mta-sts/record-id',
    ])
  })

  test('what has nothing to do with it is no fault beside a record', () => {
    expect(lint('sts', sts, 'v=spf1 -all', 'hello')).toEqual([
      'valid',
      'invalid | advice mta-sts/record-version',
      'invalid | advice mta-sts/record-version',
    ])
  })

  test('TLSA records are many, equal ones one too many', () => {
    expect(lint('tlsa', `3 1 1 ${digest}`, `2 1 1 ${digest}`, `3  1 1 ${digest.toUpperCase()}`)).toEqual([
      'valid',
      'valid',
      'valid | advice dane/duplicate',
    ])
  })

  test('the corrected record is a line for a zone file', () => {
    const [relative] = assessRecordTexts('sts', [`"${sts}"`], subject)
    expect(relative?.corrected).toBe(sts)
    expect(relative?.findings[0]?.remedy?.replacements).toEqual([
      { kind: 'dns-record', name: '_mta-sts', type: 'TXT', text: `_mta-sts 3600 IN TXT "${sts}"` },
    ])
    const [whole] = assessRecordTexts('sts', [`"${sts}"`], { ...subject, name: '_mta-sts.example.com' })
    expect(whole?.findings[0]?.remedy?.replacements[0]?.text).toBe(
      `_mta-sts.example.com. 3600 IN TXT "${sts}"`,
    )
  })

  test('a whole line of a zone file is told from a TLSA record, and taken apart', () => {
    const [line] = assessRecordTexts('tlsa', [`_25._tcp.mx.example. IN TLSA ( 3 1 1 "${digest}" )`], subject)
    expect(line).toMatchObject({ valid: false, corrected: `3 1 1 ${digest}` })
    expect(line?.findings[0]?.remedy?.replacements[0]?.text).toBe(`_mta-sts 3600 IN TLSA 3 1 1 ${digest}`)
  })

  test('points at the column', () => {
    const [assessment] = assessRecordTexts('sts', ['v=STSv1; id=a-1;'], subject)
    expect(assessment?.findings[0]?.subject).toEqual({ ...subject, column: 13 })
  })

  test('never throws, and corrects only to what is valid', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ maxLength: 40 }).map(rest => `v=STSv1; ${rest}`),
    )
    fc.assert(
      fc.property(fc.constantFrom(...lintedRecordTypes), fc.array(text, { maxLength: 3 }), (type, texts) => {
        for (const { corrected } of assessRecordTexts(type, texts, subject)) {
          if (corrected === undefined) continue
          expect(assessRecordTexts(type, [corrected], subject)[0]).toMatchObject({
            valid: true,
            corrected: undefined,
          })
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('assessRecord', () => {
  const at = (...texts: string[]) => {
    const { kind, findings } = assessRecord('sts', texts, '_mta-sts.example.com')
    return [kind, ...findings.map(({ code }) => code)]
  }

  test('counts what senders see', () => {
    expect(at()).toEqual(['none'])
    expect(at('hello')).toEqual(['none'])
    expect(at(sts, 'hello')).toEqual(['one', 'mta-sts/record-version'])
    expect(at(sts, sts)).toEqual(['multiple', 'mta-sts/record-multiple'])
    expect(at(`"${sts}"`)).toEqual(['none', 'mta-sts/record-almost'])
    expect(at('v=STSv1; id=-')).toEqual(['one', 'mta-sts/record-id'])
  })

  test('gives the value of the one there is', () => {
    expect(assessRecord('sts', ['x', sts], 'a').value).toMatchObject({ policyId: '20260101T000000' })
  })
})
