import { careful, carefulWithMx, type FaultDomains } from './fault-domain.ts'

/** Twenty-two hosts, more than senders try. */
const manyHosts = Object.fromEntries(
  Array.from({ length: 22 }, (_, index) => [`mx${index + 1}.mx-many.test`, { addresses: [{ dead: true }] }]),
)

/** What is wrong with the domain itself and with where its MX records lead. */
export const domainAndMxFaults: FaultDomains = {
  'no-such-domain.test': { about: 'A domain that does not exist' },
  'fine-mta-sts.con': {
    about: 'A slip at the end of a name',
    zone: { 'fine-mta-sts.com': { MX: '10 mx.fine-mta-sts.test' } },
  },
  'null-mx.test': { about: 'A null MX, but nothing against forged mail', domain: { mx: 'null-mx' } },
  'null-mx-policy.test': {
    about: 'MTA-STS and reports for a domain that takes no mail',
    domain: careful('null-mx-policy.test', { mx: 'null-mx', policy: { mode: 'none' } }),
  },
  'null-mx-beside.test': {
    about: 'A null MX beside a real one',
    domain: careful('null-mx-beside.test'),
    zone: { 'null-mx-beside.test': { MX: ['0 .', '10 mx.null-mx-beside.test'] } },
  },
  'no-mx.test': { about: 'Neither MX nor address', zone: { 'no-mx.test': { TXT: 'something else' } } },
  'implicit.test': {
    about: 'An address and no MX record',
    domain: careful('implicit.test', { implicitMx: true }),
  },
  'dangling.test': {
    about: 'The only MX host has no address',
    zone: { 'dangling.test': { MX: '10 mx.dangling.test' } },
  },
  'dangling-second.test': {
    about: 'The second MX host has no address',
    domain: careful('dangling-second.test', {
      policy: { mx: ['mx.dangling-second.test', 'old.dangling-second.test'] },
    }),
    zone: { 'dangling-second.test': { MX: ['10 mx.dangling-second.test', '20 old.dangling-second.test'] } },
  },
  'unregistered.test': {
    about: 'An MX host under a domain nobody has',
    domain: { mx: { 'mx.unregistered.test': {} } },
    zone: { 'unregistered.test': { MX: ['10 mx.unregistered.test', '20 mail.nobody-has-this.example'] } },
  },
  'mx-alias.test': {
    about: 'The MX host is an alias',
    domain: carefulWithMx('mx-alias.test', { aliasOf: 'host7.mx-alias.test' }),
  },
  'mx-address.test': {
    about: 'An IP address in the MX record',
    zone: { 'mx-address.test': { MX: '10 192.0.2.25' } },
  },
  'mx-duplicate.test': {
    about: 'One host in two MX records',
    domain: careful('mx-duplicate.test'),
    zone: { 'mx-duplicate.test': { MX: ['10 mx.mx-duplicate.test', '20 mx.mx-duplicate.test'] } },
  },
  'mx-many.test': { about: 'Twenty-two MX hosts', domain: { mx: manyHosts } },
  'mx-private.test': {
    about: 'One address of two is private',
    domain: carefulWithMx('mx-private.test', { addresses: [{}, { outside: '10.1.2.3' }] }),
  },
  'mx-private-only.test': {
    about: 'The only address is private',
    domain: { mx: { 'mx.mx-private-only.test': { addresses: [{ outside: '192.168.7.7' }] } } },
  },
}
