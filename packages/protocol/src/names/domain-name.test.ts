import { domainToASCII } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import vectors from '../../../../vectors/names/domain-names.json' with { type: 'json' }
import { vectorText } from '../../../../vectors/vector-text.ts'
import {
  type DomainNameOptions,
  isDomainName,
  MAX_DOMAIN_NAME_LENGTH,
  parseDomainName,
} from './domain-name.ts'

function readName(text: string, options: DomainNameOptions) {
  const parsed = parseDomainName(text, options)
  return parsed.ok ? parsed : { codes: parsed.issues.map(({ code }) => code) }
}

/** Text in which names, nearly names and anything else are about as frequent. */
const anyText = fc.oneof(
  fc.domain(),
  fc.string({
    unit: fc.constantFrom('a', 'Z', '0', '-', '_', '.', 'ü', '。', '\ud800', '\0'),
    maxLength: 80,
  }),
  fc.string({ unit: 'binary' }),
)
const options: fc.Arbitrary<DomainNameOptions> = fc
  .record({ underscore: fc.boolean(), singleLabel: fc.boolean(), idna: fc.boolean() })
  .map(({ idna, ...rest }) => (idna ? { ...rest, toAscii: domainToASCII } : rest))

describe('domain names: vectors', () => {
  it.each(vectors)('$id', vector => {
    const { idna, ...rest } = { idna: false, ...vector.options }
    const parsed = readName(vectorText(vector), idna ? { ...rest, toAscii: domainToASCII } : rest)
    expect(parsed).toEqual(vector.expect)
  })

  it('have ids of their own', () => {
    expect(new Set(vectors.map(({ id }) => id)).size).toBe(vectors.length)
  })
})

describe('parseDomainName', () => {
  it('gives out only names in the one form it promises', () => {
    fc.assert(
      fc.property(anyText, options, (text, choice) => {
        const parsed = parseDomainName(text, choice)
        if (!parsed.ok) return
        expect(parsed.value).toMatch(
          /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/,
        )
        expect(parsed.value.length).toBeLessThanOrEqual(MAX_DOMAIN_NAME_LENGTH)
        expect(parsed.value.split('.').every(label => label.length <= 63)).toBe(true)
      }),
    )
  })

  it('reads what it gave out as the same name, with and without a trailing dot, in either case', () => {
    fc.assert(
      fc.property(anyText, options, (text, choice) => {
        const parsed = parseDomainName(text, choice)
        if (!parsed.ok) return
        expect(parseDomainName(parsed.value, choice)).toEqual(parsed)
        expect(parseDomainName(`${parsed.value.toUpperCase()}.`, choice)).toEqual(parsed)
        expect(isDomainName(parsed.value)).toBe(true)
      }),
    )
  })

  it('answers a hostile text of 64 KiB at once', () => {
    for (const unit of ['a', '.', 'a.', '-', 'ü', '。', '\ud800', '1.', '\0']) {
      const text = unit.repeat(65_536 / unit.length)
      for (let round = 0; round < 500; round += 1) {
        expect(parseDomainName(text, { toAscii: domainToASCII }).ok).toBe(false)
      }
    }
  })

  it('shows a hostile text shortened and without its controls', () => {
    const parsed = parseDomainName(`\u001b[2J${'x'.repeat(900)}`)
    expect(parsed.ok ? '' : parsed.issues[0].message).toMatch(
      /^'\\u\{1b\}\[2Jx+…' is no domain name: [ -~]+$/,
    )
  })
})

describe('isDomainName', () => {
  it.each(['Example.com', 'example.com.', '', '192.0.2.1', 'a b.example', 'bücher.example'])(
    '%j is none',
    text => {
      expect(isDomainName(text)).toBe(false)
    },
  )

  it.each(['example.com', 'localhost', '_25._tcp.mx.example'])('%j is one', text => {
    expect(isDomainName(text)).toBe(true)
  })
})
