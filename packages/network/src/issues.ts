import type { IssueSpec } from '@sternpost/protocol'

/** Every code this package can report about the outside world; see `protocolIssues` for the meaning of a row. */
export const networkIssues = {
  'dns/timeout': { clause: 'RFC 7672 §2.1.2', temporary: true, resultType: null },
  'dns/servfail': { clause: 'RFC 7672 §2.1.2', temporary: true, resultType: null },
  'dns/bogus': { clause: 'RFC 4035 §4.3', temporary: true, resultType: 'dnssec-invalid' },
  'dns/refused': { clause: 'RFC 1035 §4.1.1', temporary: true, resultType: null },
  'dns/unreachable': { clause: 'RFC 1035 §7.2', temporary: true, resultType: null },
  'dns/malformed': { clause: 'RFC 1035 §4.1', temporary: true, resultType: null },
  'dns/alias-loop': { clause: 'RFC 1034 §3.6.2', temporary: false, resultType: null },
  'dns/name': { clause: 'RFC 1035 §2.3.4', temporary: false, resultType: null },
  'dns/address-refused': { clause: 'RFC 6890', temporary: false, resultType: null },
  'dns/resolver-address': { clause: 'resolv.conf(5)', temporary: false, resultType: null },

  'policy-host/no-address': {
    clause: 'RFC 8461 §3.3',
    temporary: true,
    resultType: 'sts-policy-fetch-error',
  },
  'policy-host/dns': { clause: 'RFC 8461 §3.3', temporary: true, resultType: 'sts-policy-fetch-error' },
  'policy-host/address-refused': {
    clause: 'RFC 8461 §3.3',
    temporary: false,
    resultType: 'sts-policy-fetch-error',
  },
  'policy-host/connect': { clause: 'RFC 8461 §3.3', temporary: true, resultType: 'sts-policy-fetch-error' },
  'policy-host/proxy': { clause: 'RFC 8461 §3.3', temporary: true, resultType: 'sts-policy-fetch-error' },
  'policy-host/timeout': { clause: 'RFC 8461 §3.3', temporary: true, resultType: 'sts-policy-fetch-error' },
  'policy-host/tls': { clause: 'RFC 8461 §3.3', temporary: true, resultType: 'sts-policy-fetch-error' },
  'policy-host/http': { clause: 'RFC 8461 §3.3', temporary: true, resultType: 'sts-policy-fetch-error' },
  'policy-host/http-status': {
    clause: 'RFC 8461 §3.3',
    temporary: true,
    resultType: 'sts-policy-fetch-error',
  },
  'policy-host/redirect': { clause: 'RFC 8461 §3.3', temporary: false, resultType: 'sts-policy-fetch-error' },
  'policy-host/content-type': { clause: 'RFC 8461 §3.2', temporary: false, resultType: 'sts-policy-invalid' },
  'policy-host/content-encoding': {
    clause: 'RFC 9110 §12.5.3',
    temporary: false,
    resultType: 'sts-policy-fetch-error',
  },
  'policy-host/too-large': { clause: 'RFC 8461 §3.3', temporary: false, resultType: 'sts-policy-invalid' },
  'policy-host/certificate-name': {
    clause: 'RFC 8461 §3.3',
    temporary: false,
    resultType: 'sts-webpki-invalid',
  },
  'policy-host/certificate-expired': {
    clause: 'RFC 8461 §3.3',
    temporary: false,
    resultType: 'sts-webpki-invalid',
  },
  'policy-host/certificate-not-yet-valid': {
    clause: 'RFC 8461 §3.3',
    temporary: true,
    resultType: 'sts-webpki-invalid',
  },
  'policy-host/certificate-untrusted': {
    clause: 'RFC 8461 §3.3',
    temporary: false,
    resultType: 'sts-webpki-invalid',
  },

  'smtp/address-refused': { clause: 'RFC 5321 §5.1', temporary: false, resultType: null },
  'smtp/unreachable': { clause: 'RFC 5321 §5.1', temporary: true, resultType: null },
  // Silence: not one byte in the time of a step.
  'smtp/timeout': { clause: 'RFC 5321 §4.5.3.2', temporary: true, resultType: null },
  // Bytes came, but no whole reply: a tarpit, or a host that answers byte by byte.
  'smtp/slow': { clause: 'RFC 5321 §4.5.3.2', temporary: true, resultType: null },
  'smtp/closed': { clause: 'RFC 5321 §3.8', temporary: true, resultType: null },
  'smtp/not-smtp': { clause: 'RFC 5321 §4.2', temporary: false, resultType: null },
  'smtp/too-long': { clause: 'RFC 5321 §4.5.3.1.5', temporary: false, resultType: null },
  'smtp/greeting-temporary': { clause: 'RFC 5321 §4.3.2', temporary: true, resultType: null },
  'smtp/greeting-refused': { clause: 'RFC 5321 §3.1', temporary: false, resultType: null },
  'smtp/ehlo-refused': { clause: 'RFC 5321 §4.1.1.1', temporary: false, resultType: null },
  'smtp/no-time': { clause: 'RFC 5321 §4.5.3.2', temporary: true, resultType: null },
  'starttls/refused': { clause: 'RFC 3207 §4', temporary: true, resultType: 'starttls-not-supported' },
  'starttls/handshake': { clause: 'RFC 3207 §4.1', temporary: false, resultType: 'validation-failure' },
  // The caller gave up, by its AbortSignal: nothing is known of the host.
  'smtp/aborted': { clause: 'RFC 5321 §3.8', temporary: true, resultType: null },

  // We gave up ourselves, by the caller's AbortSignal: nothing is known of the policy host, nothing is reported.
  'policy-host/aborted': { clause: 'RFC 8461 §3.3', temporary: true, resultType: null },
} as const satisfies Record<`${string}/${string}`, IssueSpec>

export type NetworkIssueCode = keyof typeof networkIssues
