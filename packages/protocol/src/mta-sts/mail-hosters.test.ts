import { describe, expect, it } from 'vitest'
import { parseMxHostPattern } from '../names/mx-host-pattern.ts'
import { hosterPatterns, mailHosterOf, mailHosters } from './mail-hosters.ts'

describe('mail hosters', () => {
  it('have patterns that can be read and are for their own hosts, and say where they come from', () => {
    for (const hoster of Object.values(mailHosters)) {
      expect(hoster.source).not.toBe('')
      for (const text of hoster.patterns) {
        expect(parseMxHostPattern(text).ok, text).toBe(true)
        expect(mailHosterOf(text.replace('*', 'host')), text).toBe(hoster)
      }
    }
  })

  it('are known by a host at or below their names, and by no name that only ends alike', () => {
    expect(mailHosterOf('example-com.mail.protection.outlook.com')).toBe(mailHosters.microsoft)
    expect(mailHosterOf('smtp.google.com')).toBe(mailHosters.google)
    expect(mailHosterOf('notmessagingengine.com')).toBeUndefined()
    expect(mailHosterOf('mx.example.com')).toBeUndefined()
  })

  it('give hosts that may change a wildcard of the same depth', () => {
    expect(hosterPatterns(mailHosters.microsoftDane, 'example-com.h-v1.mx.microsoft')).toEqual([
      '*.h-v1.mx.microsoft',
    ])
  })
})
