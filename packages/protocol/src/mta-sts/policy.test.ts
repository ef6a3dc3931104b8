import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import vectors from '../../../../vectors/mta-sts/policies.json' with { type: 'json' }
import { vectorText } from '../../../../vectors/vector-text.ts'
import type { DomainName } from '../names/domain-name.ts'
import {
  formatMtaStsPolicy,
  inspectMtaStsPolicy,
  MAX_MAX_AGE_SECONDS,
  MAX_POLICY_BYTES,
  type MtaStsPolicy,
  mtaStsModes,
  parseMtaStsPolicy,
} from './policy.ts'

function readPolicy(text: string) {
  const parsed = parseMtaStsPolicy(text)
  return parsed.ok
    ? { ok: true, value: parsed.value, warnings: parsed.warnings.map(({ code }) => code) }
    : { codes: parsed.issues.map(({ code }) => code) }
}

const label = fc.string({ unit: fc.constantFrom('a', 'b', '1', '_'), minLength: 1, maxLength: 4 })
const mxHostPattern = fc.record({
  wildcard: fc.boolean(),
  name: fc.array(label, { maxLength: 3 }).map(labels => [...labels, 'example'].join('.') as DomainName),
})
const policy: fc.Arbitrary<MtaStsPolicy> = fc
  .record({
    mode: fc.constantFrom(...mtaStsModes),
    maxAgeSeconds: fc.integer({ min: 0, max: MAX_MAX_AGE_SECONDS }),
    mxHostPatterns: fc.array(mxHostPattern, { maxLength: 12 }),
  })
  .filter(({ mode, mxHostPatterns }) => mode === 'none' || mxHostPatterns.length > 0)

/** Policies with something put in somewhere, so that most texts come past the first line. */
const brokenPolicy = fc
  .tuple(
    policy.map(formatMtaStsPolicy),
    fc.nat(),
    fc.string({
      unit: fc.constantFrom(
        '\n',
        '\r',
        ' ',
        '\t',
        ':',
        '*',
        '.',
        '9',
        'é',
        '\0',
        '\ud800',
        'mx: ',
        'mode: none\n',
      ),
      maxLength: 4,
    }),
  )
  .map(([text, place, inserted]) => {
    const at = place % (text.length + 1)
    return text.slice(0, at) + inserted + text.slice(at)
  })

describe('MTA-STS policies: vectors', () => {
  it.each(vectors)('$id', vector => {
    expect(readPolicy(vectorText(vector))).toEqual(vector.expect)
  })

  it('have ids of their own', () => {
    expect(new Set(vectors.map(({ id }) => id)).size).toBe(vectors.length)
  })
})

