import { expect, test } from 'vitest'
import { readMxText } from './read-mx-text.ts'

test.each([
  ['names one below the other', 'mx1.example.com\n\n mx2.example.com \n'],
  ['names in a line', 'mx1.example.com, mx2.example.com'],
  [
    'the output of dig',
    'example.com. 3600 IN MX 10 mx1.example.com.\nexample.com. 3600 IN MX 20 mx2.example.com.',
  ],
  ['the short output of dig', '10 mx1.example.com.\r\n20 MX2.Example.com.'],
  ['lines of a zone file', '@ IN MX 10 mx1.example.com. ; the first\n   IN MX 20 mx2.example.com.'],
  ['the same twice', 'mx1.example.com\nmx2.example.com\nmx1.example.com.'],
])('reads %s', (_form, text) => {
  expect(readMxText(text)).toEqual(['mx1.example.com', 'mx2.example.com'])
})

test('finds nothing in nothing', () => {
  expect(readMxText(' \n; only a comment\n')).toEqual([])
})
