import { expect, test } from 'vitest'
import { domainWords, readDomainsField } from './domains-field.ts'

test('nothing typed means all domains, and a list may be separated in any way', () => {
  expect(readDomainsField(' \n ')).toBe('all')
  expect(readDomainsField('a.example, b.example;c.example\nd.example')).toEqual([
    'a.example',
    'b.example',
    'c.example',
    'd.example',
  ])
})

test('no domain at all is not told as all', () => {
  expect(domainWords([])).toBe('None')
  expect(domainWords('all')).toBe('All')
})
