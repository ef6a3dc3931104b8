import fc from 'fast-check'
import { type DefaultTreeAdapterTypes, parse } from 'parse5'
import { describe, expect, test } from 'vitest'
import { hostileTexts, sampleCheck, sampleFinding, sampleOutcome } from '../testing/index.ts'
import { formatHtml } from './html.ts'

/** Every element and attribute the file is made of; anything else came from outside. */
const ownElements = new Set(
  `html head meta title style body main section header h1 h2 h3 p article span ul li code bdi b details summary
   figure figcaption pre div table thead tbody tfoot tr th td footer nav a`.split(/\s+/),
)
const ownAttributes = new Set(
  'lang charset http-equiv content name id class tabindex scope href aria-label'.split(' '),
)

type Element = DefaultTreeAdapterTypes.Element

describe('results as an HTML file', () => {
  test('one file: no script, nothing loaded, and a policy that forbids both', () => {
    const html = formatHtml([sampleCheck([sampleFinding('example.com')])], '1.2.3')
    expect(html).not.toMatch(/<script|<link|src=|url\(|@import/i)
    expect(html).toMatch(/Content-Security-Policy" content="default-src 'none'; style-src 'sha256-/)
  })

  test('several domains have a list of contents', () => {
    const html = formatHtml([sampleCheck([]), sampleCheck([], { domain: 'example.org' })], '1.2.3')
    expect(html).toContain('<a href="#domain-2"><bdi>example.org</bdi></a>')
  })

  test('whatever text comes from outside, no element or attribute more comes of it', () => {
    const foreign = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...hostileTexts))
    fc.assert(
      fc.property(foreign, text => {
        const check = sampleCheck([sampleFinding(text)], {
          domain: text,
          simulation: [sampleOutcome('both', { [`mx${text}`]: 'deferred' }, text)],
        })
        for (const element of elements(parse(formatHtml([check], '1.2.3')))) {
          expect(ownElements).toContain(element.tagName)
          for (const { name } of element.attrs) expect(ownAttributes).toContain(name)
        }
      }),
      { numRuns: 100 },
    )
  })

  test('a text of ten megabytes is cut', () => {
    const html = formatHtml([sampleCheck([sampleFinding('x'.repeat(10_000_000))])], '1.2.3')
    expect(html.length).toBeLessThan(200_000)
    expect(html).toContain('(cut: 10000000 characters)')
  })
})

function* elements(node: DefaultTreeAdapterTypes.ParentNode): Generator<Element> {
  for (const child of node.childNodes) {
    if (!('tagName' in child)) continue
    yield child
    yield* elements(child)
  }
}
