import type { LabDomainSpec, LabMxSpec, LabPolicySpec } from '@sternpost/lab'
import type { BrokenZone, Destination } from './harness/destination.ts'
import { postfixReasons } from './harness/postfix-reasons.ts'

interface Row {
  readonly label: string
  readonly title: string
  readonly mx?: LabMxSpec
  readonly policy?: LabPolicySpec
  readonly more?: Partial<Destination>
}

const deferred = (reason: RegExp): Partial<Destination> => ({ expect: 'deferred', reason })
const withoutPromise: Partial<Destination> = { expect: 'delivered without promise' }

const enforced: readonly Row[] = [
  { label: 'good', title: 'the policy is kept' },
  {
    label: 'no-starttls',
    title: 'the host offers no TLS',
    mx: { fault: 'no-starttls' },
    more: deferred(postfixReasons.notOffered),
  },
  {
    label: 'starttls-454',
    title: 'the host refuses TLS',
    mx: { fault: 'starttls-454' },
    more: deferred(postfixReasons.refused),
  },
  {
    label: 'expired',
    title: 'the certificate has expired',
    mx: { certificate: 'expired' },
    more: deferred(postfixReasons.expired),
  },
  {
    label: 'not-yet-valid',
    title: 'the certificate is not valid yet',
    mx: { certificate: 'not-yet-valid' },
    more: deferred(postfixReasons.notYetValid),
  },
  {
    label: 'self-signed',
    title: 'the certificate is self-signed',
    mx: { certificate: 'self-signed' },
    more: deferred(postfixReasons.selfSigned),
  },
  {
    label: 'other-ca',
    title: 'the certificate comes from an authority nobody trusts',
    mx: { certificate: 'other-ca' },
    more: deferred(postfixReasons.untrustedIssuer),
  },
  {
    label: 'wrong-name',
    title: 'the certificate is for another name',
    mx: { certificate: 'wrong-name' },
    more: deferred(postfixReasons.hostName),
  },
  {
    label: 'chain',
    title: 'the certificate comes by way of an intermediate',
    mx: { certificate: { intermediate: true } },
  },
  {
    label: 'old-tls',
    title: 'the host speaks TLS 1.1 at best',
    mx: { fault: 'old-tls' },
    more: deferred(postfixReasons.handshake),
  },
  {
    label: 'hang-starttls',
    title: 'the host falls silent where the handshake should be',
    mx: { fault: 'hang-starttls' },
    more: deferred(postfixReasons.handshake),
  },
  {
    label: 'not-in-policy',
    title: 'the MX host is not in the policy',
    policy: { mx: ['mail.elsewhere.insecure.test'] },
    more: {
      ...deferred(postfixReasons.mxHost),
      postfix37: { expect: 'deferred', reason: postfixReasons.hostName },
    },
  },
  {
    label: 'upper-case',
    title: 'the policy is in upper case',
    policy: { mx: ['MX.UPPER-CASE.STS.INSECURE.TEST'] },
  },
  {
    label: 'wildcard-one',
    title: 'a wildcard covers one label',
    policy: { mx: ['*.wildcard-one.sts.insecure.test'] },
  },
  {
    label: 'address',
    title: 'an address among the patterns is left out',
    policy: { mx: ['192.0.2.1', 'mx.address.sts.insecure.test'] },
  },
  {
    label: 'alias',
    title: 'the MX host is an alias; its own name counts',
    mx: { aliasOf: 'real.alias.sts.insecure.test' },
  },
  {
    label: 'bare-lines',
    title: 'the policy has bare line feeds, spaces at line ends, unknown keys and no end',
    policy: {
      text: 'version: STSv1 \nmode: enforce\t\nx_note: grüß Gott\nmx: mx.bare-lines.sts.insecure.test\nmax_age: 86400',
    },
  },
  {
    label: 'first-key-wins',
    title: 'a second mode in the policy does not undo the first',
    policy: {
      text: 'version: STSv1\nmode: enforce\nmode: none\nmx: mx.first-key-wins.sts.insecure.test\nmax_age: 86400\n',
    },
    mx: { fault: 'no-starttls' },
    more: deferred(postfixReasons.notOffered),
  },
]