describe('parseMtaStsPolicy', () => {
  it('gives back what formatMtaStsPolicy wrote', () => {
    fc.assert(
      fc.property(policy, value => {
        expect(parseMtaStsPolicy(formatMtaStsPolicy(value))).toEqual({ ok: true, value, warnings: [] })
      }),
    )
  })

  it('reads the same with LF as with CRLF, and with white space before the line ends', () => {
    fc.assert(
      fc.property(fc.oneof(policy.map(formatMtaStsPolicy), brokenPolicy), text => {
        fc.pre(!text.replaceAll('\r\n', '').includes('\r'))
        const plain = text.replaceAll('\r\n', '\n')
        expect(parseMtaStsPolicy(plain)).toEqual(parseMtaStsPolicy(text))
        expect(parseMtaStsPolicy(plain.replaceAll('\n', ' \t\n'))).toEqual(parseMtaStsPolicy(text))
      }),
    )
  })

  it('says something about any text and gives out only policies that hold', () => {
    fc.assert(
      fc.property(fc.oneof(brokenPolicy, fc.string({ unit: 'binary', maxLength: 300 })), text => {
        const parsed = parseMtaStsPolicy(text)
        if (!parsed.ok) {
          expect(parsed.issues.length).toBeGreaterThan(0)
          return
        }
        const { value } = parsed
        expect(mtaStsModes).toContain(value.mode)
        expect(value.maxAgeSeconds).toBeGreaterThanOrEqual(0)
        expect(value.maxAgeSeconds).toBeLessThanOrEqual(MAX_MAX_AGE_SECONDS)
        if (value.mode !== 'none') expect(value.mxHostPatterns.length).toBeGreaterThan(0)
        expect(parseMtaStsPolicy(formatMtaStsPolicy(value))).toEqual({ ok: true, value, warnings: [] })
      }),
      { numRuns: 1_000 },
    )
  })

  it('names the line of every fault', () => {
    const parsed = parseMtaStsPolicy('version: STSv1\r\nmode: doubt\r\n\r\nmx: **\r\nmax_age: 5')
    expect(parsed.ok ? [] : parsed.issues.map(({ code, line }) => `${code} ${line}`)).toEqual([
      'mta-sts/policy-mode 2',
      'mta-sts/policy-blank-line 3',
      'mta-sts/policy-mx 4',
    ])
  })

  it('gives no line to what is missing, and the line to a warning', () => {
    const missing = parseMtaStsPolicy('version: STSv1\nmode: none\n')
    expect(missing.ok ? [] : missing.issues).toEqual([
      { code: 'mta-sts/policy-max-age', message: expect.stringContaining('missing') },
    ])
    const extra = parseMtaStsPolicy('version: STSv1\nmode: none\nnote: x\nmax_age: 5\n')
    expect(extra.ok ? extra.warnings.map(({ line }) => line) : []).toEqual([3])
  })

  it('tells at most a hundred faults and a hundred warnings', () => {
    const faults = parseMtaStsPolicy('\n'.repeat(MAX_POLICY_BYTES))
    expect(faults.ok ? 0 : faults.issues.length).toBe(100)
    const good = 'version: STSv1\nmode: none\nmax_age: 5\n'
    const warnings = parseMtaStsPolicy(good + 'a: b\n'.repeat(10_000))
    expect(warnings.ok ? warnings.warnings.length : 0).toBe(100)
  })

  it('keeps every mx of a policy that is full of them', () => {
    const text = `version: STSv1\nmode: enforce\nmax_age: 5\n${'mx: a.b\n'.repeat(8_000)}`
    const parsed = parseMtaStsPolicy(text)
    expect(parsed.ok ? parsed.value.mxHostPatterns.length : 0).toBe(8_000)
  })

  it('does not read what is above 64 KiB', () => {
    expect(readPolicy('x'.repeat(50_000_000))).toEqual({ codes: ['mta-sts/policy-too-large'] })
  })

  // A quadratic parser takes seconds for one of these; a hundred and twenty would not end within the test's time.
  it.each([
    ['line ends', '\n'],
    ['carriage returns', '\r'],
    ['spaces', ' '],
    ['tabs and letters', '\ta'],
    ['colons', ':'],
    ['short lines', 'a:b\n'],
    ['different keys', 'KEY'],
    ['spaces after a colon', 'a: '],
    ['stars and dots', '*.'],
    ['digits', '9'],
    ['lone surrogates', '\ud800'],
    ['quotes', "'"],
  ])('answers 64 KiB of %s at once', (_, unit) => {
    const filler =
      unit === 'KEY'
        ? Array.from({ length: 8_000 }, (_key, i) => `${i}:x\n`).join('')
        : unit.repeat(60_000 / unit.length)
    for (const start of ['', 'version: STSv1\nmode: enforce\nmx: ', 'max_age: ', 'a: b']) {
      for (let round = 0; round < 30; round += 1) {
        const parsed = parseMtaStsPolicy(`${start}${filler}x`)
        expect(parsed.ok ? 0 : parsed.issues.length).toBeLessThanOrEqual(100)
      }
    }
  })
})

describe('inspectMtaStsPolicy', () => {
  it('tells what the lines say and every warning, though the whole is refused', () => {
    const text =
      'version: STSv1\nmode: enforced\nmx: a.example\nmx: 192.0.2.1\nmax-age: 5\nmax_age: 60\nmax_age: 61\n'
    const { errors, warnings, ...said } = inspectMtaStsPolicy(text)
    expect(said).toEqual({
      mode: undefined,
      maxAgeSeconds: 60,
      mxHostPatterns: [{ wildcard: false, name: 'a.example' }],
    })
    expect(errors.map(({ code }) => code)).toEqual(['mta-sts/policy-mode'])
    expect(warnings.map(({ code, line }) => `${code} ${line}`)).toEqual([
      'mta-sts/policy-mx-address 4',
      'mta-sts/policy-unknown-field 5',
      'mta-sts/policy-duplicate-field 7',
    ])
  })
})

describe('formatMtaStsPolicy', () => {
  it('writes the lines in the order of the standard, ended by CRLF', () => {
    const mail = { wildcard: false, name: 'mail.example.com' as DomainName }
    const net = { wildcard: true, name: 'example.net' as DomainName }
    const text = formatMtaStsPolicy({ mode: 'testing', maxAgeSeconds: 604_800, mxHostPatterns: [mail, net] })
    expect(text).toBe(
      'version: STSv1\r\nmode: testing\r\nmx: mail.example.com\r\nmx: *.example.net\r\nmax_age: 604800\r\n',
    )
  })
})
