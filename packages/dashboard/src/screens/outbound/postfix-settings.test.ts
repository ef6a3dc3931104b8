import { expect, test } from 'vitest'
import { postfixSettings } from './postfix-settings.ts'

test.each([
  ['127.0.0.1:8461', 'inet:127.0.0.1:8461'],
  ['0.0.0.0:8461', 'inet:127.0.0.1:8461'],
  ['[::]:8461', 'inet:[::1]:8461'],
  ['[2001:db8::1]:8461', 'inet:[2001:db8::1]:8461'],
  ['unix:/run/sternpost/socketmap', 'unix:/run/sternpost/socketmap'],
])('a listener at %s is asked at %s', (listening, table) => {
  expect(postfixSettings([listening], false)).toBe(
    `smtp_tls_policy_maps = socketmap:${table}:postfix34\nsmtp_tls_security_level = may`,
  )
})

test('DANE is asked for only where it can be believed', () => {
  expect(postfixSettings(['127.0.0.1:8461'], true)).toContain('smtp_dns_support_level = dnssec')
  expect(postfixSettings(['127.0.0.1:8461'], false)).not.toContain('dnssec')
})

test('without a listener there is nothing to set', () => {
  expect(postfixSettings([], true)).toBeUndefined()
})
