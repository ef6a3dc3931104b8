import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createAddressGuard, isPublicAddress } from './public-address.ts'

const publicOnes = [
  '1.1.1.1',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.0',
  '169.253.255.255',
  '169.255.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.167.255.255',
  '192.169.0.0',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
  '2606:4700::1111',
  '2a00:1450:4001::1',
  '2000::1',
  '::ffff:8.8.8.8',
  '64:ff9b::808:808',
  '2002:808:808::1',
]

const refusedOnes = [
  ['0.0.0.0', 'this network'],
  ['0.1.2.3', 'this network'],
  ['10.0.0.0', 'private'],
  ['10.255.255.255', 'private'],
  ['100.64.0.0', 'carrier-grade NAT'],
  ['100.100.100.200', 'carrier-grade NAT'],
  ['100.127.255.255', 'carrier-grade NAT'],
  ['127.0.0.1', 'loopback'],
  ['127.255.255.255', 'loopback'],
  ['168.63.129.16', 'metadata'],
  ['169.254.0.0', 'link-local'],
  ['169.254.169.254', 'link-local'],
  ['172.16.0.0', 'private'],
  ['172.31.255.255', 'private'],
  ['192.0.0.192', 'reserved'],
  ['192.0.2.1', 'reserved'],
  ['192.88.99.1', 'reserved'],
  ['192.168.0.1', 'private'],
  ['198.18.0.1', 'reserved'],
  ['198.19.255.255', 'reserved'],
  ['198.51.100.7', 'reserved'],
  ['203.0.113.7', 'reserved'],
  ['224.0.0.1', 'multicast'],
  ['239.255.255.255', 'multicast'],
  ['240.0.0.1', 'reserved'],
  ['255.255.255.255', 'broadcast'],
  ['::', 'this network'],
  ['::1', 'loopback'],
  ['::7f00:1', 'reserved'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['::ffff:a9fe:a9fe', 'link-local'],
  ['::ffff:0:10.0.0.1', 'reserved'],
  ['64:ff9b::7f00:1', 'loopback'],
  ['64:ff9b::10.0.0.1', 'private'],
  ['64:ff9b:1::808:808', 'reserved'],
  ['100::1', 'discard'],
  ['2001::', 'this network'],
  ['2001:0:a00:1::f7f7:f7f7', 'private'],
  ['2001:0:808:808::80ff:fffe', 'loopback'],
  ['2001:2::1', 'benchmarks'],
  ['2001:10::1', 'reserved'],
  ['2001:db8::1', 'reserved'],
  ['2002:7f00:1::1', 'loopback'],
  ['2002:c0a8:1::1', 'private'],
  ['3fff::1', 'reserved'],
  ['4000::1', 'reserved'],
  ['5f00::1', 'reserved'],
  ['fc00::1', 'unique-local'],
  ['fd00:ec2::254', 'unique-local'],
  ['fe80::1', 'link-local'],
  ['fec0::1', 'site-local'],
  ['ff02::1', 'multicast'],
] as const

const noAddresses = [
  '',
  'localhost',
  '127.1',
  '0x7f.0.0.1',
  '0177.0.0.1',
  '2130706433',
  '8.8.8.8.8',
  ' 8.8.8.8',
  '8.8.8.8\n',
  'fe80::1%lo',
  '2606:4700::1111%lo',
  '[2606:4700::1111]',
  ':::',
]

describe('isPublicAddress', () => {
  test.each(publicOnes)('%s is public', address => {
    expect(isPublicAddress(address)).toBe(true)
    expect(createAddressGuard()(address)).toEqual({ allowed: true })
  })

  test.each(refusedOnes)('%s is not public: %s', (address, reason) => {
    expect(isPublicAddress(address)).toBe(false)
    expect(createAddressGuard()(address)).toEqual({
      allowed: false,
      reason: expect.stringContaining(reason),
    })
  })

  test.each(noAddresses)('%j is no address, hence not public, even when everything is allowed', text => {
    expect(isPublicAddress(text)).toBe(false)
    expect(createAddressGuard({ allow: ['0.0.0.0/0', '::/0'] })(text).allowed).toBe(false)
  })

  test('an IPv6 address that carries a private IPv4 address is never public', () => {
    const ipv4 = fc.tuple(fc.constantFrom(10, 127), fc.nat(255), fc.nat(255), fc.nat(255))
    fc.assert(
      fc.property(ipv4, ([a, b, c, d]) => {
        const high = ((a << 8) | b).toString(16)
        const low = ((c << 8) | d).toString(16)
        expect(isPublicAddress(`::ffff:${high}:${low}`)).toBe(false)
        expect(isPublicAddress(`64:ff9b::${high}:${low}`)).toBe(false)
        expect(isPublicAddress(`2002:${high}:${low}::1`)).toBe(false)
        expect(isPublicAddress(`2001:0:${high}:${low}::f7f7:f7f7`)).toBe(false)
      }),
    )
  })

  test('any text gives an answer', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV4Extended(), fc.ipV6()), text => {
        expect(typeof isPublicAddress(text)).toBe('boolean')
      }),
    )
  })
})

describe('createAddressGuard', () => {
  test('an allowed network lets in its addresses and nothing beside it', () => {
    const guard = createAddressGuard({ allow: ['10.1.0.0/16', '::1', 'fd00:1::/32'] })
    const allowed = (address: string) => guard(address).allowed
    expect(['10.1.0.0', '10.1.255.255', '::1', 'fd00:1::5'].map(allowed)).toEqual([true, true, true, true])
    expect(['10.0.255.255', '10.2.0.0', '::2', 'fd00:2::5', '127.0.0.1'].map(allowed)).toEqual(
      Array.from({ length: 5 }, () => false),
    )
  })

  test('an allowed IPv4 network covers the mapped form, which reaches the same host, but no tunnel', () => {
    const guard = createAddressGuard({ allow: ['127.0.0.0/8'] })
    expect(guard('::ffff:127.0.0.1').allowed).toBe(true)
    expect(guard('64:ff9b::7f00:1').allowed).toBe(false)
    expect(guard('2002:7f00:1::1').allowed).toBe(false)
  })

  test.each(['', '10.0.0.0/33', '::/129', '10/8', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/8/8', 'example.com'])(
    'the entry %j is an error of whoever configured it',
    entry => {
      expect(() => createAddressGuard({ allow: [entry] })).toThrow(TypeError)
    },
  )
})
