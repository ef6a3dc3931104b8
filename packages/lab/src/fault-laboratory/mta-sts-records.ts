import { careful, type FaultDomains } from './fault-domain.ts'

const withRecord = (domain: string, about: string, record: string): FaultDomains => ({
  [domain]: { about, domain: careful(domain, { policy: { record } }) },
})

/** What is wrong with the record at `_mta-sts`. */
export const mtaStsRecordFaults: FaultDomains = {
  ...withRecord('record-missing.test', 'A policy is served, no record announces it', 'unrelated text'),
  ...withRecord('record-syntax.test', 'A field that is none', 'v=STSv1; id=1; what'),
  ...withRecord('record-id-missing.test', 'No id', 'v=STSv1;'),
  ...withRecord('record-id.test', 'An id with hyphens', 'v=STSv1; id=2026-11-01;'),
  ...withRecord('record-id-twice.test', 'The id stands twice', 'v=STSv1; id=1; id=2;'),
  ...withRecord('record-case.test', 'The version in lower case', 'v=stsv1; id=1;'),
  ...withRecord('record-quotes.test', 'Quotes inside the record', '"v=STSv1; id=1;"'),
  ...withRecord('record-no-semicolon.test', 'No semicolon behind the version', 'v=STSv1 id=1'),
  ...withRecord('record-delimiter.test', 'A space before the first semicolon', 'v=STSv1 ; id=1;'),
  'record-several.test': {
    about: 'Two records',
    domain: careful('record-several.test'),
    zone: {
      '_mta-sts.record-several.test': { TXT: ['v=STSv1; id=1;', 'v=STSv1; id=2;'].map(text => [text]) },
    },
  },
  'record-foreign.test': {
    about: 'Somebody else’s record beside',
    domain: careful('record-foreign.test'),
    zone: { '_mta-sts.record-foreign.test': { TXT: [['v=STSv1; id=1;'], ['google-site-verification=x']] } },
  },
  'record-at-apex.test': {
    about: 'The record stands at the domain itself',
    domain: {},
    zone: { 'record-at-apex.test': { TXT: 'v=STSv1; id=1;' } },
  },
  'record-at-host.test': {
    about: 'The record stands at the policy host',
    domain: {},
    zone: { 'mta-sts.record-at-host.test': { TXT: 'v=STSv1; id=1;' } },
  },
  'record-doubled.test': {
    about: 'The zone name stands twice in the name of the record',
    domain: {},
    zone: { '_mta-sts.record-doubled.test.record-doubled.test': { TXT: 'v=STSv1; id=1;' } },
  },
  'record-alias.test': {
    about: 'Only the record is delegated to a provider',
    domain: careful('record-alias.test'),
    zone: {
      '_mta-sts.record-alias.test': { CNAME: '_mta-sts.provider.example' },
      '_mta-sts.provider.example': { TXT: 'v=STSv1; id=1;' },
    },
  },
  'record-delegated.test': {
    about: 'Record and policy host are a provider’s',
    domain: careful('record-delegated.test', { policy: { aliasOf: 'mta-sts.whole.example' } }),
    zone: {
      '_mta-sts.record-delegated.test': { CNAME: '_mta-sts.whole.example' },
      '_mta-sts.whole.example': { TXT: 'v=STSv1; id=1;' },
    },
  },
  'record-wildcard.test': {
    about: 'A wildcard announces a policy for every name',
    domain: careful('record-wildcard.test'),
    zone: { '*.record-wildcard.test': { TXT: 'v=STSv1; id=1;' } },
  },
  'record-loop.test': {
    about: 'The record is an alias of itself',
    domain: careful('record-loop.test'),
    zone: {
      '_mta-sts.record-loop.test': { CNAME: 'loop.record-loop.test' },
      'loop.record-loop.test': { CNAME: '_mta-sts.record-loop.test' },
    },
  },
  'record-ttl.test': {
    about: 'The record stays in caches for a week',
    domain: careful('record-ttl.test'),
    zone: { '_mta-sts.record-ttl.test': { TXT: { records: 'v=STSv1; id=1;', ttlSeconds: 604_800 } } },
  },
  'news.fine-mta-sts.test': {
    about: 'A subdomain with mail, whose parent alone has a policy',
    domain: { mx: { 'mx1.fine-mta-sts.test': {} } },
  },
}
