import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hostileTexts, sampleCheck, sampleFinding, sampleOutcome } from '../check/testing/index.ts'
import { formatCheck } from './check-text.ts'

const plain = (_style: string, text: string) => text

describe('a check for people', () => {
  test('what is wrong comes first, what is fine is one line, when it was measured is last', () => {
    const text = formatCheck(
      sampleCheck(
        [
          sampleFinding('example.com', { severity: 'ok', code: 'starttls/offered' }),
          sampleFinding('example.com', { severity: 'ok', code: 'mx/found' }),
          sampleFinding('example.com', { severity: 'advice', code: 'tls-rpt/record-none', evidence: [] }),
          sampleFinding('example.com'),
        ],
        {
          simulation: [
            sampleOutcome(
              'opportunistic',
              { 'mx1.example.com': 'delivered-unprotected', 'mx2.example.com': 'delivered-unprotected' },
              'It asks for no certificate.',
            ),
            sampleOutcome(
              'mta-sts-only',
              { 'mx1.example.com': 'delivered-verified', 'mx2.example.com': 'deferred' },
              'mx1.example.com has the right certificate.',
            ),
          ],
        },
      ),
      plain,
    )
    expect(text).toMatchInlineSnapshot(`
      "example.com: 1 error, 1 piece of advice

      error   The policy does not list mx2.example.com: senders that enforce it
              deliver nothing there.
              seen: example.com (192.0.2.53:53)
              change: Add mx2.example.com to the policy, then change the id in the
                      record.
              mta-sts.txt:
                  version: STSv1
                  mx: example.com
                  max_age: 604800
              DNS, TXT at _mta-sts.example.com:
                  _mta-sts 300 IN TXT "example.com"
              mta-sts/mx-not-listed, RFC 8461 §4.1:
              docs/findings/mta-sts/mx-not-listed.md

      advice  The policy does not list mx2.example.com: senders that enforce it
              deliver nothing there.
              change: Add mx2.example.com to the policy, then change the id in the
                      record.
              mta-sts.txt:
                  version: STSv1
                  mx: example.com
                  max_age: 604800
              DNS, TXT at _mta-sts.example.com:
                  _mta-sts 300 IN TXT "example.com"
              tls-rpt/record-none, RFC 8461 §4.1: docs/findings/tls-rpt/record-none.md

      Would it arrive?
        MX host          opportunistic  MTA-STS only
        mx1.example.com  unprotected    verified
        mx2.example.com  unprotected    waits
        in the end       unprotected    verified
        opportunistic: It asks for no certificate.

      fine: MX hosts, STARTTLS

      Measured 2026-06-01 12:00:00 UTC in 1.2 s, DNS by 192.0.2.53:53 (validating
      DNSSEC).
      "
    `)
  })

  test('nothing wrong is few lines', () => {
    const fine = sampleFinding('example.com', { severity: 'ok', code: 'mx/found' })
    expect(formatCheck(sampleCheck([fine, fine, fine]), plain).split('\n')).toHaveLength(7)
  })

  test('whatever text comes from outside, no line but ready text is wider than 80 and none steers a terminal', () => {
    const foreign = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...hostileTexts))
    fc.assert(
      fc.property(foreign, text => {
        const remedy = { text, replacements: [] }
        const check = sampleCheck([sampleFinding(text, { remedy })], {
          domain: 'example.com',
          input: text,
          simulation: [sampleOutcome('both', { [`mx${text}`]: 'deferred' }, text)],
        })
        const [, ...lines] = formatCheck(check, plain).split('\n')
        expect(lines.filter(line => [...line].length > 80)).toEqual([])
        expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
      }),
      { numRuns: 100 },
    )
  })
})
