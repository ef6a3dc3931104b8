import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatResolverAddress, isLoopbackAddress, parseResolverAddress } from './resolver-address.ts'

describe('parseResolverAddress', () => {
  it.each([
    ['192.0.2.53', '192.0.2.53:53'],
    ['192.0.2.53:5353', '192.0.2.53:5353'],
    ['udp://192.0.2.53', '192.0.2.53:53'],
    ['2001:db8::53', '[2001:db8::53]:53'],
    ['[2001:db8::53]', '[2001:db8::53]:53'],
    ['[2001:db8::53]:5353', '[2001:db8::53]:5353'],
    ['fe80::1%eth0', '[fe80::1%eth0]:53'],
    ['[fe80::1%eth0]:54', '[fe80::1%eth0]:54'],
    ['tcp://192.0.2.53', 'tcp://192.0.2.53:53'],
    ['TLS://192.0.2.53', 'tls://192.0.2.53:853'],
    ['tls://192.0.2.53:8853#DNS.example.net', 'tls://192.0.2.53:8853#dns.example.net'],
    ['tls://[2001:db8::53]#dns.example.net', 'tls://[2001:db8::53]:853#dns.example.net'],
  ])('reads %s', (text, formatted) => {
    const parsed = parseResolverAddress(text)
    if (!parsed.ok) throw new Error(parsed.issues[0].message)
    expect(formatResolverAddress(parsed.value)).toBe(formatted)
    expect(parseResolverAddress(formatted)).toEqual(parsed)
  })

  it.each([
    ['', 'it must be ADDRESS'],
    ['dns.example.net', 'by IP address'],
    ['tls://dns.example.net', 'by IP address'],
    ['192.0.2.53:0', 'port'],
    ['192.0.2.53:65536', 'port'],
    ['192.0.2.53:', 'it must be ADDRESS'],
    ['192.0.2.53:53x', 'it must be ADDRESS'],
    ['[192.0.2.53]:53', 'it must be ADDRESS'],
    ['2001:db8::53]:53', 'it must be ADDRESS'],
    ['https://192.0.2.53', 'only udp, tcp and tls'],
    ['192.0.2.53#dns.example.net', 'only for tls'],
    ['tls://192.0.2.53#', 'name in the certificate'],
    ['tls://192.0.2.53#192.0.2.53', 'name in the certificate'],
    [`192.0.2.53${' '.repeat(600)}`, 'too long'],
  ])('says what is wrong with %j', (text, need) => {
    const parsed = parseResolverAddress(text)
    expect(parsed).toMatchObject({ ok: false, issues: [{ code: 'dns/resolver-address' }] })
    expect(parsed.ok ? '' : parsed.issues[0].message).toContain(need)
  })

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), text => typeof parseResolverAddress(text).ok === 'boolean'))
  })
})

describe('isLoopbackAddress', () => {
  it.each(['127.0.0.1', '127.0.0.53', '127.255.0.1', '::1', '::ffff:127.0.0.1'])('says so of %s', address => {
    expect(isLoopbackAddress(address)).toBe(true)
  })
  it.each([
    '192.0.2.1',
    '10.0.0.1',
    '0.0.0.0',
    '::',
    'fe80::1%lo',
    '2001:db8::1',
    '::ffff:192.0.2.1',
    'localhost',
  ])('does not of %s', address => {
    expect(isLoopbackAddress(address)).toBe(false)
  })
})
