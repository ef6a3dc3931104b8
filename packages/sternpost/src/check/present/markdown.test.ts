import fc from 'fast-check'
import { lexer, type Token, type Tokens } from 'marked'
import { describe, expect, test } from 'vitest'
import { hostileTexts, sampleCheck, sampleFinding, sampleOutcome } from '../testing/index.ts'
import { formatMarkdown } from './markdown.ts'

const ownTokens = new Set(['heading', 'space', 'list', 'list_item', 'text', 'strong', 'codespan', 'code'])
const inTables = new Set([...ownTokens, 'table', 'paragraph', 'escape'])

describe('results as Markdown', () => {
  test('a finding says what is wrong, what was seen and what to change', () => {
    expect(formatMarkdown([sampleCheck([sampleFinding('example.com')])])).toMatchInlineSnapshot(`
      "## Check of example.com: 1 error

      - **error** The policy does not list mx2.example.com: senders that enforce it deliver nothing there.
        - seen: \`example.com\` (192.0.2.53:53)
        - change: Add mx2.example.com to the policy, then change the id in the record.

          \`\`\`text
          version: STSv1
          mx: example.com
          max_age: 604800
          \`\`\`


          \`\`\`text
          _mta-sts 300 IN TXT "example.com"
          \`\`\`

        - \`mta-sts/mx-not-listed\`, RFC 8461 §4.1: \`docs/findings/mta-sts/mx-not-listed.md\`

      Measured 2026-06-01 12:00:00 UTC in 1.2 s, DNS by 192.0.2.53:53 (validating DNSSEC).
      "
    `)
  })

  test('the table of deliveries has a column for each sender', () => {
    const check = sampleCheck([], {
      simulation: [
        sampleOutcome(
          'opportunistic',
          { 'mx1.example.com': 'delivered-unprotected' },
          'Nobody asks for more.',
        ),
        sampleOutcome(
          'mta-sts-only',
          { 'mx1.example.com': 'delivered-verified' },
          'The certificate is right.',
        ),
      ],
    })
    const table = lexer(formatMarkdown([check])).find(token => token.type === 'table')
    expect((table as Tokens.Table).header.map(({ text }) => text)).toEqual([
      'MX host',
      'opportunistic',
      'MTA-STS only',
    ])
  })

  test('foreign text stays text: no link, image, HTML, heading, or cell of its own', () => {
    const foreign = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.constantFrom(...hostileTexts))
    fc.assert(
      fc.property(fc.array(foreign, { minLength: 1, maxLength: 4 }), texts => {
        const check = sampleCheck(
          texts.map(text => sampleFinding(text)),
          {
            domain: texts[0] ?? '',
            simulation: [sampleOutcome('both', { [`mx${texts[0]}`]: 'deferred' }, `because ${texts[0]}`)],
          },
        )
        const tokens = [...allTokens(lexer(formatMarkdown([check])))]
        expect(tokens.filter(({ type }) => !inTables.has(type)).map(({ raw }) => raw)).toEqual([])
        expect(
          tokens.filter(token => token.type === 'heading').map(heading => (heading as Tokens.Heading).depth),
        ).toEqual([2, 3])
        const table = tokens.find(({ type }) => type === 'table')
        expect((table as Tokens.Table).rows.map(row => row.length)).toEqual([2, 2])
      }),
      { numRuns: 100 },
    )
  })
})

function* allTokens(tokens: readonly Token[]): Generator<Token> {
  for (const token of tokens) {
    yield token
    if ('tokens' in token && token.tokens !== undefined) yield* allTokens(token.tokens)
    if (token.type === 'list') yield* allTokens(token.items)
    if (token.type === 'table') {
      const { header, rows } = token as Tokens.Table
      for (const cell of [...header, ...rows.flat()]) yield* allTokens(cell.tokens)
    }
  }
}
