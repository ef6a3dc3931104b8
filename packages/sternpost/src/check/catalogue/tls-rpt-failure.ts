import type { FindingPage } from './finding-page.ts'

/** Pages of the failures that TLS reports tell of; the diagnosis beside a failure says what it comes from here. */
export const tlsRptFailurePages = {
  'tls-rpt/failure-starttls': {
    title: 'Reported: no STARTTLS',
    severity: 'error',
    meaning:
      'A sender found an MX host that did not offer STARTTLS, and delivered unencrypted or not at all.',
    remedy:
      'Look at the host the report names. If it offers STARTTLS to everybody else, look at the way to it.',
  },
  'tls-rpt/failure-certificate-name': {
    title: 'Reported: certificate for another name',
    severity: 'error',
    meaning: 'A sender found a certificate that does not bear the name of the MX host.',
    remedy: 'Get a certificate with that name, on every machine behind it.',
  },
  'tls-rpt/failure-certificate-expired': {
    title: 'Reported: certificate expired',
    severity: 'error',
    meaning: 'A sender found a certificate whose time is over.',
    remedy: 'Renew it, and reload the mail server.',
  },
  'tls-rpt/failure-certificate-trust': {
    title: 'Reported: certificate not trusted',
    severity: 'error',
    meaning:
      'A sender found a certificate that leads to no CA it trusts; often the intermediate one is missing.',
    remedy: 'Send the whole chain of a public CA.',
  },
  'tls-rpt/failure-validation': {
    title: 'Reported: validation failed',
    severity: 'warning',
    meaning:
      'A sender could not verify the host, for a reason that has no word of its own. The details of the report tell more.',
    remedy: 'Compare the MX hosts with the policy, and look at the reason code in the report.',
  },
  'tls-rpt/failure-tlsa': {
    title: 'Reported: TLSA record invalid',
    severity: 'error',
    meaning: 'A sender found no TLSA record that fits the certificate.',
    remedy: 'Publish a record for the present key.',
  },
  'tls-rpt/failure-dnssec': {
    title: 'Reported: DNSSEC invalid',
    severity: 'error',
    meaning: 'A sender got no valid answer from DNS and kept the mail.',
    remedy: 'Look at the signatures of the zone, and of the zone of the MX hosts.',
  },
  'tls-rpt/failure-dane-required': {
    title: 'Reported: DANE required, not found',
    severity: 'warning',
    meaning: 'A sender is told to use DANE for this domain and found no usable TLSA records.',
    remedy: 'Publish them again, or tell the sender.',
  },
  'tls-rpt/failure-policy-fetch': {
    title: 'Reported: policy could not be fetched',
    severity: 'error',
    meaning: 'A sender saw the record and got no policy.',
    remedy: 'Look at the policy host: address, status, redirects, and rules that block mail servers.',
  },
  'tls-rpt/failure-policy-invalid': {
    title: 'Reported: policy invalid',
    severity: 'error',
    meaning: 'A sender fetched the policy and could not read it.',
    remedy: 'Put the file through `sternpost lint policy`.',
  },
  'tls-rpt/failure-policy-certificate': {
    title: 'Reported: certificate of the policy host invalid',
    severity: 'error',
    meaning: 'A sender refused the certificate of `mta-sts.<domain>`.',
    remedy: 'Renew it or complete its chain.',
  },
  'tls-rpt/failure-unknown': {
    title: 'Reported: a failure without a known name',
    severity: 'warning',
    meaning: 'The sender uses a result type that is not registered.',
    remedy: 'Read the details of the report.',
  },
  'tls-rpt/mx-not-in-policy': {
    title: 'Reported: MX host not in the policy',
    severity: 'error',
    meaning: 'A sender met an MX host that the policy it has does not list.',
    remedy:
      'Add the host to the policy and change the id. If it is listed now, the sender had an older policy.',
  },
  'tls-rpt/possible-downgrade': {
    title: 'Reported failures that look like an attack',
    severity: 'warning',
    meaning:
      'Single networks see no STARTTLS or foreign certificates where everybody else sees the right ones. Somebody in between may remove the protection; a firewall of the sender looks the same.',
    remedy: 'Ask the sender. With mode enforce such mail is not delivered in the clear.',
  },
} as const satisfies Readonly<Record<string, FindingPage>>
