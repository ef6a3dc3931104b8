import { type CheckRow, type FindingPage, lasting } from './finding-page.ts'

const tlsaInvalid = { temporary: false, resultType: 'tlsa-invalid' } as const

export const daneRows = {
  'dane/none': {
    clause: 'RFC 7672 §2.2',
    ...lasting,
    severity: 'advice',
    title: 'No MX host has TLSA records',
    meaning: 'Senders with DANE deliver to this domain without it. With MTA-STS it is protected otherwise.',
    remedy: 'Where the zone of the MX hosts is signed, publish TLSA records of the form 3 1 1.',
    example: '_25._tcp.mail.example.com. IN TLSA 3 1 1 <SHA-256 of the public key>',
  },
  'dane/partial': {
    clause: 'RFC 7672 §2.2',
    ...lasting,
    severity: 'warning',
    title: 'Only some MX hosts have TLSA records',
    meaning: 'An attacker makes the protected hosts unreachable and receives the mail at the others.',
    remedy: 'Publish TLSA records for every MX host.',
  },
  'dane/insecure': {
    clause: 'RFC 7672 §2.2.3',
    ...lasting,
    severity: 'warning',
    title: 'TLSA records in an unsigned answer',
    meaning:
      'Senders use TLSA records only where every answer on the way is signed: MX, addresses and TLSA. Here one is not, so the records are ignored.',
    remedy: 'Sign the zone that is not; the finding names it.',
  },
  'dane/denial': {
    clause: 'RFC 7672 §2.1.2',
    temporary: true,
    resultType: 'dnssec-invalid',
    severity: 'error',
    title: 'The question for TLSA records fails',
    meaning:
      'The answer is SERVFAIL, or the proof that there are no records is wrong. Senders with DANE cannot tell whether there are any, and keep the mail.',
    remedy:
      'Look at the name servers of the MX host: some do not answer questions for types they do not know, others have broken NSEC records.',
  },
  'dane/mismatch': {
    clause: 'RFC 7672 §3',
    ...tlsaInvalid,
    severity: 'error',
    title: 'No TLSA record fits the certificate',
    meaning:
      'Senders with DANE do not deliver to this host. Usually the key was changed and the records were not.',
    remedy:
      'Publish a record for the present key now. At the next renewal keep the key, or publish the record of the new one two TTLs ahead.',
  },
  'dane/all-unusable': {
    clause: 'RFC 7672 §2.2',
    ...lasting,
    severity: 'warning',
    title: 'None of the TLSA records can be used',
    meaning: 'Senders encrypt but do not know to whom. Whoever forges DNS or routes can read the mail.',
    remedy: 'Publish a record of the form 3 1 1.',
  },
  'dane/trust-anchor-chain': {
    clause: 'RFC 7672 §3.1.2',
    ...tlsaInvalid,
    severity: 'error',
    title: 'The CA of a 2 x x record is not in the chain',
    meaning:
      'With usage 2 the server must send the certificate of that CA, and its own must bear the right name.',
    remedy: 'Configure the full chain, or use 3 1 1, which needs neither.',
  },
  'dane/full-certificate': {
    clause: 'RFC 7671 §5.1',
    ...lasting,
    severity: 'warning',
    title: 'A TLSA record that breaks with each renewal',
    meaning:
      'With selector 0 the record names the certificate, which changes at every renewal even if the key stays. Between the renewal and the new record senders with DANE do not deliver.',
    remedy: 'Use 3 1 1, the digest of the key, and let the certificate client keep the key.',
  },
  'dane/full-data': {
    clause: 'RFC 7671 §10.1.2',
    ...lasting,
    severity: 'advice',
    title: 'A TLSA record holds the whole certificate or key',
    meaning: 'With matching type 0 the answer is large; some resolvers and firewalls have trouble with it.',
    remedy: 'Publish the SHA-256 digest instead (matching type 1).',
  },
  'dane/sha-512': {
    clause: 'RFC 7671 §9',
    ...lasting,
    severity: 'advice',
    title: 'Only SHA-512 digests',
    meaning:
      'Every sender must know SHA-256; SHA-512 is optional. To a sender without it this record is unusable.',
    remedy: 'Publish the record with matching type 1.',
  },
  'dane/duplicate': {
    clause: 'RFC 7671 §8.1',
    ...lasting,
    severity: 'advice',
    title: 'A TLSA record stands twice',
    meaning: 'The second one changes nothing, and does not prepare a renewal.',
    remedy: 'Remove it, or publish the record of the next key in its place.',
  },
  'dane/rollover': {
    clause: 'RFC 7671 §8.1',
    ...lasting,
    severity: 'advice',
    title: 'Nothing is prepared for the next key',
    meaning:
      'There is a record for the present key only. When the key changes, senders with DANE fail until DNS follows.',
    remedy: 'Keep the key at renewals, or publish the record of the next key two TTLs before it is used.',
  },
  'dane/renewal-soon': {
    clause: 'RFC 7671 §8',
    ...lasting,
    severity: 'warning',
    title: 'The certificate is renewed soon and its record is not ready',
    meaning: 'If the renewal makes a new key, no TLSA record will fit it.',
    remedy: 'Turn on key reuse in the certificate client, or publish the record of the new key first.',
  },
  'dane/ttl': {
    clause: 'RFC 7671 §13',
    ...lasting,
    severity: 'advice',
    title: 'TLSA records live long in caches',
    meaning: 'After a mistake senders see the old records that much longer.',
    remedy: 'Use a TTL of an hour or less.',
  },
} as const satisfies Readonly<Record<string, CheckRow>>

/** Pages of what is said about single TLSA records. */
export const danePages = {
  'dane/tlsa-syntax': {
    title: 'A TLSA record cannot be read',
    severity: 'error',
    meaning: 'A TLSA record is usage, selector, matching type and data in hexadecimal.',
    remedy: 'Make it anew from the certificate.',
    example: '_25._tcp.mail.example.com. IN TLSA 3 1 1 <64 hexadecimal digits>',
  },
  'dane/tlsa-usage': {
    title: 'The usage of a TLSA record does not serve mail',
    severity: 'warning',
    meaning:
      'Usages 0 and 1 rely on a list of CAs that mail servers do not share; other numbers have no meaning. Senders treat the record as unusable. If there is no other one, the mail is encrypted, to whomever.',
    remedy: 'Use usage 3 (the key of the server), with selector 1 and matching type 1.',
  },
  'dane/tlsa-selector': {
    title: 'The selector of a TLSA record is unknown',
    severity: 'warning',
    meaning: 'Only 0 (certificate) and 1 (public key) have a meaning. The record is unusable.',
    remedy: 'Use selector 1.',
  },
  'dane/tlsa-matching-type': {
    title: 'The matching type of a TLSA record is unknown',
    severity: 'warning',
    meaning: 'Only 0 (everything), 1 (SHA-256) and 2 (SHA-512) have a meaning. The record is unusable.',
    remedy: 'Use matching type 1.',
  },
  'dane/tlsa-data-length': {
    title: 'The digest in a TLSA record has the wrong length',
    severity: 'warning',
    meaning: 'SHA-256 has 32 octets, SHA-512 has 64. A record with others can match no server.',
    remedy: 'Make the digest anew; 20 octets are SHA-1, which DANE does not know.',
  },
  'dane/tlsa-data-encoding': {
    title: 'A TLSA record holds no certificate or key',
    severity: 'warning',
    meaning:
      'With matching type 0 the data must be a certificate or public key in DER. These are not, and match no server.',
    remedy: 'Publish a digest instead: 3 1 1.',
  },
} as const satisfies Readonly<Record<string, FindingPage>>
