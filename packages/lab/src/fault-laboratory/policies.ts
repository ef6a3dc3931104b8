import { careful, type FaultDomains } from './fault-domain.ts'

const CRLF = '\r\n'
const withText = (domain: string, about: string, ...lines: readonly string[]): FaultDomains => ({
  [domain]: {
    about,
    domain: careful(domain, { policy: { text: lines.map(line => `${line}${CRLF}`).join('') } }),
  },
})
const withPatterns = (domain: string, about: string, ...mx: readonly string[]): FaultDomains => ({
  [domain]: { about, domain: careful(domain, { policy: { mx } }) },
})

/** What is wrong with the policy file, by itself and beside the MX records. */
export const policyFaults: FaultDomains = {
  ...withText(
    'policy-mode.test',
    'A mode that does not exist',
    'version: STSv1',
    'mode: enforced',
    'mx: mx.policy-mode.test',
    'max_age: 1209600',
  ),
  ...withText(
    'policy-mode-and-hosts.test',
    'A mode that does not exist, and beside it a host that is not the MX host',
    'version: STSv1',
    'mode: enforced',
    'mx: old.policy-mode-and-hosts.test',
    'max_age: 1209600',
  ),
  ...withText(
    'policy-version.test',
    'No version',
    'mode: enforce',
    'mx: mx.policy-version.test',
    'max_age: 1209600',
  ),
  ...withText(
    'policy-max-age.test',
    'max_age in words',
    'version: STSv1',
    'mode: enforce',
    'mx: mx.policy-max-age.test',
    'max_age: 2 weeks',
  ),
  ...withText(
    'policy-short.test',
    'max_age of an hour',
    'version: STSv1',
    'mode: enforce',
    'mx: mx.policy-short.test',
    'max_age: 3600',
  ),
  ...withText(
    'policy-long.test',
    'max_age of a year while testing',
    'version: STSv1',
    'mode: testing',
    'mx: mx.policy-long.test',
    'max_age: 31557600',
  ),
  ...withText(
    'policy-mx-missing.test',
    'Enforce without any host',
    'version: STSv1',
    'mode: enforce',
    'max_age: 1209600',
  ),
  ...withText(
    'policy-mx.test',
    'An mx line with a preference',
    'version: STSv1',
    'mode: enforce',
    'mx: 10 mx.policy-mx.test',
    'max_age: 1209600',
  ),
  ...withText(
    'policy-mx-address.test',
    'An IP address beside the host',
    'version: STSv1',
    'mode: enforce',
    'mx: mx.policy-mx-address.test',
    'mx: 192.0.2.1',
    'max_age: 1209600',
  ),
  ...withText(
    'policy-blank.test',
    'An empty line',
    'version: STSv1',
    '',
    'mode: enforce',
    'mx: mx.policy-blank.test',
    'max_age: 1209600',
  ),
  ...withText(
    'policy-unknown.test',
    'A key that looks like a known one',
    'version: STSv1',
    'mode: enforce',
    'mx: mx.policy-unknown.test',
    'max-age: 1',
    'max_age: 1209600',
  ),
  ...withText(
    'policy-twice.test',
    'The mode stands twice',
    'version: STSv1',
    'mode: enforce',
    'mode: testing',
    'mx: mx.policy-twice.test',
    'max_age: 1209600',
  ),
  ...withText('policy-words.test', 'A text that is no policy', 'this is no policy'),
  ...withText('policy-json.test', 'A policy in JSON', '{ "version": "STSv1", "mode": "enforce" }'),
  ...withText(
    'policy-left-over.test',
    'The host of a template',
    'version: STSv1',
    'mode: enforce',
    'mx: mx.your-domain.test',
    'mx: mx.policy-left-over.test',
    'max_age: 1209600',
  ),
  ...withText(
    'policy-duplicate.test',
    'A host twice',
    'version: STSv1',
    'mode: enforce',
    'mx: mx.policy-duplicate.test',
    'mx: mx.policy-duplicate.test',
    'max_age: 1209600',
  ),
  'policy-line-ends.test': {
    about: 'Line ends of both kinds',
    domain: careful('policy-line-ends.test', {
      policy: { text: 'version: STSv1\r\nmode: enforce\nmx: mx.policy-line-ends.test\r\nmax_age: 1209600\n' },
    }),
  },
  'policy-empty.test': {
    about: 'An empty file',
    domain: careful('policy-empty.test', { policy: { text: '' } }),
  },
  'policy-none.test': {
    about: 'Mode none',
    domain: careful('policy-none.test', { policy: { mode: 'none' } }),
  },
  ...withPatterns('match-none.test', 'None of the hosts is in the policy', 'mail.elsewhere.example'),
  'match-missing.test': {
    about: 'The first host is not in the policy',
    domain: careful('match-missing.test', {
      mx: { 'mx1.match-missing.test': {}, 'mx2.match-missing.test': {} },
      policy: { mx: ['mx2.match-missing.test'] },
    }),
  },
  'match-missing-testing.test': {
    about: 'The backup host is not in the policy, which is being tested',
    domain: careful('match-missing-testing.test', {
      mx: { 'mx1.match-missing-testing.test': {}, 'mx2.match-missing-testing.test': {} },
      policy: { mode: 'testing', mx: ['mx1.match-missing-testing.test'] },
    }),
  },
  'match-depth.test': {
    about: 'A wildcard over two labels',
    domain: careful('match-depth.test', {
      mx: { 'mx.match-depth.test': {}, 'a.b.match-depth.test': {} },
      policy: { mx: ['*.match-depth.test'] },
    }),
  },
  'match-apex.test': {
    about: 'A wildcard for the name itself',
    domain: careful('match-apex.test', {
      mx: { 'a.mail.match-apex.test': {}, 'mail.match-apex.test': {} },
      policy: { mx: ['*.mail.match-apex.test'] },
    }),
  },
  ...withPatterns(
    'match-unused.test',
    'A pattern that no host needs',
    'mx.match-unused.test',
    'old.match-unused.test',
  ),
  ...withPatterns('match-broad.test', 'A pattern for everybody', 'mx.match-broad.test', '*.test'),
}
