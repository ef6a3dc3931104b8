import { expect, test } from 'vitest'
import { reverseName } from './reverse-name.ts'

test('an address has its reverse name in either family, and nothing else has one', () => {
  expect(reverseName('192.0.2.1')).toBe('1.2.0.192.in-addr.arpa')
  expect(reverseName('2001:DB8::567:89ab')).toBe(
    'b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
  )
  for (const text of ['mx.example.test', '0x7f.1', 'fe80::1%lo', ''])
    expect(() => reverseName(text)).toThrow(RangeError)
})
