import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import vectors from '../../../../vectors/postfix/tls-policies.json' with { type: 'json' }
import { type PostfixTlsPolicyEntry, parsePostfixTlsPolicy, postfixTlsLevels } from './parse-tls-policy.ts'
import { MAX_REPLY_BYTES } from './socketmap.ts'

/** An entry without what it says nothing of. */
function said(entry: PostfixTlsPolicyEntry) {
  return Object.fromEntries(
    Object.entries(entry).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
    ),
  )
}

describe('Postfix TLS policies: vectors', () => {
  it.each(vectors)('$id', ({ input, expect: expected }) => {
    const parsed = parsePostfixTlsPolicy(input)
    expect(
      parsed.ok
        ? { ok: true, value: said(parsed.value), warnings: parsed.warnings.map(({ code }) => code) }
        : { codes: parsed.issues.map(({ code }) => code) },
    ).toEqual(expected)
  })
})

describe('Postfix TLS policies: properties', () => {
  const words = fc.constantFrom(
    ...postfixTlsLevels,
    ...['match', 'servername', 'policy_type', 'policy_string', 'sts', 'hostname', 'a.example'],
    ...['=', '{', '}', ' ', ',', '\t', '\n', '\0', ':', 'ü'],
  )

  it('no text crashes it', () => {
    const anyText = fc.oneof(
      fc.array(words, { maxLength: 30 }).map(parts => parts.join('')),
      fc.array(words, { maxLength: 30 }).map(parts => `secure ${parts.join('')}`),
      fc.string({ unit: 'binary' }),
    )
    fc.assert(
      fc.property(anyText, text => {
        const parsed = parsePostfixTlsPolicy(text)
        if (parsed.ok) expect(postfixTlsLevels).toContain(parsed.value.level)
        else for (const { message } of parsed.issues) expect(message).toMatch(/^[\x20-\x7e…]+$/)
      }),
      { numRuns: 3_000 },
    )
  })

  it('the longest texts are read to their end, longer ones not at all', () => {
    for (const unit of ['{', '}', '{}', ' ', ',', '=', 'a=', 'match=a ', '{ match = a } ']) {
      const text = `secure ${unit.repeat(MAX_REPLY_BYTES)}`
      expect(parsePostfixTlsPolicy(text).ok).toBe(false)
      const fitting = parsePostfixTlsPolicy(text.slice(0, MAX_REPLY_BYTES))
      expect(fitting.ok || fitting.issues[0].code === 'postfix/tls-policy').toBe(true)
    }
    const many = parsePostfixTlsPolicy(`secure ${'match=a '.repeat(10_000)}`)
    expect(many.ok && many.value.match.length).toBe(10_000)
  })
})
