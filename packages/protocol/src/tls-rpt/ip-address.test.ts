import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalizeIpAddress } from './ip-address.ts'

describe('normalizeIpAddress', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    [' 192.0.2.1/32 ', '192.0.2.1'],
    ['[192.0.2.1]', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8:0:1:0:0:0:1', '2001:db8:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['IPv6:2001:db8::1%eth0/128', '2001:db8::1'],
    ['::', '::'],
    ['1::', '1::'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ])('%s is %s', (text, address) => {
    expect(normalizeIpAddress(text)).toBe(address)
  })

  it.each([
    '', '1', '192.0.2', '192.0.2.256', '192.0.2.01', '192.0.2.1.', '.192.0.2.1', '192..2.1', '192.0.2.1:25',
    ':', ':::', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1::2::3', '12345::', '::1:', ':1::', 'g::', '::1.2.3',
    '1:2:3:4:5:6:7:1.2.3.4', '1.2.3.4::', '1:2:3:4:5:6:7:8::', 'mx.example.com', '\u0661::',
  ])('%j is none', text => {
    expect(normalizeIpAddress(text)).toBeUndefined()
  }) // biome-ignore format: a list

  it('agrees with node:net on what is an address, and its form is stable', () => {
    const piece = fc.constantFrom(
      '0',
      '1',
      'ff',
      'FFFF',
      '0db8',
      '00000',
      ':',
      '::',
      '.',
      '255',
      '256',
      '1.2.3.4',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 17 }), pieces => {
        const text = pieces.join('')
        const address = normalizeIpAddress(text)
        expect(address !== undefined).toBe(isIP(text) !== 0)
        if (address !== undefined) expect(normalizeIpAddress(address)).toBe(address)
      }),
      { numRuns: 5_000 },
    )
  })

  it('writes IPv6 as a URL does', () => {
    const group = fc.constantFrom('0', '0000', '1', '0a', 'FFFF')
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), groups => {
        const address = normalizeIpAddress(groups.join(':'))
        if (address?.includes(':'))
          expect(`[${address}]`).toBe(new URL(`http://[${groups.join(':')}]`).hostname)
      }),
      { numRuns: 2_000 },
    )
  })
})
