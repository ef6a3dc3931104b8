import type { LabCertificateSpec } from '../lab-spec.ts'
import type { PolicyFault } from '../policy-site.ts'
import { careful, type FaultDomains } from './fault-domain.ts'

const withFault = (domain: string, about: string, fault: PolicyFault): FaultDomains => ({
  [domain]: { about, domain: careful(domain, { policy: { fault } }) },
})
const withCertificate = (domain: string, about: string, certificate: LabCertificateSpec): FaultDomains => ({
  [domain]: { about, domain: careful(domain, { policy: { certificate } }) },
})

/** What is wrong with the host that serves the policy. */
export const policyHostFaults: FaultDomains = {
  'host-none.test': {
    about: 'The policy host has no address',
    domain: { tlsRpt: 'mailto:reports@host-none.test' },
    zone: { '_mta-sts.host-none.test': { TXT: 'v=STSv1; id=1;' } },
  },
  'host-private.test': {
    about: 'The policy host has a private address',
    domain: { tlsRpt: 'mailto:reports@host-private.test' },
    zone: {
      '_mta-sts.host-private.test': { TXT: 'v=STSv1; id=1;' },
      'mta-sts.host-private.test': { A: '10.1.2.3' },
    },
  },
  ...withFault('host-reset.test', 'The handshake is reset', { kind: 'reset', at: 'tls' }),
  'host-old-tls.test': {
    about: 'The policy host speaks TLS 1.0 and 1.1 only',
    domain: careful('host-old-tls.test', { policy: { maxTlsVersion: 'TLSv1.1' } }),
  },
  ...withFault('host-404.test', 'The file is not there', { kind: 'status', status: 404 }),
  ...withFault('host-500.test', 'The server fails', { kind: 'status', status: 500 }),
  ...withFault('host-redirect.test', 'A redirect to www', {
    kind: 'redirect',
    location: 'https://www.host-redirect.test/.well-known/mta-sts.txt',
  }),
  ...withFault('host-slash.test', 'A redirect that adds a slash', {
    kind: 'redirect',
    location: 'https://mta-sts.host-slash.test/.well-known/mta-sts.txt/',
  }),
  ...withFault('host-type.test', 'The policy as an octet stream', {
    kind: 'content-type',
    contentType: 'application/octet-stream',
  }),
  ...withFault('host-large.test', 'A policy of 70 kB', { kind: 'size', bytes: 70_000 }),
  ...withFault('host-gzip.test', 'Compressed unasked', { kind: 'gzip' }),
  'host-page.test': {
    about: 'A web page in place of the policy',
    domain: careful('host-page.test', {
      policy: {
        text: '<!DOCTYPE html><html><head><title>Welcome</title></head><body>Hello</body></html>\n',
        fault: { kind: 'content-type', contentType: 'text/html' },
      },
    }),
  },
  ...withCertificate('host-name.test', 'The certificate is for another site', 'wrong-name'),
  ...withCertificate('host-common-name.test', 'The name stands only in the common name', 'common-name-only'),
  ...withCertificate('host-self-signed.test', 'A self-signed certificate', 'self-signed'),
  ...withCertificate('host-untrusted.test', 'A certificate of a CA nobody knows', 'other-ca'),
  ...withCertificate(
    'host-incomplete.test',
    'The intermediate certificate is not sent',
    'missing-intermediate',
  ),
  ...withCertificate('host-expired.test', 'The certificate has expired', 'expired'),
  ...withCertificate('host-not-yet.test', 'The certificate is not valid yet', 'not-yet-valid'),
  ...withCertificate('host-expiring.test', 'The certificate ends in five days', { endsInDays: 5 }),
  'host-bot-wall.test': {
    about: 'A protection against robots before the policy',
    domain: careful('host-bot-wall.test', { policy: { fault: { kind: 'bot-wall' } } }),
  },
  'host-wrong-place.test': {
    about: 'The file is at the domain and not at mta-sts',
    domain: careful('host-wrong-place.test', {
      policy: {
        fault: { kind: 'status', status: 404 },
        elsewhere: ['https://host-wrong-place.test/.well-known/mta-sts.txt'],
      },
    }),
  },
  'host-dead.test': {
    about: 'Nobody listens at the second address',
    domain: careful('host-dead.test', { policy: { addresses: [{}, { dead: true }] } }),
  },
  'host-differs.test': {
    about: 'Another policy at the second address',
    domain: careful('host-differs.test', {
      policy: {
        addresses: [
          {},
          { text: 'version: STSv1\r\nmode: testing\r\nmx: mx.host-differs.test\r\nmax_age: 1209600\r\n' },
        ],
      },
    }),
  },
  'host-default.test': {
    about: 'Another certificate for who sends no SNI',
    domain: careful('host-default.test', { policy: { certificateWithoutServerName: 'wrong-name' } }),
  },
  'host-hosted.test': {
    about: 'The policy host is a provider’s, the record is not',
    domain: careful('host-hosted.test', { policy: { aliasOf: 'mta-sts.policies.example' } }),
  },
  'host-caa.test': {
    about: 'CAA records allow no CA',
    domain: careful('host-caa.test'),
    zone: { 'host-caa.test': { CAA: '0 issue ";"' } },
  },
}
