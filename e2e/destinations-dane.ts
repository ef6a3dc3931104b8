import type { LabDomainSpec, LabMxSpec } from '@sternpost/lab'
import type { BrokenZone, Destination } from './harness/destination.ts'
import { postfixReasons } from './harness/postfix-reasons.ts'

/** One host, `mx.` and the domain. */
function oneHost(domain: string, host: LabMxSpec): LabDomainSpec {
  return { mx: { [`mx.${domain}`]: host } }
}

const oneHostRows: readonly (readonly [string, string, LabMxSpec, Partial<Destination>])[] = [
  ['311', 'TLSA 3 1 1 matches', { tlsa: ['3 1 1'] }, {}],
  ['301', 'TLSA 3 0 1 matches', { tlsa: ['3 0 1'] }, {}],
  ['312', 'TLSA 3 1 2 matches', { tlsa: ['3 1 2'] }, {}],
  ['310', 'TLSA 3 1 0, the whole key, matches', { tlsa: ['3 1 0'] }, {}],
  ['211', 'TLSA 2 1 1 names the authority', { tlsa: ['2 1 1'] }, {}],
  ['201', 'TLSA 2 0 1 names the authority', { tlsa: ['2 0 1'] }, {}],
  ['rollover', 'one of two TLSA records matches', { tlsa: ['3 1 1 mismatch', '3 1 1'] }, {}],
  ['self-signed', 'DANE-EE needs no authority', { tlsa: ['3 1 1'], certificate: 'self-signed' }, {}],
  ['expired', 'DANE-EE needs no date', { tlsa: ['3 1 1'], certificate: 'expired' }, {}],
  ['other-name', 'DANE-EE needs no name', { tlsa: ['3 1 1'], certificate: 'wrong-name' }, {}],
  [
    'ta-other-name',
    'DANE-TA needs the name',
    { tlsa: ['2 1 1'], certificate: 'wrong-name' },
    { expect: 'deferred', reason: postfixReasons.hostName },
  ],
  [
    'mismatch',
    'no TLSA record matches',
    { tlsa: ['3 1 1 mismatch'] },
    { expect: 'deferred', reason: postfixReasons.noTlsaMatch },
  ],
  [
    'no-starttls',
    'a host with TLSA records offers no TLS',
    { tlsa: ['3 1 1'], fault: 'no-starttls' },
    { expect: 'deferred', reason: postfixReasons.notOffered },
  ],
  [
    'starttls-454',
    'a host with TLSA records refuses TLS',
    { tlsa: ['3 1 1'], fault: 'starttls-454' },
    { expect: 'deferred', reason: postfixReasons.refused },
  ],
  [
    'unusable',
    'unusable TLSA records ask for TLS with whomever',
    { tlsa: [{ presentation: `0 0 1 ${'ab'.repeat(32)}` }], certificate: 'self-signed' },
    { expect: 'delivered without promise' },
  ],
  [
    'unusable-no-starttls',
    'unusable TLSA records still forbid clear text',
    { tlsa: [{ presentation: `0 0 1 ${'ab'.repeat(32)}` }], fault: 'no-starttls' },
    { expect: 'deferred', reason: postfixReasons.notOffered },
  ],
  [
    'no-tlsa',
    'a signed domain without TLSA records promises nothing',
    {},
    { expect: 'delivered without promise' },
  ],
]

