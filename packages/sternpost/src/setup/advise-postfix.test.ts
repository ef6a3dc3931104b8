import { describe, expect, test } from 'vitest'
import { type AdviceInput, advisePostfix, type PostfixAdvice } from './advise-postfix.ts'
import type { PostfixFacts } from './postfix-facts.ts'
import { socketmapTable, splitMaps, withOurMap } from './postfix-maps.ts'
import { isPostfixAtLeast, mapNameFor, parsePostfixVersion } from './postfix-version.ts'

const TCP = { kind: 'tcp', host: '127.0.0.1', port: 8461, text: '127.0.0.1:8461' } as const
const DEFAULTS: PostfixFacts['effective'] = {
  smtp_tls_policy_maps: '',
  smtp_tls_security_level: '',
  smtp_dns_support_level: '',
  smtp_host_lookup: 'dns',
  smtp_tls_CAfile: '',
  smtp_tls_CApath: '',
  tls_append_default_CA: 'no',
  smtp_tls_dane_insecure_mx_policy: 'dane',
  smtp_tls_loglevel: '1',
  relayhost: '',
  queue_directory: '/var/spool/postfix',
}

function facts(
  version: string,
  values: PostfixFacts['effective'] = {},
  more: Partial<PostfixFacts> = {},
): PostfixFacts {
  const all = { ...DEFAULTS, ...values }
  return {
    version: parsePostfixVersion(version)!,
    written: all,
    effective: all,
    serviceOverrides: {},
    smtpChroot: false,
    ...more,
  }
}

function advise(about: PostfixFacts, more: Partial<AdviceInput> = {}): Extract<PostfixAdvice, { ok: true }> {
  const advice = advisePostfix({
    facts: about,
    listen: [TCP],
    resolverValidates: true,
    ownResolvers: false,
    caBundle: '/etc/ssl/certs/ca-certificates.crt',
    ...more,
  })
  if (!advice.ok) throw new Error(advice.reason)
  return advice
}

const wanted = (advice: Extract<PostfixAdvice, { ok: true }>, parameter: string) =>
  advice.settings.find(one => one.parameter === parameter)

describe('versions', () => {
  test.each([
    ['3.7.11', 'postfix34'],
    ['3.4.0', 'postfix34'],
    ['3.9.5', 'postfix34'],
    ['3.10', 'postfix310'],
    ['3.12-20260821', 'postfix310'],
    ['4.0.1', 'postfix310'],
  ])('%s asks the map %s', (text, mapName) => {
    expect(mapNameFor(parsePostfixVersion(text)!)).toBe(mapName)
  })

  test.each(['3.3.9', '2.11.11'])('%s is refused, as it cannot send the MX name as SNI', text => {
    const advice = advisePostfix({
      facts: facts(text),
      listen: [TCP],
      resolverValidates: true,
      ownResolvers: false,
      caBundle: undefined,
    })
    expect(advice).toMatchObject({ ok: false, reason: expect.stringContaining('servername=') })
  })

  test('3.10 is later than 3.9, and 3.10.5 later than 3.10.4', () => {
    expect(isPostfixAtLeast(parsePostfixVersion('3.10.4')!, 3, 9, 9)).toBe(true)
    expect(isPostfixAtLeast(parsePostfixVersion('3.10.4')!, 3, 10, 5)).toBe(false)
  })

  test.each(['', 'postfix', '3', '3.x', '3.7.11\n3.8', `${'9'.repeat(50)}.1`])('%j is no version', text => {
    expect(parsePostfixVersion(text)).toBeUndefined()
  })
})

describe('the tables of the operator', () => {
  const OURS = socketmapTable('inet:127.0.0.1:8461', 'postfix310')

  test('stay in front of ours, braces whole', () => {
    const current = 'hash:/etc/postfix/tls, inline:{ {a.example = none}, {b.example = may} }'
    expect(withOurMap(current, 'inet:127.0.0.1:8461', 'postfix310')).toBe(`${current}, ${OURS}`)
    expect(splitMaps(current)).toHaveLength(2)
  })

  test('an entry for the same address is replaced where it stands', () => {
    const current = 'hash:/a socketmap:inet:127.0.0.1:8461:postfix hash:/b'
    expect(withOurMap(current, 'inet:127.0.0.1:8461', 'postfix310')).toBe(`hash:/a, ${OURS}, hash:/b`)
  })

  test('what is right already is not touched, spacing included', () => {
    const current = `hash:/a,${OURS}`
    expect(withOurMap(current, 'inet:127.0.0.1:8461', 'postfix310')).toBe(current)
  })

  test('another policy service is pointed out and kept', () => {
    const current = 'socketmap:inet:127.0.0.1:8642:QUERY'
    const advice = advise(facts('3.10.5', { smtp_tls_policy_maps: current }))
    expect(wanted(advice, 'smtp_tls_policy_maps')?.wanted).toBe(`${current}, ${OURS}`)
    expect(advice.notes.join('\n')).toContain(current)
  })
})

