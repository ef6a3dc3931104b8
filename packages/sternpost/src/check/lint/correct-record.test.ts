import { recordKinds } from '@sternpost/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { correctRecordText } from './correct-record.ts'
import { recordTypes } from './record-types.ts'

describe('correctRecordText', () => {
  test.each([
    ['sts', '"v=STSv1; id=20260101;"', 'v=STSv1; id=20260101;'],
    ['sts', 'v=stsv1 id=2026-01-01', 'v=STSv1; id=20260101;'],
    ['sts', 'v=STSv1;; ID = 20260101 ;', 'v=STSv1; id=20260101;'],
    ['sts', `v=STSv1; id=${'a'.repeat(40)}`, `v=STSv1; id=${'a'.repeat(32)};`],
    ['sts', 'v=STSv1; id=a; id=b', 'v=STSv1; id=a;'],
    ['tlsrpt', 'v=TLSRPTv1; rua=reports@example.com', 'v=TLSRPTv1; rua=mailto:reports@example.com;'],
    ['tlsrpt', 'v=TLSRPTv1; rua=mailto://reports@example.com', 'v=TLSRPTv1; rua=mailto:reports@example.com;'],
    [
      'tlsrpt',
      'v=TLSRPTv1; rua=mailto:reports@example.com!10m',
      'v=TLSRPTv1; rua=mailto:reports@example.com;',
    ],
    ['tlsrpt', 'v=TLSRPTv1; rua=mailto:a!b@example.com', 'v=TLSRPTv1; rua=mailto:a%21b@example.com;'],
    ['tlsrpt', 'v=TLSRPTv1; rua=mailto:a@example.com, ,', 'v=TLSRPTv1; rua=mailto:a@example.com;'],
    [
      'tlsrpt',
      'v=TLSRPTv1; rua=mailto:a@example.com; rua=https://b.example',
      'v=TLSRPTv1; rua=mailto:a@example.com,https://b.example;',
    ],
    ['tlsrpt', 'v=TLSRPTv1, RUA=<a@example.com>', 'v=TLSRPTv1; rua=mailto:a@example.com;'],
    ['dmarc', 'v=DMARC1, p=Reject, rua=d@example.com', 'v=DMARC1; p=reject; rua=mailto:d@example.com;'],
    ['dmarc', 'v=dmarc1;p = none', 'v=DMARC1; p=none;'],
    ['bimi', 'v=bimi1; L=https://example.com/a.svg', 'v=BIMI1; l=https://example.com/a.svg;'],
  ] as const)('%s: %s', (type, text, corrected) => {
    expect(correctRecordText(type, text)).toBe(corrected)
  })

  test.each([
    ['sts', 'v=STSv1; id='],
    ['sts', 'v=STSv1; id=---'],
    ['sts', 'hello'],
    ['sts', 'v=STSv1; id=a v=STSv1; id=b'],
    ['tlsrpt', 'v=TLSRPTv1; rua=ftp://example.com'],
    ['tlsrpt', 'v=TLSRPTv1;'],
    ['dmarc', 'v=DMARC1; p=block'],
    ['bimi', 'v=BIMI1; l=http://example.com/a.svg'],
  ] as const)('%s: %s is left to a person', (type, text) => {
    expect(correctRecordText(type, text)).toBeUndefined()
  })

  test('what is offered parses, and correcting it again changes nothing', () => {
    const piece = fc.constantFrom(
      ...[
        'v=STSv1',
        'v=tlsrptv1',
        'v=DMARC1',
        'v=BIMI1;',
        ';',
        ',',
        ' ',
        '"',
        '\\',
        '!',
        '10m',
        '%',
        '<',
        '>',
        '=',
      ],
      ...[
        'id=a-1',
        'rua=',
        'mailto:',
        '//',
        'a@example.com',
        'https://b.example',
        'p=Reject',
        'sp=none',
        'l=',
        'lps=a , b',
        '.svg',
      ],
    )
    const text = fc.oneof(
      fc.array(piece, { maxLength: 12 }).map(pieces => pieces.join('')),
      fc.string({ maxLength: 80 }),
    )
    fc.assert(
      fc.property(fc.constantFrom(...recordKinds), text, (type, broken) => {
        const corrected = correctRecordText(type, broken)
        if (corrected === undefined) return
        expect(recordTypes[type].parse(corrected).ok).toBe(true)
        expect(correctRecordText(type, corrected)).toBe(corrected)
      }),
      { numRuns: 3_000 },
    )
  })
})
