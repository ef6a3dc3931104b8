import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { selectTxtRecord } from './select-txt-record.ts'
import { tokenizeRecord } from './tokenize-record.ts'

const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: fc.constantFrom('a', '=', ';', ' ', '\t'), maxLength: 40 }),
)

describe('tokenizeRecord', () => {
  it('gives a text of white space alone no field', () => {
    expect(tokenizeRecord('')).toEqual({ fields: [], terminated: false })
    expect(tokenizeRecord(' \t ')).toEqual({ fields: [], terminated: false })
  })

  it('tells a final delimiter from an empty field before it', () => {
    expect(tokenizeRecord('a=1;').fields.map(field => field.text)).toEqual(['a=1'])
    expect(tokenizeRecord('a=1; ').terminated).toBe(true)
    expect(tokenizeRecord('a=1').terminated).toBe(false)
    expect(tokenizeRecord('a=1;;').fields.map(field => field.text)).toEqual(['a=1', ''])
    expect(tokenizeRecord(';').fields.map(field => field.text)).toEqual([''])
  })

  it('reads what dialects with white space beside = need, and says that it was there', () => {
    const [version, policy] = tokenizeRecord('v = DMARC1 ;\tP\t= reject').fields
    expect(version).toEqual({
      text: 'v = DMARC1',
      column: 1,
      name: 'v',
      value: 'DMARC1',
      valueColumn: 5,
      spaceAroundEquals: true,
      spaceBefore: false,
      spaceAfter: true,
    })
    expect(policy).toMatchObject({
      column: 14,
      name: 'P',
      value: 'reject',
      valueColumn: 18,
      spaceBefore: true,
    })
  })

  it('divides name and value at the first = only', () => {
    expect(tokenizeRecord('l=https://example.com/?a=b').fields[0]).toMatchObject({
      name: 'l',
      value: 'https://example.com/?a=b',
      spaceAroundEquals: false,
    })
  })

  it('tells an empty value from none', () => {
    expect(tokenizeRecord('a=').fields[0]).toMatchObject({
      value: '',
      valueColumn: 3,
      spaceAroundEquals: false,
    })
    expect(tokenizeRecord('a').fields[0]).toMatchObject({ name: 'a', value: null, valueColumn: 2 })
  })

  it('loses no character but delimiters and white space, and every column is true', () => {
    fc.assert(
      fc.property(hostileText, text => {
        const { fields, terminated } = tokenizeRecord(text)
        for (const field of fields) {
          expect(text.startsWith(field.text, field.column - 1)).toBe(true)
          if (field.value !== null) expect(text.startsWith(field.value, field.valueColumn - 1)).toBe(true)
        }
        const kept = fields.map(field => field.text).join(';') + (terminated ? ';' : '')
        const squeeze = (full: string) => full.replaceAll(/[ \t]/g, '')
        expect(squeeze(kept)).toBe(squeeze(text))
      }),
    )
  })
})

describe('selectTxtRecord', () => {
  const isOurs = (text: string) => text.startsWith('v=ours;')

  it('puts aside what is not ours before it counts', () => {
    expect(selectTxtRecord([], isOurs)).toEqual({ kind: 'none' })
    expect(selectTxtRecord(['other', 'v=ours'], isOurs)).toEqual({ kind: 'none' })
    expect(selectTxtRecord(['other', 'v=ours;1'], isOurs)).toEqual({ kind: 'one', text: 'v=ours;1' })
  })

  it('counts a record twice that is there twice', () => {
    expect(selectTxtRecord(['v=ours;', 'x', 'v=ours;'], isOurs)).toEqual({
      kind: 'multiple',
      texts: ['v=ours;', 'v=ours;'],
    })
  })
})
