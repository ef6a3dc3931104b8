import { type CheckRow, type FindingPage, lasting, passing } from './finding-page.ts'

export const dnsRows = {
  'dns/servers-differ': {
    clause: 'RFC 1034 §4.3.5',
    ...lasting,
    severity: 'warning',
    title: 'The name servers do not agree',
    meaning:
      'The authoritative servers of the zone give different answers. Which one a sender gets is chance, so what works for one fails for another. Shortly after a change this is normal.',
    remedy:
      'Compare the serial numbers (SOA). If a server stays behind, look at its zone transfers; if two providers serve the zone, change it at both.',
  },
  'dns/server-silent': {
    clause: 'RFC 1034 §4.1',
    ...passing,
    severity: 'warning',
    title: 'A name server does not answer',
    meaning: 'Senders wait for it before they ask another one. If all are silent, mail waits.',
    remedy: 'Mend the server, or take it out of the delegation at the registrar.',
  },
  'dns/answer-wildcard': {
    clause: 'RFC 4592 §2.1',
    ...lasting,
    severity: 'warning',
    title: 'A wildcard record answers for every name',
    meaning:
      'Names that nobody made have this record too. A TXT wildcard makes every subdomain look as if it announced a policy or wanted reports; an address wildcard makes every name look like a host.',
    remedy: 'Replace the wildcard by records at the names that need them.',
  },
  'dns/resolver-not-validating': {
    clause: 'RFC 4035 §4.9.3',
    ...lasting,
    severity: 'unknown',
    title: 'The resolver used here does not validate DNSSEC',
    meaning:
      'Whether the answers are signed and right cannot be told from here. That says nothing about the domain.',
    remedy:
      'Let the check use a validating resolver that is trusted, such as an unbound on the same machine (`dns.resolvers`).',
  },
  'dnssec/bogus': {
    clause: 'RFC 4035 §5.5',
    temporary: true,
    resultType: 'dnssec-invalid',
    severity: 'error',
    title: 'The signatures of the zone are wrong',
    meaning:
      'A validating resolver refuses the answer and gives it only when asked not to check. Every sender behind such a resolver keeps the mail and tries again until it comes back.',
    remedy:
      'Look for expired signatures (RRSIG), for a DS record at the registrar that belongs to an old key, and for a name server with an old copy of the zone.',
    example: 'delv @9.9.9.9 example.com MX\ndig +cd +dnssec example.com MX',
  },
  'dnssec/unsigned': {
    clause: 'RFC 7672 §2.2.1',
    ...lasting,
    severity: 'advice',
    title: 'The zone is not signed',
    meaning:
      'DANE is not possible, and whoever can forge DNS answers can hide the MTA-STS record at the first contact.',
    remedy: 'Sign the zone and give the DS record to the registrar; most DNS providers do both on request.',
  },
} as const satisfies Readonly<Record<string, CheckRow>>

/** Pages of what `@sternpost/network` reports about DNS. */
export const dnsPages = {
  'dns/timeout': {
    title: 'DNS does not answer in time',
    severity: 'unknown',
    severityNote: 'an error where every server of the zone is silent',
    meaning:
      'No answer came within the time a lookup has. Senders who see the same keep the mail and try again; a cached MTA-STS policy stays in force.',
    remedy: 'Try again. If it stays, ask each name server of the zone by itself.',
  },
  'dns/servfail': {
    title: 'DNS answers with SERVFAIL',
    severity: 'unknown',
    severityNote: 'an error where it is so every time',
    meaning:
      'The resolver could not get an answer it trusts. The cause is at the name servers of the zone or in its signatures. Senders keep the mail and try again.',
    remedy: 'Ask with checking disabled (`dig +cd`): if that gives an answer, the signatures are wrong.',
  },
  'dns/bogus': {
    title: 'A DNS answer fails validation',
    severity: 'error',
    meaning:
      'The answer is there but its DNSSEC signatures do not hold. Validating senders treat it as if there were no answer, and the mail waits.',
    remedy: 'Renew the signatures, or make the DS record at the registrar fit the key in the zone.',
  },
  'dns/refused': {
    title: 'DNS refuses to answer',
    severity: 'unknown',
    meaning:
      'The server does not answer this question for us, by its own rules or because it does not have the zone.',
    remedy:
      'If it is the resolver used here, set another one; if it is a name server of the zone, load the zone there.',
  },
  'dns/unreachable': {
    title: 'The resolver cannot be reached',
    severity: 'unknown',
    meaning: 'Nothing can be looked up from here. That says nothing about the domain.',
    remedy: 'Mend the network or set another resolver (`dns.resolvers`).',
  },
  'dns/malformed': {
    title: 'A DNS answer cannot be read',
    severity: 'unknown',
    meaning: 'What came back is no DNS message, or one that breaks the rules of the format.',
    remedy: 'Look for a device in between that answers DNS itself, and at the software of the name server.',
  },
  'dns/alias-loop': {
    title: 'Aliases lead in a circle or too far',
    severity: 'error',
    meaning:
      'A CNAME leads back to where it began, or through more names than resolvers follow. Nobody gets an answer.',
    remedy: 'Let the first name point straight at the last one.',
  },
  'dns/address-refused': {
    title: 'An address of a name server is not asked',
    severity: 'unknown',
    meaning: 'It belongs to a private or reserved network, to which no question is sent from here.',
    remedy: 'Publish public addresses for the name servers.',
  },
  'dns/name': {
    title: 'A name that DNS cannot carry',
    severity: 'error',
    meaning: 'The name is too long or has an empty part, so that no question can be asked about it.',
    remedy: 'Shorten or correct the name.',
  },
} as const satisfies Readonly<Record<string, FindingPage>>
