import { formatMtaStsPolicy } from '@sternpost/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import vectors from '../../../../../vectors/mta-sts/policies.json' with { type: 'json' }
import { vectorText } from '../../../../../vectors/vector-text.ts'
import { assessPolicyText } from './assess-policy-text.ts'

const subject = { kind: 'file', file: 'mta-sts.txt' } as const
const policy = (...lines: string[]) => ['version: STSv1', ...lines].map(line => `${line}\r\n`).join('')
const assess = (text: string) => assessPolicyText(text, subject)
const codes = (text: string) => assess(text).findings.map(({ code, severity }) => `${severity} ${code}`)
const fine = policy('mode: enforce', 'mx: mail.example.com', 'max_age: 2592000')

describe('assessPolicyText', () => {
  test('a good policy has no findings', () => {
    expect(assess(fine)).toEqual({
      valid: true,
      policy: expect.objectContaining({ mode: 'enforce' }),
      written: { mode: 'enforce', maxAgeSeconds: 2_592_000, mx: ['mail.example.com'] },
      findings: [],
      corrected: undefined,
    })
  })

  test.each([
    ['max_age above a year', policy('mode: none', 'max_age: 31557601'), false],
    ['max_age of a year', policy('mode: none', 'max_age: 31557600'), true],
    ['max_age 0', policy('mode: none', 'max_age: 0'), true],
    ['mode none without mx', policy('mode: none', 'max_age: 60'), true],
    [
      'an IPv4 address as mx',
      policy('mode: enforce', 'mx: 192.0.2.1', 'mx: a.example', 'max_age: 604800'),
      true,
    ],
    ['nothing but an IPv4 address', policy('mode: enforce', 'mx: 192.0.2.1', 'max_age: 604800'), true],
    [
      'an IPv6 address as mx',
      policy('mode: enforce', 'mx: 2001:db8::1', 'mx: a.example', 'max_age: 604800'),
      false,
    ],
    ['duplicates and unknown keys', policy('mode: none', 'mode: x', 'a: b', 'max_age: 5'), true],
    ['a blank line', policy('mode: none', '', 'max_age: 5'), false],
    ['an indented line', policy('mode: none', ' max_age: 5'), false],
    ['a lone CR', 'version: STSv1\rmode: none\rmax_age: 5\r', false],
    ['mixed line ends', 'version: STSv1\r\nmode: none\nmax_age: 5\r\n', true],
    ['a byte order mark', `\ufeff${fine}`, false],
    ['no mx', policy('mode: enforce', 'max_age: 5'), false],
  ])('the strict reading of %s', (_, text, valid) => {
    expect(assess(text).valid).toBe(valid)
  })

  test('the strict reading is that of the vectors, but for what the outbound side is lenient with', () => {
    for (const vector of vectors) {
      const { valid, policy: read } = assess(vectorText(vector))
      const { expect: expected } = vector
      const isOk = 'ok' in expected
      if (isOk !== valid) {
        const told = isOk ? (expected.warnings ?? []) : (expected.codes ?? [])
        const lenient = /max-age-capped|policy-mx-address|policy-mx-missing/
        expect(
          told.some(code => lenient.test(code)),
          vector.id,
        ).toBe(true)
      }
      expect(read !== undefined, vector.id).toBe(isOk)
    }
  })

  test.each([
    [
      'short',
      policy('mode: enforce', 'mx: a.example', 'max_age: 3600'),
      ['warning mta-sts/policy-max-age-short'],
    ],
    [
      'a week in enforce',
      policy('mode: enforce', 'mx: a.example', 'max_age: 604800'),
      ['advice mta-sts/policy-max-age-short'],
    ],
    [
      'long in testing',
      policy('mode: testing', 'mx: a.example', 'max_age: 31557600'),
      ['warning mta-sts/policy-max-age-long'],
    ],
    ['none', policy('mode: none', 'max_age: 86400'), ['advice mta-sts/policy-mode-none']],
    ['*.com', policy('mode: testing', 'mx: *.com', 'max_age: 86400'), ['warning mta-sts/policy-mx-broad']],
    [
      '*.co.uk',
      policy('mode: testing', 'mx: *.co.uk', 'max_age: 86400'),
      ['warning mta-sts/policy-mx-broad'],
    ],
    [
      'a shared suffix',
      policy('mode: testing', 'mx: *.github.io', 'max_age: 86400'),
      ['advice mta-sts/policy-mx-broad'],
    ],
    ['an own wildcard', policy('mode: testing', 'mx: *.example.com', 'max_age: 86400'), []],
    [
      'twice',
      policy('mode: testing', 'mx: a.example', 'mx: A.example', 'max_age: 86400'),
      ['advice mta-sts/policy-mx-duplicate'],
    ],
    [
      'near miss',
      policy('mode: testing', 'mx: a.example', 'mxs: b.example', 'max_age: 86400'),
      ['warning mta-sts/policy-near-miss'],
    ],
    [
      'unknown',
      policy('mode: testing', 'mx: a.example', 'comment: x', 'max_age: 86400'),
      ['advice mta-sts/policy-unknown-field'],
    ],
    [
      'template',
      policy('mode: testing', 'mx: mail.yourdomain.com', 'max_age: 86400'),
      ['error mta-sts/policy-placeholder'],
    ],
    [
      'line ends',
      'version: STSv1\nmode: testing\r\nmx: a.example\nmax_age: 86400\n',
      ['advice mta-sts/policy-line-ends'],
    ],
    [
      'above a year',
      policy('mode: enforce', 'mx: a.example', 'max_age: 31557601'),
      ['error mta-sts/policy-max-age-capped'],
    ],
    ['html', '<!DOCTYPE html><html></html>', ['error mta-sts/policy-foreign-text']],
    ['json', '{"version": "STSv1"}', ['error mta-sts/policy-foreign-text']],
    ['the record', 'v=STSv1; id=a;', ['error mta-sts/policy-foreign-text']],
    ['bytes', 'PK\u0003\u0004\u0000', ['error mta-sts/policy-foreign-text']],
  ])('%s', (_, text, expected) => {
    expect(codes(text)).toEqual(expected)
  })

  test('the example of the RFC is told from a policy', () => {
    const text = policy(
      'mode: testing',
      'mx: mail.example.com',
      'mx: *.example.net',
      'mx: backupmx.example.com',
      'max_age: 86400',
    )
    expect(codes(text)).toEqual(['warning mta-sts/policy-placeholder'])
  })

  test('says what was probably meant, where', () => {
    const [mode, key] = assess(
      policy('mode: Enforced', 'mx: a.example', 'max-age: 5', 'max_age: 86400'),
    ).findings
    expect(mode?.message).toContain('did you mean enforce?')
    expect(mode?.subject).toEqual({ kind: 'file', file: 'mta-sts.txt', line: 2, column: 7 })
    expect(key?.message).toContain('did you mean max_age?')
  })

  test('the first finding that matters bears the corrected file, and no other', () => {
    const { findings, corrected } = assess(policy('mode: enforced', 'mx: a.example.', 'max_age: 86400'))
    expect(corrected).toBe(policy('mode: enforce', 'mx: a.example', 'max_age: 86400'))
    expect(findings.map(({ remedy }) => remedy?.replacements.length)).toEqual([1, 0])
  })

  test('what a person must fill in is said where nothing can be corrected', () => {
    const { findings, corrected } = assess(policy('mode: enforce', 'max_age: 86400'))
    expect(corrected).toBeUndefined()
    const missing = findings.find(({ code }) => code === 'mta-sts/policy-mx-missing')
    expect(missing?.remedy?.text).toContain('Add a line mx:')
  })

  test('the line of a policy of a domain is in the subject', () => {
    const { findings } = assessPolicyText('x\n', { kind: 'policy', domain: 'example.com' })
    expect(findings[0]?.subject).toEqual({ kind: 'policy', domain: 'example.com', line: 1, column: 2 })
  })

  test('a broken encoding makes a policy invalid, and the rest is judged all the same', () => {
    const { valid, findings, corrected } = assessPolicyText(fine, subject, { encodingFault: 'it is UTF-16' })
    expect(valid).toBe(false)
    expect(findings.map(({ code }) => code)).toEqual(['mta-sts/policy-encoding'])
    expect(corrected).toBe(fine)
  })

  test('never throws, and never tells more than a few hundred findings', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), text => void assess(text)))
    for (const unit of ['\n', 'a: b\n', 'mx: a.b\n', 'mx: *.com\n', 'mx: 1\n', 'x\n', ': ', '<a', '${'])
      expect(assess(unit.repeat(65_000 / unit.length)).findings.length).toBeLessThan(500)
    expect(codes('x'.repeat(100_000))).toEqual(['error mta-sts/policy-too-large'])
  })

  test('nothing is said about a policy as Sternpost writes it', () => {
    const text = formatMtaStsPolicy({
      mode: 'testing',
      maxAgeSeconds: 86_400,
      mxHostPatterns: assess(fine).policy?.mxHostPatterns ?? [],
    })
    expect(codes(text)).toEqual([])
  })
})
