import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatMtaStsPolicy, MAX_POLICY_BYTES, parseMtaStsPolicy } from '../mta-sts/policy.ts'
import type { DomainName } from '../names/domain-name.ts'
import { formatMxHostPattern } from '../names/mx-host-pattern.ts'
import { parsePostfixTlsPolicy } from './parse-tls-policy.ts'
import { MAX_REPLY_BYTES } from './socketmap.ts'
import { formatPostfixTlsPolicy, type PostfixDialect } from './tls-policy.ts'

const dialects: readonly PostfixDialect[] = ['plain', 'tlsrpt']
const policyDomain = 'example.com' as DomainName

/** What Postfix would make of an answer for the policy in a text; undefined where the text is no policy. */
function readByPostfix(text: string, dialect: PostfixDialect) {
  const policy = parseMtaStsPolicy(text)
  if (!policy.ok || policy.value.mxHostPatterns.length === 0) return undefined
  const document = { text, value: policy.value, fetchedAt: 0 }
  const answer = formatPostfixTlsPolicy({ level: 'secure', mtaSts: { policyDomain, document } }, dialect)
  const parsed = parsePostfixTlsPolicy(answer)
  return { answer, patterns: policy.value.mxHostPatterns, parsed }
}

/** Holds for every answer, however hostile the policy it was made from. */
function expectSound(text: string, dialect: PostfixDialect): boolean {
  const read = readByPostfix(text, dialect)
  if (read === undefined) return false
  const { answer, patterns, parsed } = read
  expect(answer.length).toBeLessThanOrEqual(MAX_REPLY_BYTES - 'OK '.length)
  expect(answer).toMatch(/^[\x20-\x7e]+$/)
  if (!parsed.ok) throw new Error(parsed.issues[0].message)
  const { level, servername, match, policyType, mxHostPatterns, policyStrings } = parsed.value
  expect({ level, servername }).toEqual({ level: 'secure', servername: 'hostname' })
  expect(match).toEqual(
    patterns.map(({ wildcard, name }) =>
      wildcard || ['hostname', 'nexthop', 'dot-nexthop'].includes(name) ? `.${name}` : name,
    ),
  )
  const full = dialect === 'tlsrpt' && policyType !== undefined
  expect(policyType).toBe(full ? 'sts' : undefined)
  expect(parsed.value.policyDomain).toBe(full ? policyDomain : undefined)
  expect(mxHostPatterns).toEqual(full ? patterns.map(formatMxHostPattern) : [])
  const lines = text.split('\n').map(line => line.replaceAll('\t', ' ').trim())
  for (const line of policyStrings) expect(lines).toContain(line)
  const { ciphers, protocols, exclude, taFiles, policyFailure, policyTtlSeconds } = parsed.value
  expect([ciphers, protocols, exclude, taFiles, policyFailure, policyTtlSeconds]).toEqual([
    ...[undefined, undefined, undefined],
    ...[[], undefined, undefined],
  ])
  return true
}

const base = ['version: STSv1', 'mode: enforce', 'max_age: 86400']

describe('answers for an MTA-STS policy', () => {
  const text = [...base, 'mx: mx1.example.com', 'mx: *.example.net'].map(line => `${line}\r\n`).join('')

  it('the plain dialect has names and servername only', () => {
    expect(readByPostfix(text, 'plain')?.answer).toBe(
      'secure match=mx1.example.com:.example.net servername=hostname',
    )
  })

  it('the tlsrpt dialect also has what reports and the MX host check need', () => {
    expect(readByPostfix(text, 'tlsrpt')?.answer).toBe(
      'secure match=mx1.example.com:.example.net servername=hostname policy_type=sts policy_domain=example.com ' +
        'mx_host_pattern=mx1.example.com mx_host_pattern=*.example.net { policy_string = version: STSv1 } ' +
        '{ policy_string = mode: enforce } { policy_string = max_age: 86400 } ' +
        '{ policy_string = mx: mx1.example.com } { policy_string = mx: *.example.net }',
    )
  })

  it('a tab in a policy line reaches the report as a space', () => {
    const read = readByPostfix([...base, 'mx:\tmx1.example.com'].join('\n'), 'tlsrpt')
    expect(read?.parsed.ok && read.parsed.value.policyStrings).toContain('mx: mx1.example.com')
  })

  it('lines that could leave their braces, or are not ASCII, are left out and the rest stays', () => {
    const hostile = ['a: } servername=evil.example', 'b: { x', 'c: ü', 'd: plain']
    const read = readByPostfix([...base, 'mx: mx1.example.com', ...hostile].join('\n'), 'tlsrpt')
    expect(read?.parsed.ok && read.parsed.value.policyStrings).toEqual([
      ...base,
      'mx: mx1.example.com',
      'd: plain',
    ])
  })

  it('words that Postfix reads as names of its own do not let every host through', () => {
    for (const keyword of ['hostname', 'nexthop', 'dot-nexthop', 'HOSTNAME']) {
      const read = readByPostfix([...base, `mx: ${keyword}`].join('\n'), 'plain')
      expect(read?.answer).toBe(`secure match=.${keyword.toLowerCase()} servername=hostname`)
    }
  })

  it('levels without a policy are one word that Postfix knows', () => {
    for (const level of ['dane', 'dane-only', 'encrypt', 'secure'] as const) {
      const parsed = parsePostfixTlsPolicy(formatPostfixTlsPolicy({ level }, 'tlsrpt'))
      expect(parsed.ok && parsed.value.level).toBe(level)
    }
  })
})

