import { careful, type FaultDomains, signedWithMx } from './fault-domain.ts'

/** Domains as they should be. */
export const healthyDomains: FaultDomains = {
  'fine.test': {
    about: 'MTA-STS in enforce mode, DANE, reports and IPv6: everything',
    domain: signedWithMx('fine.test', { addresses: [{}, { ipv6: true }], tlsa: ['3 1 1', '2 1 1'] }),
  },
  'fine-mta-sts.test': {
    about: 'MTA-STS in enforce mode, two hosts, no DNSSEC',
    domain: careful('fine-mta-sts.test', {
      mx: { 'mx1.fine-mta-sts.test': {}, 'mx2.fine-mta-sts.test': {} },
    }),
  },
  'fine-testing.test': {
    about: 'MTA-STS in testing mode',
    domain: careful('fine-testing.test', { policy: { mode: 'testing' } }),
  },
  'fine-wildcard.test': {
    about: 'A wildcard that covers both hosts',
    domain: careful('fine-wildcard.test', {
      mx: { 'a.mail.fine-wildcard.test': {}, 'b.mail.fine-wildcard.test': {} },
      policy: { mx: ['*.mail.fine-wildcard.test'] },
    }),
  },
  'fine-dane.test': {
    about: 'DANE alone, with the next key published',
    domain: {
      dnssec: 'secure',
      mx: { 'mx.fine-dane.test': { tlsa: ['3 1 1', '3 1 1 mismatch'] } },
      tlsRpt: 'mailto:reports@fine-dane.test',
    },
  },
  'plain.test': { about: 'STARTTLS and nothing else', domain: {} },
  'signed.test': { about: 'Signed, but without TLSA records', domain: { dnssec: 'secure' } },
  'bimi.test': {
    about: 'BIMI with a strict DMARC policy',
    domain: careful('bimi.test'),
    zone: {
      '_dmarc.bimi.test': { TXT: 'v=DMARC1; p=reject; rua=mailto:dmarc@bimi.test' },
      'default._bimi.bimi.test': {
        TXT: 'v=BIMI1; l=https://bimi.test/logo.svg; a=https://bimi.test/mark.pem;',
      },
    },
  },
  'no-bimi.test': {
    about: 'BIMI declined',
    domain: careful('no-bimi.test'),
    zone: { 'default._bimi.no-bimi.test': { TXT: 'v=BIMI1; l=; a=;' } },
  },
  'parked.test': {
    about: 'No mail, and it says so everywhere',
    domain: { mx: 'null-mx' },
    zone: {
      'parked.test': { TXT: 'v=spf1 -all' },
      '_dmarc.parked.test': { TXT: 'v=DMARC1; p=reject;' },
    },
  },
}
