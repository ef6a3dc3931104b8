import { describe, expect, it } from 'vitest'
import { formatTxtData } from './format-txt-data.ts'

describe('formatTxtData', () => {
  it('writes strings of 255 characters at most, escaped for a zone file', () => {
    expect(formatTxtData('v=STSv1; id=a;')).toBe('"v=STSv1; id=a;"')
    expect(formatTxtData('')).toBe('""')
    expect(formatTxtData('a"b\\c\td\u00e9')).toBe('"a\\"b\\\\c\\009d\\233"')
    expect(formatTxtData('x'.repeat(300))).toBe(`"${'x'.repeat(255)}" "${'x'.repeat(45)}"`)
  })
})
