import type { ProtocolIssueCode } from '../issues.ts'
import type { ResultType } from './result-type.ts'

export type LikelyCause = 'our-misconfiguration' | 'sender-problem' | 'possible-downgrade' | 'undecided'

/** What a failure means where it is seen in one way: by many, by one, or by the only reporter there is. */
export interface FailureReading {
  readonly cause: LikelyCause
  readonly remedy: string
  /** What else it could be. */
  readonly doubt?: string
}

/** One result type in plain words. */
export interface FailureClass {
  /** A sentence: what happened. */
  readonly summary: string
  readonly findingCode: ProtocolIssueCode
  readonly seenByMany: FailureReading
  readonly seenByOne: FailureReading
  readonly seenWithoutComparison: FailureReading
}

/** Every registered result type, what it most likely comes from, and what to do. Source: RFC 8460 §4.3. */
export const failureClasses = {
  'starttls-not-supported': {
    summary: 'The MX host did not offer STARTTLS.',
    findingCode: 'tls-rpt/failure-starttls',
    seenByMany: {
      cause: 'our-misconfiguration',
      remedy:
        'Switch STARTTLS on at this MX host (Postfix: smtpd_tls_security_level = may and a certificate), and see that no firewall rewrites the EHLO answer (Cisco ASA: "inspect esmtp").',
    },
    seenByOne: {
      cause: 'possible-downgrade',
      remedy:
        'Test STARTTLS at this MX host from outside, then ask the reporter what stands between its network and yours. In mode enforce the sender keeps the mail back rather than send it in the clear.',
      doubt:
        "A firewall in the sender's network, a limit on connections or a restart of your server looks the same.",
    },
    seenWithoutComparison: {
      cause: 'our-misconfiguration',
      remedy:
        'Test STARTTLS at this MX host from outside. If it is offered there, something on the way removes it: ask the reporter for its route.',
      doubt: 'An attacker or a firewall on the way looks the same.',
    },
  },
  'certificate-host-mismatch': {
    summary: 'The certificate of the MX host does not carry the name of the host.',
    findingCode: 'tls-rpt/failure-certificate-name',
    seenByMany: {
      cause: 'our-misconfiguration',
      remedy:
        'Get a certificate whose subject alternative names hold the MX host name exactly as the MX record has it, and load it in the mail server.',
    },
    seenByOne: {
      cause: 'possible-downgrade',
      remedy:
        'Compare the certificate that the MX host shows from outside with yours, at every one of its addresses. If all are right, ask the reporter which certificate it saw.',
      doubt: 'One machine behind the name with an old certificate looks the same.',
    },
    seenWithoutComparison: {
      cause: 'our-misconfiguration',
      remedy:
        'Check that every address of the MX host shows a certificate with the MX host name in its subject alternative names.',
    },
  },
  'certificate-expired': {
    summary: 'The certificate of the MX host had expired.',
    findingCode: 'tls-rpt/failure-certificate-expired',
    seenByMany: {
      cause: 'our-misconfiguration',
      remedy:
        'Renew the certificate and reload the mail server; a renewed file alone is not enough. Check every address of the MX host.',
    },
    seenByOne: {
      cause: 'our-misconfiguration',
      remedy:
        'Check each address of the MX host: one machine may still show the old certificate. If none does, the clock of the sender may be wrong.',
      doubt: 'A wrong clock at the sender looks the same.',
    },
    seenWithoutComparison: {
      cause: 'our-misconfiguration',
      remedy: 'Renew the certificate, reload the mail server, and check every address of the MX host.',
    },
  },
  'certificate-not-trusted': {
    summary: 'The sender could not trace the certificate of the MX host to an authority it trusts.',
    findingCode: 'tls-rpt/failure-certificate-trust',
    seenByMany: {
      cause: 'our-misconfiguration',
      remedy:
        'Serve the full chain with the intermediate certificate (fullchain.pem, not cert.pem), from an authority that browsers and mail systems trust; MTA-STS accepts no self-signed certificate.',
    },
    seenByOne: {
      cause: 'possible-downgrade',
      remedy:
        'Check the chain from outside at every address of the MX host. If it is complete, ask the reporter which issuer it saw: yours means its list of authorities is old, another one means somebody is in between.',
      doubt: 'A sender with an old list of authorities looks the same, and is the more common case.',
    },
    seenWithoutComparison: {
      cause: 'our-misconfiguration',
      remedy:
        'Serve the full chain with the intermediate certificate, from an authority that mail systems trust.',
    },
  },
  'validation-failure': {
    summary: 'TLS failed for a reason that has no name of its own.',
    findingCode: 'tls-rpt/failure-validation',
    seenByMany: {
      cause: 'our-misconfiguration',
      remedy:
        'Test the MX host for TLS 1.2 and 1.3 with common ciphers and a complete certificate chain; the reason code and the log of the mail server at that time tell more.',
    },
    seenByOne: {
      cause: 'sender-problem',
      remedy:
        'Look for connections of that network in the log of the mail server. An old TLS library at the sender, or a limit on connections at yours, is the usual reason.',
      doubt: 'Interference on the way looks the same.',
    },
    seenWithoutComparison: {
      cause: 'undecided',
      remedy:
        'Test the MX host for TLS, and look for connections of that network in the log of the mail server.',
    },
  },
  'tlsa-invalid': {
    summary: 'The TLSA records of the MX host do not match its certificate, or cannot be used.',
    findingCode: 'tls-rpt/failure-tlsa',
    seenByMany: {
      cause: 'our-misconfiguration',
      remedy:
        'Publish TLSA records for the key in use now, as usage 3, selector 1, matching type 1; at a change of key publish the new record at least two TTLs before the new key is used.',
    },
    seenByOne: {
      cause: 'possible-downgrade',
      remedy:
        'Compare the TLSA records with the certificate at every address of the MX host. If all match, ask the reporter which certificate it saw.',
      doubt: 'A resolver at the sender that still holds the old record after a change of key looks the same.',
    },
    seenWithoutComparison: {
      cause: 'our-misconfiguration',
      remedy: 'Compare the TLSA records with the certificate at every address of the MX host.',
    },
  },
  'dnssec-invalid': {
    summary: "The sender could not validate the DNSSEC signatures of the MX host's records.",
    findingCode: 'tls-rpt/failure-dnssec',
    seenByMany: {
      cause: 'our-misconfiguration',
      remedy:
        'Check the zone of the MX host for expired signatures and a DS record that fits its key; every name server must give the same signed answers.',
    },
    seenByOne: {
      cause: 'sender-problem',
      remedy:
        'Check the zone with a DNSSEC test. If it is sound, the resolver of the sender is at fault, or answers are forged on its way.',
      doubt: 'Forged DNS answers look the same, and DNSSEC has then done its work.',
    },
    seenWithoutComparison: {
      cause: 'our-misconfiguration',
      remedy: 'Check the zone of the MX host for expired signatures and a DS record that fits its key.',
    },
  },
  'dane-required': {
    summary: 'The sender is set to require DANE and found no usable TLSA records.',
    findingCode: 'tls-rpt/failure-dane-required',
    seenByMany: {
      cause: 'our-misconfiguration',
      remedy:
        'If you meant to offer DANE, publish TLSA records for every MX host in a signed zone. If you withdrew it, tell the senders that require it.',
      doubt: 'The requirement is a setting of the senders; nothing is wrong if you never offered DANE.',
    },
    seenByOne: {
      cause: 'sender-problem',
      remedy:
        'Ask the sender to drop its requirement, or publish TLSA records for every MX host in a signed zone.',
      doubt: 'An attacker who suppresses TLSA records looks the same only where the zone is unsigned.',
    },
    seenWithoutComparison: {
      cause: 'sender-problem',
      remedy:
        'Ask the sender to drop its requirement, or publish TLSA records for every MX host in a signed zone.',
    },
  },
  'sts-policy-fetch-error': {
    summary: 'The sender found the TXT record _mta-sts and could not fetch the policy.',
    findingCode: 'tls-rpt/failure-policy-fetch',
    seenByMany: {
      cause: 'our-misconfiguration',
      remedy:
        'See that https://mta-sts.DOMAIN/.well-known/mta-sts.txt answers 200 without a redirect, over IPv4 and, where it has an address, over IPv6.',
    },
    seenByOne: {
      cause: 'sender-problem',
      remedy:
        "Fetch the policy from outside. If it answers, look for a block of the sender's network at the policy host (firewall, rate limit, bot protection).",
      doubt:
        'Somebody who keeps a sender from the policy looks the same; a sender with a cached policy keeps it.',
    },
    seenWithoutComparison: {
      cause: 'our-misconfiguration',
      remedy:
        'See that https://mta-sts.DOMAIN/.well-known/mta-sts.txt answers 200 without a redirect, from several networks.',
    },
  },
  'sts-policy-invalid': {
    summary: 'The sender fetched the policy and could not read it.',
    findingCode: 'tls-rpt/failure-policy-invalid',
    seenByMany: {
      cause: 'our-misconfiguration',
      remedy:
        'Check the policy file line by line: version: STSv1, mode:, mx:, max_age:, no empty lines, plain ASCII.',
    },
    seenByOne: {
      cause: 'sender-problem',
      remedy:
        'Check the policy file. If it is valid, this sender reads more strictly than others or got another page (a bot protection, an error page).',
      doubt: 'It may have fetched while the file was being changed.',
    },
    seenWithoutComparison: {
      cause: 'our-misconfiguration',
      remedy:
        'Check the policy file line by line: version: STSv1, mode:, mx:, max_age:, no empty lines, plain ASCII.',
    },
  },
  'sts-webpki-invalid': {
    summary: 'The policy host showed a certificate that the sender does not accept.',
    findingCode: 'tls-rpt/failure-policy-certificate',
    seenByMany: {
      cause: 'our-misconfiguration',
      remedy:
        'Give the policy host a valid certificate for mta-sts.DOMAIN with its full chain, at every one of its addresses.',
    },
    seenByOne: {
      cause: 'possible-downgrade',
      remedy:
        'Check the certificate of the policy host from outside at every address. If all are right, ask the reporter which certificate it saw.',
      doubt: "A web filter in the sender's network or its old list of authorities looks the same.",
    },
    seenWithoutComparison: {
      cause: 'our-misconfiguration',
      remedy: 'Give the policy host a valid certificate for mta-sts.DOMAIN with its full chain.',
    },
  },
} as const satisfies Record<ResultType, FailureClass>

const unnamed: FailureReading = {
  cause: 'undecided',
  remedy: "Look at the raw report for the reporter's own words, and ask its contact what it means.",
}

/** For a result type that is not registered: the registry is open (RFC 8460 §6.6). */
export const unknownFailureClass: FailureClass = {
  summary: 'The reporter uses a result type that RFC 8460 does not know.',
  findingCode: 'tls-rpt/failure-unknown',
  seenByMany: unnamed,
  seenByOne: unnamed,
  seenWithoutComparison: unnamed,
}
