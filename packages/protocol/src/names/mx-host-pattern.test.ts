import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import matchingVectors from '../../../../vectors/names/mx-host-matching.json' with { type: 'json' }
import patternVectors from '../../../../vectors/names/mx-host-patterns.json' with { type: 'json' }
import { type DomainName, parseDomainName } from './domain-name.ts'
import {
  formatMxHostPattern,
  type MxHostPattern,
  matchMxHost,
  parseMxHostPattern,
} from './mx-host-pattern.ts'

function readPattern(text: string) {
  const parsed = parseMxHostPattern(text)
  return parsed.ok ? parsed : { codes: parsed.issues.map(({ code }) => code) }
}

function parsedPatterns(texts: readonly string[]): MxHostPattern[] {
  return texts.map(text => {
    const parsed = parseMxHostPattern(text)
    if (!parsed.ok) throw new Error(parsed.issues[0].message)
    return parsed.value
  })
}

const label = fc.string({ unit: fc.constantFrom('a', 'b', '1', '_'), minLength: 1, maxLength: 3 })
const name = fc
  .tuple(fc.array(label, { maxLength: 4 }), fc.constantFrom('example', 'test'))
  .map(([labels, last]) => [...labels, last].join('.') as DomainName)
const pattern: fc.Arbitrary<MxHostPattern> = fc.record({ wildcard: fc.boolean(), name })

describe('MX host patterns: vectors', () => {
  it.each(patternVectors)('$id', ({ input, expect: expected }) => {
    expect(readPattern(input)).toEqual(expected)
  })

  it.each(matchingVectors)('matching: $id', ({ input, expect: expected }) => {
    // What is no name is no MX host; nothing can match it.
    const mxHost = parseDomainName(input.mxHost, { underscore: true, singleLabel: true })
    const value = mxHost.ok && matchMxHost(mxHost.value, parsedPatterns(input.patterns))
    expect({ ok: true, value, warnings: [] }).toEqual(expected)
  })

  it('have ids of their own', () => {
    for (const vectors of [patternVectors, matchingVectors])
      expect(new Set(vectors.map(({ id }) => id)).size).toBe(vectors.length)
  })
})

describe('parseMxHostPattern', () => {
  it('gives back what formatMxHostPattern wrote', () => {
    fc.assert(
      fc.property(pattern, value => {
        expect(parseMxHostPattern(formatMxHostPattern(value))).toEqual({ ok: true, value, warnings: [] })
      }),
    )
  })

  it('lets nothing through that could be more than one name to an MTA', () => {
    const unit = fc.constantFrom('a', '.', '*', '-', ' ', '\t', ',', '=', ':', '{', '|', '\n', '\0', 'é', '1')
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit, maxLength: 40 }), fc.string({ unit: 'binary' })), text => {
        const parsed = parseMxHostPattern(text)
        if (parsed.ok) expect(formatMxHostPattern(parsed.value)).toMatch(/^(\*\.)?[a-z0-9._-]+$/)
      }),
      { numRuns: 1_000 },
    )
  })

  it('answers a hostile text of 64 KiB at once', () => {
    for (const unit of ['*.', ':', '[', '1.', 'a:', '[IPv6:', 'f', '999.'])
      for (let round = 0; round < 200; round += 1)
        expect(parseMxHostPattern(`${unit.repeat(65_536 / unit.length)}!`).ok).toBe(false)
  })
})

describe('matchMxHost', () => {
  it('allows by a wildcard exactly the names one label below', () => {
    fc.assert(
      fc.property(name, name, (mxHost, parent) => {
        const [, ...rest] = mxHost.split('.')
        expect(matchMxHost(mxHost, [{ wildcard: true, name: parent }])).toBe(rest.join('.') === parent)
      }),
    )
  })

  it('allows by a name exactly that name', () => {
    fc.assert(
      fc.property(name, name, (mxHost, other) => {
        expect(matchMxHost(mxHost, [{ wildcard: false, name: other }])).toBe(mxHost === other)
      }),
    )
  })

  it('allows with more patterns never less', () => {
    fc.assert(
      fc.property(name, fc.array(pattern), fc.array(pattern), (mxHost, some, others) => {
        const wider = matchMxHost(mxHost, [...others, ...some])
        expect(wider).toBe(matchMxHost(mxHost, some) || matchMxHost(mxHost, others))
      }),
    )
  })
})