describe('the default level', () => {
  test.each(['encrypt', 'verify', 'secure', 'dane-only', 'fingerprint', 'dane'])(
    '%s is never lowered',
    level => {
      const values = { smtp_tls_security_level: level }
      for (const resolverValidates of [true, false, undefined]) {
        const setting = wanted(
          advise(facts('3.7.11', values), { resolverValidates }),
          'smtp_tls_security_level',
        )
        expect(setting).toMatchObject({ wanted: level, change: false })
      }
    },
  )

  test.each(['', 'none', 'may'])(
    '%j becomes dane where the resolver validates, and DNSSEC is asked for',
    level => {
      const advice = advise(facts('3.7.11', { smtp_tls_security_level: level }))
      expect(wanted(advice, 'smtp_tls_security_level')).toMatchObject({ wanted: 'dane', change: true })
      expect(wanted(advice, 'smtp_dns_support_level')).toMatchObject({ wanted: 'dnssec', change: true })
    },
  )

  test('is at least opportunistic TLS where the resolver does not validate, and DANE is not switched on', () => {
    const advice = advise(facts('3.7.11'), { resolverValidates: false })
    expect(wanted(advice, 'smtp_tls_security_level')).toMatchObject({ wanted: 'may', change: true })
    expect(wanted(advice, 'smtp_dns_support_level')).toBeUndefined()
    expect(advice.notes.join('\n')).toContain('DANE is off')
  })

  test('a level set by the obsolete parameters counts', () => {
    const advice = advise(facts('3.7.11', { smtp_enforce_tls: 'yes' }))
    expect(wanted(advice, 'smtp_tls_security_level')?.change).toBe(false)
  })

  test('a mandatory level comes with the warning that a DANE answer can be less', () => {
    const notes = advise(facts('3.10.5', { smtp_tls_security_level: 'secure' })).notes.join('\n')
    expect(notes).toContain('outbound.minimumLevel')
  })
})

describe('what else decides whether an answer takes effect', () => {
  test('certificate authorities are given only where there are none', () => {
    expect(wanted(advise(facts('3.7.11')), 'smtp_tls_CAfile')).toMatchObject({ change: true })
    const own = advise(facts('3.7.11', { smtp_tls_CApath: '/etc/ssl/certs' }))
    expect(wanted(own, 'smtp_tls_CAfile')).toBeUndefined()
    expect(wanted(own, 'smtp_tls_CApath')).toMatchObject({ change: false })
  })

  test('the MX host name check is asked of the versions that have it, and of no other', () => {
    const has = advise(facts('3.10.5', { smtp_tls_enforce_sts_mx_patterns: 'no' }))
    expect(wanted(has, 'smtp_tls_enforce_sts_mx_patterns')).toMatchObject({ wanted: 'yes', change: true })
    const lacks = advise(facts('3.10.3'))
    expect(wanted(lacks, 'smtp_tls_enforce_sts_mx_patterns')).toBeUndefined()
    expect(lacks.notes.join('\n')).toContain('3.10.5')
  })

  test('hosts must be looked up in DNS for DANE', () => {
    const advice = advise(facts('3.7.11', { smtp_host_lookup: 'native' }))
    expect(wanted(advice, 'smtp_host_lookup')).toMatchObject({ wanted: 'dns', change: true })
  })

  test('overrides in master.cf and a relayhost are pointed out', () => {
    const serviceOverrides = { 'relay/unix/smtp_tls_security_level': 'none', 'relay/unix/syslog_name': 'x' }
    const notes = advise(facts('3.7.11', { relayhost: '[relay.example]' }, { serviceOverrides })).notes.join(
      '\n',
    )
    expect(notes).toContain('relay/unix/smtp_tls_security_level = none')
    expect(notes).not.toContain('syslog_name')
    expect(notes).toContain('relayhost = [relay.example]')
  })
})

describe('where Postfix finds the socket', () => {
  const unix = (path: string) => ({ kind: 'unix', path, text: `unix:${path}` }) as const
  const mapFor = (listen: AdviceInput['listen'], smtpChroot: boolean) =>
    wanted(advise(facts('3.7.11', {}, { smtpChroot }), { listen }), 'smtp_tls_policy_maps')?.wanted

  test('a listener on all addresses is reached by loopback', () => {
    const all = { kind: 'tcp', host: '::', port: 8461, text: '[::]:8461' } as const
    expect(mapFor([all], false)).toBe('socketmap:inet:[::1]:8461:postfix34')
  })

  test('a chrooted client is given the path inside its root, and never one outside', () => {
    const inside = unix('/var/spool/postfix/sternpost/socketmap')
    expect(mapFor([unix('/run/s'), inside], true)).toBe('socketmap:unix:/sternpost/socketmap:postfix34')
    expect(mapFor([unix('/run/s')], false)).toBe('socketmap:unix:/run/s:postfix34')
    expect(() => mapFor([unix('/run/s')], true)).toThrow('chrooted')
  })
})
