import type { LabTlsaSpec } from '../lab-spec.ts'
import { careful, type FaultDomains, signedWithMx } from './fault-domain.ts'

const withTlsa = (domain: string, about: string, ...tlsa: readonly LabTlsaSpec[]): FaultDomains => ({
  [domain]: { about, domain: signedWithMx(domain, { tlsa }) },
})

/** What is wrong with DNS, its signatures and the TLSA records. */
export const dnsAndDaneFaults: FaultDomains = {
  'bogus.test': {
    about: 'The signatures of the zone do not hold',
    domain: { ...careful('bogus.test'), dnssec: 'bogus' },
  },
  'dns-record-fails.test': {
    about: 'The name server fails for the MTA-STS record',
    domain: careful('dns-record-fails.test'),
    zone: { '_mta-sts.dns-record-fails.test': { fault: 'servfail' } },
  },
  'dns-refused.test': {
    about: 'The name server refuses to answer',
    domain: careful('dns-refused.test'),
    zone: { 'dns-refused.test': { fault: 'refused' } },
  },
  'dane-partial.test': {
    about: 'One host of two has TLSA records',
    domain: {
      ...careful('dane-partial.test', {
        mx: { 'mx1.dane-partial.test': { tlsa: ['3 1 1', '2 1 1'] }, 'mx2.dane-partial.test': {} },
      }),
      dnssec: 'secure',
    },
  },
  'dane-insecure.test': {
    about: 'TLSA records in an unsigned zone',
    domain: careful('dane-insecure.test', { mx: { 'mx.dane-insecure.test': { tlsa: ['3 1 1'] } } }),
  },
  'dane-mx-insecure.test': {
    about: 'Signed hosts behind unsigned MX records',
    domain: careful('dane-mx-insecure.test', {
      mx: { 'mx.signed-hosts.test': { tlsa: ['3 1 1', '2 1 1'] } },
    }),
    zone: { 'signed-hosts.test': { dnssec: 'secure' } },
  },
  'dane-denial.test': {
    about: 'The name server fails for TLSA questions',
    domain: { ...careful('dane-denial.test'), dnssec: 'secure' },
    zone: { '_25._tcp.mx.dane-denial.test': { fault: 'servfail' } },
  },
  ...withTlsa('dane-mismatch.test', 'A record of another key', '3 1 1 mismatch'),
  'dane-mismatch-one.test': {
    about: 'The record fits one of two addresses',
    domain: signedWithMx('dane-mismatch-one.test', {
      tlsa: ['3 1 1', '3 1 1 mismatch'],
      addresses: [{}, { certificate: 'other-ca' }],
    }),
  },
  ...withTlsa('dane-usage.test', 'PKIX-EE beside a good record', '3 1 1', '2 1 1', '1 1 1'),
  ...withTlsa('dane-unusable.test', 'Nothing but PKIX-EE', '1 1 1'),
  ...withTlsa('dane-digest.test', 'A digest of the wrong length beside a good one', '3 1 1', '2 1 1', {
    presentation: '3 1 1 aabbccdd',
  }),
  ...withTlsa('dane-anchor.test', 'A DANE-TA record of another CA', '2 1 1 mismatch'),
  'dane-anchor-name.test': {
    about: 'DANE-TA with a certificate for another name',
    domain: signedWithMx('dane-anchor-name.test', { tlsa: ['2 1 1'], certificate: 'wrong-name' }),
  },
  ...withTlsa('dane-certificate.test', 'The whole certificate, 3 0 1', '3 0 1', '2 1 1'),
  ...withTlsa('dane-certificate-only.test', 'Nothing but 3 0 1', '3 0 1'),
  ...withTlsa('dane-full.test', 'A whole key in the record', '3 1 0', '2 1 1'),
  ...withTlsa('dane-sha-512.test', 'SHA-512 alone', '3 1 2', '2 1 2'),
  ...withTlsa('dane-duplicate.test', 'One record twice', '3 1 1', '3 1 1', '2 1 1'),
  ...withTlsa('dane-rollover.test', 'No record for the next key', '3 1 1'),
  'dane-renewal.test': {
    about: 'The certificate ends soon, no record for the next key',
    domain: signedWithMx('dane-renewal.test', { tlsa: ['3 1 1'], certificate: { endsInDays: 5 } }),
  },
}
