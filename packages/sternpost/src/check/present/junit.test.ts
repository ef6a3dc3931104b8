import { parseXml, type XmlElement, XmlText } from '@rgrove/parse-xml'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hostileTexts, sampleCheck, sampleFinding } from '../testing/index.ts'
import { formatJunit } from './junit.ts'

const mixed = [
  sampleFinding('example.com'),
  sampleFinding('example.com', { severity: 'warning', code: 'tls-rpt/record-none' }),
  sampleFinding('example.com', { severity: 'unknown', code: 'smtp/unreachable' }),
  sampleFinding('example.com', { severity: 'ok', code: 'mx/fine' }),
]

describe('results as JUnit XML', () => {
  test('a finding at the threshold fails, an unknown one is skipped, the rest passes', () => {
    const root = parsed(formatJunit([sampleCheck(mixed)], 'warning'))
    expect(root.attributes).toMatchObject({ tests: '4', failures: '2', errors: '0', skipped: '1' })
    const [suite] = elements(root)
    expect(suite?.attributes).toMatchObject({ name: 'example.com', timestamp: '2026-06-01T12:00:00' })
    const outcomes = elements(suite).map(testCase => elements(testCase)[0]?.name)
    expect(outcomes).toEqual(['failure', 'failure', 'skipped', 'system-out'])
  })

  test('a threshold of never fails nothing', () => {
    expect(parsed(formatJunit([sampleCheck(mixed)], 'never')).attributes).toMatchObject({ failures: '0' })
  })

  test('the ready text stands in the failure, line by line', () => {
    const [suite] = elements(parsed(formatJunit([sampleCheck([sampleFinding('example.com')])], 'error')))
    expect(elements(suite)[0]?.text).toContain('\nversion: STSv1\nmx: example.com\nmax_age: 604800\n')
  })

  test('whatever text comes from outside, the XML is well-formed and has no element more', () => {
    const foreign = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...hostileTexts))
    fc.assert(
      fc.property(foreign, fc.constantFrom('error', 'unknown', 'advice'), (text, severity) => {
        const check = sampleCheck([sampleFinding(text, { severity })], { domain: text })
        const [suite, ...others] = elements(parsed(formatJunit([check], 'error')))
        expect([elements(suite).length, others.length]).toEqual([1, 0])
      }),
      { numRuns: 100 },
    )
  })
})

function parsed(xml: string): XmlElement {
  const { root } = parseXml(xml)
  if (root === null) throw new Error('no root')
  return root
}

function elements(parent: XmlElement | undefined): XmlElement[] {
  return (parent?.children ?? []).filter(
    (child): child is XmlElement => 'attributes' in child && !(child instanceof XmlText),
  )
}
