import { sendingNetworkOf } from '@sternpost/protocol'
import { expect, test } from 'vitest'
import { addressFamilyOf } from './address-family.ts'

test.each([
  ['192.0.2.77', '192.0.2.0/24', 'ipv4'],
  ['::ffff:192.0.2.77', '192.0.2.0/24', 'ipv4'],
  ['2001:db8:1:2::3', '2001:db8:1::/48', 'ipv6'],
  ['2001:0DB8::1', '2001:db8::/48', 'ipv6'],
  ['2001:db8:0:5::', '2001:db8::/48', 'ipv6'],
  ['2001:db8:1:2:3:4:192.0.2.1', '2001:db8:1::/48', 'ipv6'],
  ['::1', '::/48', 'ipv6'],
  ['', undefined, undefined],
  ['unknown', undefined, undefined],
  ['192.0.2.256', undefined, undefined],
  [null, undefined, undefined],
])('%s is of %s, %s', (address, network, family) => {
  expect(sendingNetworkOf(address)).toBe(network)
  expect(addressFamilyOf(address)).toBe(family)
})