const notEnforced: readonly Row[] = [
  {
    label: 'testing',
    title: 'mode testing and a certificate that would fail',
    mx: { certificate: 'self-signed' },
    policy: { mode: 'testing' },
  },
  {
    label: 'testing-clear',
    title: 'mode testing and no TLS',
    mx: { fault: 'no-starttls' },
    policy: { mode: 'testing' },
  },
  { label: 'none', title: 'mode none', mx: { certificate: 'self-signed' }, policy: { mode: 'none' } },
  {
    label: 'status-404',
    title: 'the policy is not found',
    policy: { fault: { kind: 'status', status: 404 } },
  },
  {
    label: 'redirect',
    title: 'the policy host redirects to the policy',
    policy: { fault: { kind: 'redirect' } },
  },
  {
    label: 'html',
    title: 'the policy is served as HTML',
    policy: { fault: { kind: 'content-type', contentType: 'text/html' } },
  },
  {
    label: 'huge',
    title: 'the policy exceeds 64 KiB',
    policy: { fault: { kind: 'size', bytes: 65_537, chunked: true } },
  },
  { label: 'reset', title: 'the policy host breaks off', policy: { fault: { kind: 'reset', at: 'body' } } },
  {
    label: 'policy-expired',
    title: "the policy host's certificate has expired",
    policy: { certificate: 'expired' },
  },
  {
    label: 'policy-other-name',
    title: "the policy host's certificate is for another name",
    policy: { certificate: 'wrong-name' },
  },
  {
    label: 'policy-self-signed',
    title: "the policy host's certificate is self-signed",
    policy: { certificate: 'self-signed' },
  },
  {
    label: 'policy-common-name',
    title: "the policy host's certificate has its name in the subject only",
    policy: { certificate: 'common-name-only' },
  },
  {
    label: 'no-mx',
    title: 'the policy names no MX host',
    policy: { text: 'version: STSv1\nmode: enforce\nmax_age: 86400\n' },
  },
  { label: 'no-id', title: 'the record has no id', policy: { record: 'v=STSv1;' } },
  { label: 'version', title: 'the record has another version', policy: { record: 'v=STSv2; id=1;' } },
]

function row(row: Row, broken: boolean): Destination {
  const domain = `${row.label}.sts.insecure.test`
  // What is not enforced must show on a host that enforcement would refuse.
  const host: LabMxSpec = row.mx ?? (broken ? { certificate: 'self-signed' } : {})
  const spec: LabDomainSpec = { mx: { [`mx.${domain}`]: host }, policy: row.policy ?? {} }
  return {
    title: row.title,
    domain,
    spec,
    expect: 'delivered verified',
    ...(broken ? withoutPromise : {}),
    ...row.more,
  }
}

