import { domainToASCII } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import vectors from '../../../../vectors/postfix/next-hops.json' with { type: 'json' }
import { isDomainName } from '../names/domain-name.ts'
import { formatNextHop, parseNextHopKey } from './next-hop.ts'

describe('next hops: vectors', () => {
  it.each(vectors)('$id', ({ input, expect: expected }) => {
    const parsed = parseNextHopKey(input, domainToASCII)
    const value =
      parsed.kind === 'next-hop' ? { ...parsed, canonical: formatNextHop(parsed.nextHop) } : parsed
    expect({ ok: true, value, warnings: [] }).toEqual(expected)
  })
})

const pieces = fc.constantFrom(
  '[',
  ']',
  ':',
  '.',
  'a',
  'EXAMPLE',
  'ü',
  '25',
  '::1',
  '\0',
  ' ',
  '/',
  '%2e',
  '。',
  '_',
  '-',
)
const anyKey = fc.oneof(
  fc.array(pieces, { maxLength: 12 }).map(parts => parts.join('')),
  fc.string({ unit: 'binary' }),
  fc.webAuthority({ withPort: true }),
)

describe('next hops: properties', () => {
  it('a key is read as a name, a parent or nothing, never refused with an exception', () => {
    fc.assert(
      fc.property(anyKey, key => {
        const parsed = parseNextHopKey(key, domainToASCII)
        if (parsed.kind !== 'next-hop') return
        expect(isDomainName(parsed.nextHop.domain)).toBe(true)
        expect(parsed.nextHop.domain).toContain('.')
        expect(parsed.nextHop.port).toBeGreaterThan(0)
        expect(parsed.nextHop.port).toBeLessThan(65_536)
      }),
      { numRuns: 2_000 },
    )
  })

  it('the canonical form is read as the same next hop', () => {
    fc.assert(
      fc.property(
        fc.domain(),
        fc.integer({ min: 1, max: 65_535 }),
        fc.boolean(),
        (domain, port, bracketed) => {
          const key = formatNextHop({ domain: domain as never, port, bracketed })
          const parsed = parseNextHopKey(key)
          expect(parsed).toEqual({
            kind: 'next-hop',
            nextHop: { domain: domain.toLowerCase(), port, bracketed },
          })
        },
      ),
    )
  })

  it('whatever follows a name beyond ASCII, no other name comes of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 1 }), tail => {
        const parsed = parseNextHopKey(`ü.example${tail}`, domainToASCII)
        if (parsed.kind !== 'next-hop') return
        expect(tail).toMatch(/^[A-Za-z0-9.-]*(:[a-z0-9]+)?$/)
        const name = /^[^:]*/.exec(tail)?.[0].toLowerCase().replace(/\.$/, '')
        expect(parsed.nextHop.domain.endsWith(name ?? '')).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  it('keys of any length cost no more than their length', () => {
    for (const key of ['['.repeat(1e6), ':'.repeat(1e6), 'a.'.repeat(5e5), 'ü'.repeat(1e6), '1'.repeat(1e6)])
      expect(parseNextHopKey(key, domainToASCII)).toEqual({ kind: 'no-domain' })
  })
})
