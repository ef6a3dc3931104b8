import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matchDnsId } from './match-dns-id.ts'

const host = 'mta-sts.example.com'

const cases: readonly (readonly [
  expected: boolean,
  host: string,
  dnsNames: readonly string[],
  why: string,
])[] = [
  [true, host, [host], 'the same name'],
  [true, host, ['MTA-STS.Example.COM'], 'upper case in the certificate'],
  [true, 'MTA-STS.Example.COM', [host], 'upper case in the reference'],
  [true, host, ['*.example.com'], 'a wildcard as the left-most label'],
  [true, host, ['*.EXAMPLE.com'], 'a wildcard with upper case'],
  [true, host, ['other.example', '*.example.net', host], 'any of several names'],
  [true, 'mta-sts.xn--bcher-kva.example', ['mta-sts.xn--bcher-kva.example'], 'A-labels'],
  [true, 'mta-sts.xn--bcher-kva.example', ['*.xn--bcher-kva.example'], 'a wildcard before an A-label'],
  [false, host, [], 'no DNS name at all'],
  [false, host, ['example.com'], 'the parent'],
  [false, host, ['a.mta-sts.example.com'], 'a child'],
  [false, host, ['mta-sts.example.net'], 'another domain'],
  [false, host, ['xmta-sts.example.com'], 'a longer label'],
  [false, host, ['mta-sts.example.com.'], 'a trailing dot is part of no DNS-ID'],
  [false, host, ['.example.com'], 'a leading dot'],
  [false, host, ['*'], 'a wildcard alone'],
  [false, host, ['*.*.com'], 'two wildcards'],
  [false, host, ['*.*.example.com'], 'two wildcards before the domain'],
  [false, host, ['**.example.com'], 'a doubled star'],
  [false, host, ['m*.example.com'], 'a wildcard at the end of a label'],
  [false, host, ['*sts.example.com'], 'a wildcard at the start of a label'],
  [false, host, ['mta*sts.example.com'], 'a wildcard within a label'],
  [false, host, ['mta-sts.*.com'], 'a wildcard in the middle'],
  [false, host, ['mta-sts.example.*'], 'a wildcard at the right'],
  [false, host, ['*.com'], 'a wildcard two labels up'],
  [false, 'mta-sts.mail.example.com', ['*.example.com'], 'a wildcard that would have to cover two labels'],
  [false, 'example.com', ['*.example.com'], 'a wildcard that would have to cover no label'],
  [false, 'example.com', ['*.com'], 'a wildcard below a top-level domain'],
  [false, 'localhost', ['*.'], 'a wildcard before nothing'],
  [false, host, ['mta-sts.example.com\0.attacker.example'], 'a NUL'],
  [false, host, [`${host}, DNS:x`], 'a list in one entry'],
  [false, host, [''], 'an empty entry'],
  [false, '', [''], 'an empty reference'],
  [false, '', ['*.'], 'an empty reference and a wildcard'],
  [false, '*.example.com', ['*.example.com'], 'a wildcard as the reference'],
  [false, 'mta-sts.kilo.example', ['mta-sts.\u212ailo.example'], 'the Kelvin sign is not k'],
]

describe('matchDnsId', () => {
  test.each(cases)('%s: %s in %j (%s)', (expected, reference, dnsNames) => {
    expect(matchDnsId(reference, dnsNames)).toBe(expected)
  })

  test('a match means that all labels but a left-most star are the same', () => {
    const label = fc.constantFrom('a', 'b', '*', 'a*', 'com', '')
    const name = fc.array(label, { minLength: 1, maxLength: 4 }).map(labels => labels.join('.'))
    fc.assert(
      fc.property(name, name, (reference, presented) => {
        if (!matchDnsId(reference, [presented])) return
        const [first, ...others] = presented.split('.')
        const [, ...rest] = reference.split('.')
        expect(others).toEqual(rest)
        expect(first === '*' || presented === reference).toBe(true)
        expect(others.join('.')).not.toContain('*')
      }),
    )
  })
})