/** Mail protected by an MTA-STS policy, or not, as RFC 8461 has it. */
export const mtaStsDestinations: readonly Destination[] = [
  ...enforced.map(each => row(each, false)),
  ...notEnforced.map(each => row(each, true)),
  {
    title: 'no policy and no TLS: delivered as ever',
    domain: 'plain.insecure.test',
    spec: { mx: { 'mx.plain.insecure.test': { fault: 'no-starttls' } } },
    expect: 'delivered without promise',
  },
  {
    title: 'a wildcard does not cover two labels',
    domain: 'wildcard-two.sts.insecure.test',
    spec: {
      mx: { 'a.b.wildcard-two.sts.insecure.test': {} },
      policy: { mx: ['*.wildcard-two.sts.insecure.test'] },
    },
    expect: 'deferred',
    reason: postfixReasons.mxHost,
    // Postfix 3.7 has one pattern for "below" and cannot count labels.
    postfix37: { expect: 'delivered verified' },
  },
  {
    title: 'the first MX host is not in the policy, the second is',
    domain: 'second.sts.insecure.test',
    spec: {
      mx: { 'mx.stranger.insecure.test': {}, 'mx.second.sts.insecure.test': {} },
      policy: { mx: ['mx.second.sts.insecure.test'] },
    },
    expect: 'delivered verified',
    relay: 'mx.second.sts.insecure.test',
  },
  {
    title: 'the policy of a parent domain is not inherited',
    domain: 'child.good.sts.insecure.test',
    spec: { mx: { 'mx.child.good.sts.insecure.test': { certificate: 'self-signed' } } },
    expect: 'delivered without promise',
  },
  {
    title: 'two policy records are none',
    domain: 'two-records.sts.insecure.test',
    spec: { mx: { 'mx.two-records.sts.insecure.test': { certificate: 'self-signed' } }, policy: {} },
    arrange(lab) {
      lab.zone.set('_mta-sts.two-records.sts.insecure.test', 'TXT', {
        records: ['v=STSv1; id=1;', 'v=STSv1; id=2;'],
      })
    },
    expect: 'delivered without promise',
  },
  {
    title: 'record and policy host are aliases, as with a hosting service',
    domain: 'hosted.sts.insecure.test',
    spec: { mx: { 'mx.hosted.sts.insecure.test': { fault: 'no-starttls' } }, policy: {} },
    arrange(lab) {
      const address = lab.domain('hosted.sts.insecure.test').policyHost?.address ?? ''
      lab.zone.remove('_mta-sts.hosted.sts.insecure.test')
      lab.zone.remove('mta-sts.hosted.sts.insecure.test')
      lab.zone.set('_mta-sts.hosted.sts.insecure.test', 'CNAME', 'record.provider.secure.test')
      lab.zone.set('record.provider.secure.test', 'TXT', 'v=STSv1; id=provided1;')
      lab.zone.set('mta-sts.hosted.sts.insecure.test', 'CNAME', 'web.provider.secure.test')
      lab.zone.set('web.provider.secure.test', 'A', address)
    },
    expect: 'deferred',
    reason: postfixReasons.notOffered,
  },
  {
    title: 'the recipient is written in upper case',
    domain: 'shout.sts.insecure.test',
    writtenAs: 'SHOUT.STS.Insecure.Test',
    spec: { mx: { 'mx.shout.sts.insecure.test': { fault: 'no-starttls' } }, policy: {} },
    expect: 'deferred',
    reason: postfixReasons.notOffered,
  },
  {
    title: 'the recipient is written in Unicode',
    domain: 'xn--bcher-kva.sts.insecure.test',
    writtenAs: 'bücher.sts.insecure.test',
    spec: { mx: { 'mx.xn--bcher-kva.sts.insecure.test': {} }, policy: {} },
    expect: 'delivered verified',
  },
  {
    title: 'a policy of a signed domain without TLSA records',
    domain: 'signed.sts.secure.test',
    spec: { mx: { 'mx.signed.sts.secure.test': { certificate: 'self-signed' } }, policy: {} },
    expect: 'deferred',
    reason: postfixReasons.selfSigned,
  },
  {
    title: 'the record is wrongly signed and nothing is known of the domain from before',
    domain: 'bad-record.sts.secure.test',
    spec: { mx: { 'mx.bad-record.sts.secure.test': { certificate: 'self-signed' } }, policy: {} },
    expect: 'delivered without promise',
  },
  {
    title: 'the policy host falls silent: while its policy is being fetched the mail waits',
    domain: 'silent.sts.insecure.test',
    spec: {
      mx: { 'mx.silent.sts.insecure.test': {} },
      policy: { fault: { kind: 'drip', chunkBytes: 1, intervalMs: 1500 } },
    },
    expect: 'deferred',
    reason: /socketmap server temporary error: mta-sts-pending: policy 1 is announced and is being fetched/,
    // Asked second, when the fetch has failed, it hears what RFC 8461 §5 says.
    postfix37: { expect: 'delivered without promise' },
  },
]

/** The zone of the record that is wrongly signed. */
export const brokenMtaStsZones: readonly BrokenZone[] = [
  { origin: '_mta-sts.bad-record.sts.secure.test', security: 'bogus' },
]