/** Mail protected by DANE, or not, as RFC 7672 has it. */
export const daneDestinations: readonly Destination[] = [
  ...oneHostRows.map(([label, title, host, difference]): Destination => {
    const domain = `${label}.dane.secure.test`
    return { title, domain, spec: oneHost(domain, host), expect: 'delivered verified', ...difference }
  }),
  {
    title: 'the first host does not match, the second does',
    domain: 'second.dane.secure.test',
    spec: {
      mx: {
        'mx1.second.dane.secure.test': { tlsa: ['3 1 1 mismatch'] },
        'mx2.second.dane.secure.test': { tlsa: ['3 1 1'] },
      },
    },
    expect: 'delivered verified',
    relay: 'mx2.second.dane.secure.test',
  },
  {
    title: 'one of two hosts has TLSA records: they are used there',
    domain: 'partial.dane.secure.test',
    spec: {
      mx: { 'mx1.partial.dane.secure.test': { tlsa: ['3 1 1'] }, 'mx2.partial.dane.secure.test': {} },
    },
    expect: 'delivered verified',
    relay: 'mx1.partial.dane.secure.test',
  },
  {
    title: 'one of two hosts has TLSA records and a policy is enforced: the policy covers both',
    domain: 'partial-sts.dane.secure.test',
    spec: {
      mx: {
        'mx1.partial-sts.dane.secure.test': { tlsa: ['3 1 1'], fault: 'greeting-4xx' },
        'mx2.partial-sts.dane.secure.test': { certificate: 'self-signed' },
      },
      policy: {},
    },
    expect: 'deferred',
    reason: postfixReasons.selfSigned,
  },
  {
    title: 'matching TLSA records suffice where the policy would fail',
    domain: 'dane-over-sts.dane.secure.test',
    spec: {
      ...oneHost('dane-over-sts.dane.secure.test', { tlsa: ['3 1 1'], certificate: 'self-signed' }),
      policy: {},
    },
    expect: 'delivered verified',
  },
  {
    title: 'a policy that would pass does not make up for TLSA records that fail',
    domain: 'sts-over-dane.dane.secure.test',
    spec: { ...oneHost('sts-over-dane.dane.secure.test', { tlsa: ['3 1 1 mismatch'] }), policy: {} },
    expect: 'deferred',
    reason: postfixReasons.noTlsaMatch,
  },
  {
    title: 'TLSA records under the name the MX host is an alias of',
    domain: 'expanded.dane.secure.test',
    spec: oneHost('expanded.dane.secure.test', { aliasOf: 'real.expanded.dane.secure.test' }),
    arrange(lab) {
      const { certificate } = lab.mxHost('mx.expanded.dane.secure.test')
      lab.zone.set('_25._tcp.real.expanded.dane.secure.test', 'TLSA', certificate.tlsa('3 1 1'))
    },
    expect: 'delivered verified',
  },
  {
    title: 'TLSA records under the MX host name itself, though it is an alias',
    domain: 'alias.dane.secure.test',
    spec: oneHost('alias.dane.secure.test', { aliasOf: 'real.alias.dane.secure.test', tlsa: ['3 1 1'] }),
    expect: 'delivered verified',
  },
  {
    title: 'TLSA records that are an alias themselves',
    domain: 'tlsa-alias.dane.secure.test',
    spec: oneHost('tlsa-alias.dane.secure.test', {}),
    arrange(lab) {
      const { certificate } = lab.mxHost('mx.tlsa-alias.dane.secure.test')
      lab.zone.set('_25._tcp.mx.tlsa-alias.dane.secure.test', 'CNAME', 'shared.tlsa-alias.dane.secure.test')
      lab.zone.set('shared.tlsa-alias.dane.secure.test', 'TLSA', certificate.tlsa('3 1 1'))
    },
    expect: 'delivered verified',
  },
  {
    title: 'TLSA records behind an unsigned alias are not used',
    domain: 'tlsa-unsigned.dane.secure.test',
    spec: oneHost('tlsa-unsigned.dane.secure.test', {}),
    arrange(lab) {
      lab.zone.set('_25._tcp.mx.tlsa-unsigned.dane.secure.test', 'CNAME', 'tlsa.shared.insecure.test')
      lab.zone.set('tlsa.shared.insecure.test', 'TLSA', `3 1 1 ${'ab'.repeat(32)}`)
    },
    expect: 'delivered without promise',
  },
  {
    title: 'no MX records, TLSA records at the domain itself',
    domain: 'implicit.dane.secure.test',
    spec: { implicitMx: true, mx: { 'implicit.dane.secure.test': { tlsa: ['3 1 1'] } } },
    expect: 'delivered verified',
  },
  {
    title: 'unsigned MX records that lead to a host with TLSA records: used, as far as that goes',
    domain: 'led-here.insecure.test',
    spec: { mx: { 'mx.led-here.secure.test': { tlsa: ['3 1 1'] } } },
    expect: 'delivered without promise',
  },
  {
    title: 'unsigned MX records, a host with TLSA records, and a policy: the policy is enforced',
    domain: 'led-here-sts.insecure.test',
    spec: {
      mx: { 'mx.led-here-sts.secure.test': { tlsa: ['3 1 1'], certificate: 'self-signed' } },
      policy: {},
    },
    expect: 'deferred',
    reason: postfixReasons.selfSigned,
  },
  {
    title: 'the TLSA lookup of the only host fails',
    domain: 'tlsa-fails.dane.secure.test',
    spec: oneHost('tlsa-fails.dane.secure.test', {}),
    expect: 'deferred',
    reason: /socketmap server temporary error: dane-unknown: .*TLSA lookup failed/,
  },
  {
    title: 'the TLSA lookup of the second host fails, the first is fine',
    domain: 'tlsa-fails-second.dane.secure.test',
    spec: {
      mx: {
        'mx1.tlsa-fails-second.dane.secure.test': { tlsa: ['3 1 1'] },
        'mx2.tlsa-fails-second.dane.secure.test': {},
      },
    },
    expect: 'delivered verified',
    relay: 'mx1.tlsa-fails-second.dane.secure.test',
  },
  {
    title: 'the address of the second host cannot be looked up, nobody promised anything',
    domain: 'half-broken.insecure.test',
    spec: { mx: { 'mx.half-broken.insecure.test': {}, 'mx.half-broken.lame.test': {} } },
    expect: 'delivered without promise',
    relay: 'mx.half-broken.insecure.test',
  },
  {
    title: 'the whole domain is wrongly signed',
    domain: 'wrong.bogus.test',
    spec: oneHost('wrong.bogus.test', {}),
    expect: 'deferred',
    reason: postfixReasons.noAnswer,
  },
  {
    title: 'no name server answers for the domain',
    domain: 'nowhere.lame.test',
    spec: oneHost('nowhere.lame.test', {}),
    expect: 'deferred',
    reason: postfixReasons.noAnswer,
  },
  {
    title: 'a null MX record: the domain takes no mail',
    domain: 'null-mx.secure.test',
    spec: { mx: 'null-mx' },
    expect: 'bounced',
    reason: postfixReasons.nullMx,
  },
  {
    title: 'the domain does not exist',
    domain: 'nobody.secure.test',
    expect: 'bounced',
    reason: postfixReasons.noDomain,
  },
  {
    title: 'a smart host in brackets with TLSA records',
    domain: 'via-smart-host.insecure.test',
    spec: { mx: { 'smart-host.secure.test': { tlsa: ['3 1 1'], certificate: 'self-signed' } } },
    nextHop: '[smart-host.secure.test]',
    expect: 'delivered verified',
  },
  {
    title: 'a smart host in brackets whose TLSA records do not match',
    domain: 'via-false-host.insecure.test',
    spec: { mx: { 'false-host.secure.test': { tlsa: ['3 1 1 mismatch'] } } },
    nextHop: '[false-host.secure.test]',
    expect: 'deferred',
    reason: postfixReasons.noTlsaMatch,
  },
  {
    title: 'a smart host in brackets without TLSA records',
    domain: 'via-plain-host.insecure.test',
    spec: { mx: { 'plain-host.secure.test': {} } },
    nextHop: '[plain-host.secure.test]',
    expect: 'delivered without promise',
  },
]

/** The zones in which the TLSA lookups above fail. */
export const brokenDaneZones: readonly BrokenZone[] = [
  { origin: '_tcp.mx.tlsa-fails.dane.secure.test', security: 'lame' },
  { origin: '_tcp.mx2.tlsa-fails-second.dane.secure.test', security: 'bogus' },
]
