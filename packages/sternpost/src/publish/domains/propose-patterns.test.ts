import { type DomainName, formatMxHostPattern, matchMxHost } from '@sternpost/protocol'
import { describe, expect, it } from 'vitest'
import { mxPresetNames, mxPresets } from './mx-presets.ts'
import { presetPatterns, proposePatterns, proposeWildcards, recognizeHoster } from './propose-patterns.ts'

const names = (...hosts: string[]) => hosts as DomainName[]

describe('patterns', () => {
  it('are the hosts themselves, each once', () => {
    const hosts = names('mx1.example.com', 'mx2.example.com', 'mx1.example.com')
    expect(proposePatterns(hosts).map(formatMxHostPattern)).toEqual(['mx1.example.com', 'mx2.example.com'])
  })

  it('have a wildcard only where it stands for several, and never one for a whole top-level domain', () => {
    const hosts = names('mx1.example.com', 'mx2.example.com', 'mx.example.net', 'one.test', 'two.test')
    expect(proposeWildcards(hosts).map(formatMxHostPattern)).toEqual([
      '*.example.com',
      'mx.example.net',
      'one.test',
      'two.test',
    ])
  })
})

describe('presets', () => {
  it('hold patterns that can be read, and say where they come from', () => {
    for (const name of mxPresetNames) {
      expect(presetPatterns(name)).toHaveLength(mxPresets[name].patterns.length)
      expect(mxPresets[name].source).not.toBe('')
    }
  })

  it('are recognized by the hosts of a customer', () => {
    expect(recognizeHoster(names('example-com.mail.protection.outlook.com'))?.title).toBe('Microsoft 365')
    expect(recognizeHoster(names('mail.protonmail.ch', 'mailsec.protonmail.ch'))?.title).toBe('Proton Mail')
    expect(recognizeHoster(names('mail.protonmail.ch', 'mx.example.com'))).toBeUndefined()
    expect(recognizeHoster([])).toBeUndefined()
  })

  it('know that Microsoft’s hosts for DANE are two labels deep', () => {
    const host = 'example-com.h-v1.mx.microsoft' as DomainName
    expect(matchMxHost(host, [{ wildcard: true, name: 'mx.microsoft' as DomainName }])).toBe(false)
    expect(matchMxHost(host, presetPatterns('microsoft'))).toBe(false)
    expect(proposePatterns([host]).map(formatMxHostPattern)).toEqual([host])
  })
})
