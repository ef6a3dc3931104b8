import { expect, test } from 'vitest'
import type { DomainName } from '../names/domain-name.ts'
import { parseMxHostPattern } from '../names/mx-host-pattern.ts'
import { explainMxMismatch } from './explain-mx-mismatch.ts'

function explain(mxHost: string, ...patterns: string[]): string | undefined {
  const read = patterns.map(text => {
    const parsed = parseMxHostPattern(text)
    if (!parsed.ok) throw new Error(text)
    return parsed.value
  })
  return explainMxMismatch(mxHost as DomainName, read)
}

test('a host that is allowed needs no explanation', () => {
  expect(explain('mx.example.net', '*.example.net')).toBeUndefined()
})

test('a wildcard taken for two labels is explained with the line that would do', () => {
  expect(explain('a.b.example.net', '*.example.net', '*.net')).toBe(
    '*.example.net does not allow a.b.example.net: the * stands for exactly one label, and a.b is 2. Add a line mx: a.b.example.net or mx: *.b.example.net.',
  )
})

test('a wildcard taken for no label is explained', () => {
  expect(explain('example.net', '*.example.net')).toContain('and here is none')
})

test('a name that only ends alike is not taken for a wildcard mistake', () => {
  expect(explain('mx.badexample.net', '*.example.net')).toContain('which has mx *.example.net')
})

test('no patterns and many patterns are told in one sentence', () => {
  expect(explain('mx.example.net')).toContain('has no mx line')
  const many = Array.from({ length: 50 }, (_, index) => `m${index}.example.org`)
  expect(explain('mx.example.net', ...many)).toContain('and 45 more')
})
