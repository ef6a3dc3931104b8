import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatCsvRow } from './csv.ts'

test.each([
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\\u{9}=1"],
  ['\rx', "'\\u{d}x"],
  [' =1', "' =1"],
  ['a,"b"', '"a,""b"""'],
  ['a\r\nb', 'a\\u{d}\\u{a}b'],
  ['\u001b[31mred', '\\u{1b}[31mred'],
  ['=HYPERLINK("http://a.test","x")', '"\'=HYPERLINK(""http://a.test"",""x"")"'],
  ['＝1', "'＝1"],
  ['plain - text', 'plain - text'],
])('%j becomes %j', (cell, written) => {
  expect(formatCsvRow([cell])).toBe(`${written}\r\n`)
})

test('numbers stay numbers and what is missing stays empty', () => {
  expect(formatCsvRow([1, undefined, null, true, 'x'])).toBe('1,,,true,x\r\n')
})

test('a row is one line with as many cells as were given, whatever they hold, and none is a formula', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 6 }), cells => {
      const row = formatCsvRow(cells)
      expect(row.slice(0, -2)).not.toMatch(/[\r\n]/)
      const read = readRow(row.slice(0, -2))
      expect(read).toHaveLength(cells.length)
      for (const cell of read) expect(cell).not.toMatch(/^\s*[=+\-@\t\r\n]/)
    }),
  )
})

/** Reads one row as RFC 4180 has it. */
function readRow(line: string): string[] {
  const cells: string[] = []
  let rest = line
  for (;;) {
    const match = /^(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/.exec(rest)
    if (match === null) throw new Error(`no CSV: ${rest}`)
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    if (match[3] === '') return cells
    rest = rest.slice(match[0].length)
  }
}
