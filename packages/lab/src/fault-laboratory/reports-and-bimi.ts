import { careful, type FaultDomains } from './fault-domain.ts'

const withRecord = (domain: string, about: string, record: string): FaultDomains => ({
  [domain]: { about, domain: careful(domain, { tlsRpt: record }) },
})
const withBimi = (domain: string, about: string, bimi: string, dmarc?: string): FaultDomains => ({
  [domain]: {
    about,
    domain: careful(domain),
    zone: {
      [`default._bimi.${domain}`]: { TXT: bimi },
      ...(dmarc === undefined ? {} : { [`_dmarc.${domain}`]: { TXT: dmarc } }),
    },
  },
})
const logo = (domain: string) => `v=BIMI1; l=https://${domain}/logo.svg; a=https://${domain}/mark.pem;`

/** What is wrong with TLS reporting, and with BIMI in brief. */
export const reportAndBimiFaults: FaultDomains = {
  'report-none.test': {
    about: 'A policy, but no reports',
    domain: { policy: { maxAgeSeconds: 1_209_600 } },
  },
  'report-several.test': {
    about: 'Two TLSRPT records',
    domain: careful('report-several.test'),
    zone: {
      '_smtp._tls.report-several.test': {
        TXT: [
          ['v=TLSRPTv1; rua=mailto:a@report-several.test'],
          ['v=TLSRPTv1; rua=mailto:b@report-several.test'],
        ],
      },
    },
  },
  'report-old-name.test': {
    about: 'The record at the name of an old draft',
    domain: { policy: { maxAgeSeconds: 1_209_600 } },
    zone: { '_smtp-tlsrpt.report-old-name.test': { TXT: 'v=TLSRPTv1; rua=mailto:r@report-old-name.test' } },
  },
  ...withRecord('report-no-rua.test', 'No address for reports', 'v=TLSRPTv1;'),
  ...withRecord(
    'report-bare.test',
    'A mail address without mailto:',
    'v=TLSRPTv1; rua=reports@report-bare.test',
  ),
  ...withRecord('report-ftp.test', 'Reports by FTP', 'v=TLSRPTv1; rua=ftp://report-ftp.test/in'),
  ...withRecord(
    'report-nowhere.test',
    'Reports to a domain that does not exist',
    'mailto:r@nobody-has-this.example',
  ),
  ...withRecord('report-outside.test', 'Reports to another organization', 'mailto:r@fine-mta-sts.test'),
  ...withRecord(
    'report-https.test',
    'Reports to a host without address',
    'https://nowhere.report-https.test/in',
  ),
  ...withRecord(
    'report-twice.test',
    'One address twice',
    'v=TLSRPTv1; rua=mailto:r@report-twice.test,mailto:r@report-twice.test',
  ),
  ...withRecord(
    'report-template.test',
    'The address of a template',
    'v=TLSRPTv1; rua=mailto:tlsrpt@your-domain.example',
  ),
  ...withRecord(
    'report-local.test',
    'An address nobody else reaches',
    'v=TLSRPTv1; rua=https://localhost/in',
  ),
  ...withRecord(
    'report-many.test',
    'Twelve addresses',
    `v=TLSRPTv1; rua=${Array.from({ length: 12 }, (_, index) => `mailto:r${index}@report-many.test`).join(',')}`,
  ),
  'report-rcpt.test': {
    about: 'The mailbox for reports does not exist',
    domain: careful('report-rcpt.test', {
      mx: {
        'mx.report-rcpt.test': {
          fault: { ehloAfterTls: ['250-mx', '250 PIPELINING'], rcpt: '550 5.1.1 no such user' },
        },
      },
    }),
  },
  'report-same-fault.test': {
    about: 'Reports of a fault go where the fault is',
    domain: careful('report-same-fault.test', {
      mx: { 'mx.report-same-fault.test': { certificate: 'expired' } },
    }),
  },
  ...withBimi('bimi-dmarc-none.test', 'BIMI without DMARC', logo('bimi-dmarc-none.test')),
  ...withBimi('bimi-dmarc-weak.test', 'BIMI with p=none', logo('bimi-dmarc-weak.test'), 'v=DMARC1; p=none'),
  ...withBimi(
    'bimi-dmarc-sp.test',
    'BIMI with sp=none',
    logo('bimi-dmarc-sp.test'),
    'v=DMARC1; p=reject; sp=none',
  ),
  ...withBimi(
    'bimi-dmarc-pct.test',
    'BIMI with pct=50',
    logo('bimi-dmarc-pct.test'),
    'v=DMARC1; p=quarantine; pct=50',
  ),
  ...withBimi(
    'bimi-dmarc-testing.test',
    'BIMI with t=y',
    logo('bimi-dmarc-testing.test'),
    'v=DMARC1; p=quarantine; t=y',
  ),
  ...withBimi(
    'bimi-location.test',
    'An indicator by http:',
    'v=BIMI1; l=http://bimi-location.test/logo.svg;',
    'v=DMARC1; p=reject',
  ),
  ...withBimi(
    'bimi-no-evidence.test',
    'No mark certificate',
    'v=BIMI1; l=https://bimi-no-evidence.test/logo.svg;',
    'v=DMARC1; p=reject',
  ),
}
