import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeXml, readElements, readText } from './xml-text.ts'

describe('the XML of answers', () => {
  it('elements are found by their whole name, empty ones too', () => {
    const xml = '<List a="1"><Item>1</Item><ItemId>2</ItemId><Item/><Item >3</Item></List>'
    expect(readElements(xml, 'Item').map(({ inner }) => inner)).toEqual(['1', '', '3'])
    expect(readText(xml, 'ItemId')).toBe('2')
    expect(readText(xml, 'List')).toBeUndefined()
  })

  it('declarations and elements left open give nothing', () => {
    expect(readElements('<!DOCTYPE x [<!ENTITY a "b">]><A>&a;</A>', 'A')).toEqual([])
    expect(readElements('<A>1', 'A')).toEqual([])
    expect(readElements('<A', 'A')).toEqual([])
  })

  it('any text comes back as it was, and any noise is survived', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(readText(`<A>${escapeXml(text)}</A>`, 'A')).toBe(text)
        readElements(text, 'A')
      }),
    )
  })
})