describe('answers for hostile policies', () => {
  const hostilePieces = fc.constantFrom(
    ...['{', '}', '=', ',', ':', ' ', '\t', '\0', '\r', 'ü', '\u2028', '\ud800', '"', '\\'],
    ...[
      'servername=evil.example',
      'match=evil.example',
      'policy_domain=evil.example',
      '} { policy_type = sts }',
    ],
  )
  const hostileText = fc.array(hostilePieces, { maxLength: 8 }).map(parts => parts.join(''))
  const mxLine = fc.oneof(
    { weight: 6, arbitrary: fc.domain().map(name => `mx: ${name}`) },
    { weight: 6, arbitrary: fc.domain().map(name => `mx: *.${name}`) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        ...['mx: hostname', 'mx: nexthop', 'mx: a_b.example', 'mx: 192.0.2.1', 'mx:\tMX.Example.COM \t'],
      ),
    },
    { weight: 1, arbitrary: hostileText.map(text => `mx: good.example${text}`) },
  )
  const extraValue = hostileText.map(text => `v${text}`)
  const extraLine = fc.tuple(fc.constantFrom('x', 'note', 'servername', 'match'), extraValue)
  const policyText = fc
    .tuple(
      fc.array(mxLine, { minLength: 1, maxLength: 6 }),
      fc.array(
        extraLine.map(([key, text]) => `${key}: ${text}`),
        { maxLength: 4 },
      ),
      fc.constantFrom('\n', '\r\n', ' \n'),
    )
    .map(([mx, extra, end]) => [...base, ...mx, ...extra].join(end))

  it('no policy text gets anything into an answer but its own names and lines', () => {
    let sound = 0
    fc.assert(
      fc.property(policyText, fc.constantFrom(...dialects), (text, dialect) => {
        if (expectSound(text, dialect)) sound += 1
      }),
      { numRuns: 3_000 },
    )
    // Otherwise nothing was proved.
    expect(sound).toBeGreaterThan(500)
  })

  it('the same holds where the text was never checked against the policy', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), hostileText, (random, hostile) => {
        const value = { mode: 'enforce', maxAgeSeconds: 1, mxHostPatterns: [] as never[] } as const
        const name = 'mx1.example.com' as DomainName
        const document = {
          text: `${random}\n${hostile}\n${random}${hostile}`,
          value: { ...value, mxHostPatterns: [{ wildcard: false, name }] },
          fetchedAt: 0,
        }
        const answer = formatPostfixTlsPolicy(
          { level: 'secure', mtaSts: { policyDomain, document } },
          'tlsrpt',
        )
        const parsed = parsePostfixTlsPolicy(answer)
        if (!parsed.ok) throw new Error(parsed.issues[0].message)
        const { match, servername, policyType, mxHostPatterns } = parsed.value
        expect({ match, servername, policyType, mxHostPatterns }).toEqual({
          match: [name],
          servername: 'hostname',
          policyType: 'sts',
          mxHostPatterns: [name],
        })
        expect(parsed.value.policyDomain).toBe(policyDomain)
      }),
      { numRuns: 1_000 },
    )
  })

  it('the largest policies stay within what Postfix reads: lines go first, then patterns, never a name', () => {
    const shortNames = Array.from({ length: 12_000 }, (_, index) => index.toString(36))
    const fill = (line: (index: number) => string) => {
      let text = `${base.join('\n')}\n`
      for (let index = 0; text.length + line(index).length < MAX_POLICY_BYTES; index += 1) text += line(index)
      return text
    }
    const texts = {
      'many short names': fill(index => `mx:x${shortNames[index % shortNames.length]}\n`),
      'many long names': fill(index => `mx: *.${'a'.repeat(60)}.${'b'.repeat(60)}.m${index}.example\n`),
      'one long line': `${base.join('\n')}\nmx: mx1.example.com\nx: ${'y'.repeat(65_000)}`,
      'many lines': `${base.join('\n')}\nmx: mx1.example.com\n${fill(index => `k${index}: v\n`).slice(45)}`,
    }
    for (const text of Object.values(texts)) {
      const cut = text.slice(0, text.lastIndexOf('\n', MAX_POLICY_BYTES) + 1)
      for (const dialect of dialects) expect(expectSound(cut, dialect)).toBe(true)
    }
    const short = readByPostfix(texts['many short names'], 'tlsrpt')
    expect(short?.parsed.ok && short.parsed.value.policyType).toBeUndefined()
    const lines = readByPostfix(
      texts['many lines'].slice(0, texts['many lines'].lastIndexOf('\n', 60_000)),
      'tlsrpt',
    )
    expect(lines?.parsed.ok && lines.parsed.value.policyType).toBe('sts')
    expect(lines?.parsed.ok && lines.parsed.value.policyStrings).toEqual([])
  })

  it('a policy as Sternpost writes it is quoted line by line', () => {
    fc.assert(
      fc.property(fc.array(fc.domain(), { minLength: 1, maxLength: 20 }), names => {
        const parsed = parseMtaStsPolicy([...base, ...names.map(name => `mx: ${name}`)].join('\n'))
        if (!parsed.ok) return
        const text = formatMtaStsPolicy(parsed.value)
        const read = readByPostfix(text, 'tlsrpt')
        expect(read?.parsed.ok && read.parsed.value.policyStrings).toEqual(text.trimEnd().split('\r\n'))
      }),
    )
  })
})
