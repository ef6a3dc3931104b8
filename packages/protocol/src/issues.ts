import type { IssueSpec } from './result.ts'

/**
 * Every code this package can report. A code is API: metric label, `--json` value and documentation anchor.
 * `clause` is the rule that is broken, `resultType` what RFC 8460 §4.3 has a TLS report call it.
 */
export const protocolIssues = {
  'name/empty': { clause: 'RFC 1035 §2.3.1', temporary: false, resultType: null },
  'name/too-long': { clause: 'RFC 1035 §2.3.4', temporary: false, resultType: null },
  'name/label-length': { clause: 'RFC 1035 §2.3.4', temporary: false, resultType: null },
  'name/character': { clause: 'RFC 5321 §4.1.2', temporary: false, resultType: null },
  'name/hyphen': { clause: 'RFC 5321 §4.1.2', temporary: false, resultType: null },
  'name/u-label': { clause: 'RFC 5890 §2.3.2.1', temporary: false, resultType: null },
  'name/address': { clause: 'RFC 8461 §3.4', temporary: false, resultType: null },
  'name/single-label': { clause: 'RFC 5321 §2.3.5', temporary: false, resultType: null },

  'mta-sts/record-none': { clause: 'RFC 8461 §3.1', temporary: false, resultType: null },
  'mta-sts/record-multiple': { clause: 'RFC 8461 §3.1', temporary: false, resultType: null },
  'mta-sts/record-version': { clause: 'RFC 8461 §3.1', temporary: false, resultType: null },
  'mta-sts/record-syntax': { clause: 'RFC 8461 §3.1', temporary: false, resultType: null },
  'mta-sts/record-id-missing': { clause: 'RFC 8461 §3.1', temporary: false, resultType: null },
  'mta-sts/record-id': { clause: 'RFC 8461 §3.1', temporary: false, resultType: null },
  'mta-sts/record-duplicate-field': { clause: 'RFC 8461 §3.2', temporary: false, resultType: null },
  'mta-sts/record-delimiter-space': { clause: 'RFC 8461 §3.1', temporary: false, resultType: null },

  'mta-sts/policy-too-large': { clause: 'RFC 8461 §3.3', temporary: false, resultType: 'sts-policy-invalid' },
  'mta-sts/policy-empty': { clause: 'RFC 8461 §3.2', temporary: false, resultType: 'sts-policy-invalid' },
  'mta-sts/policy-encoding': { clause: 'RFC 8461 §3.2', temporary: false, resultType: 'sts-policy-invalid' },
  'mta-sts/policy-line': { clause: 'RFC 8461 §3.2', temporary: false, resultType: 'sts-policy-invalid' },
  'mta-sts/policy-blank-line': {
    clause: 'RFC 8461 §3.2',
    temporary: false,
    resultType: 'sts-policy-invalid',
  },
  'mta-sts/policy-version': { clause: 'RFC 8461 §3.2', temporary: false, resultType: 'sts-policy-invalid' },
  'mta-sts/policy-mode': { clause: 'RFC 8461 §3.2', temporary: false, resultType: 'sts-policy-invalid' },
  'mta-sts/policy-max-age': { clause: 'RFC 8461 §3.2', temporary: false, resultType: 'sts-policy-invalid' },
  'mta-sts/policy-max-age-capped': { clause: 'RFC 8461 §3.2', temporary: false, resultType: null },
  'mta-sts/policy-mx': { clause: 'RFC 8461 §3.2', temporary: false, resultType: 'sts-policy-invalid' },
  'mta-sts/policy-mx-missing': {
    clause: 'RFC 8461 §3.2',
    temporary: false,
    resultType: 'sts-policy-invalid',
  },
  'mta-sts/policy-mx-address': { clause: 'RFC 8461 §4.1', temporary: false, resultType: null },
  'mta-sts/policy-duplicate-field': { clause: 'RFC 8461 §3.2', temporary: false, resultType: null },
  'mta-sts/policy-unknown-field': { clause: 'RFC 8461 §3.2', temporary: false, resultType: null },

  'dane/tlsa-syntax': { clause: 'RFC 6698 §2.1', temporary: false, resultType: 'tlsa-invalid' },
  'dane/tlsa-usage': { clause: 'RFC 7672 §3.1.3', temporary: false, resultType: 'tlsa-invalid' },
  'dane/tlsa-selector': { clause: 'RFC 6698 §2.1.2', temporary: false, resultType: 'tlsa-invalid' },
  'dane/tlsa-matching-type': { clause: 'RFC 6698 §2.1.3', temporary: false, resultType: 'tlsa-invalid' },
  'dane/tlsa-data-length': { clause: 'RFC 6698 §2.1.3', temporary: false, resultType: 'tlsa-invalid' },
  'dane/tlsa-data-encoding': { clause: 'RFC 6698 §2.1.4', temporary: false, resultType: 'tlsa-invalid' },

  'tls-rpt/failure-starttls': {
    clause: 'RFC 8460 §4.3.1',
    temporary: false,
    resultType: 'starttls-not-supported',
  },
  'tls-rpt/failure-certificate-name': {
    clause: 'RFC 8460 §4.3.1',
    temporary: false,
    resultType: 'certificate-host-mismatch',
  },
  'tls-rpt/failure-certificate-expired': {
    clause: 'RFC 8460 §4.3.1',
    temporary: false,
    resultType: 'certificate-expired',
  },
  'tls-rpt/failure-certificate-trust': {
    clause: 'RFC 8460 §4.3.1',
    temporary: false,
    resultType: 'certificate-not-trusted',
  },
  'tls-rpt/failure-validation': {
    clause: 'RFC 8460 §4.3.3',
    temporary: false,
    resultType: 'validation-failure',
  },
  'tls-rpt/failure-tlsa': { clause: 'RFC 8460 §4.3.2.1', temporary: false, resultType: 'tlsa-invalid' },
  'tls-rpt/failure-dnssec': { clause: 'RFC 8460 §4.3.2.1', temporary: false, resultType: 'dnssec-invalid' },
  'tls-rpt/failure-dane-required': {
    clause: 'RFC 8460 §4.3.2.1',
    temporary: false,
    resultType: 'dane-required',
  },
  'tls-rpt/failure-policy-fetch': {
    clause: 'RFC 8460 §4.3.2.2',
    temporary: false,
    resultType: 'sts-policy-fetch-error',
  },
  'tls-rpt/failure-policy-invalid': {
    clause: 'RFC 8460 §4.3.2.2',
    temporary: false,
    resultType: 'sts-policy-invalid',
  },
  'tls-rpt/failure-policy-certificate': {
    clause: 'RFC 8460 §4.3.2.2',
    temporary: false,
    resultType: 'sts-webpki-invalid',
  },
  'tls-rpt/failure-unknown': { clause: 'RFC 8460 §6.6', temporary: false, resultType: null },
  'tls-rpt/mx-not-in-policy': { clause: 'RFC 8461 §4.1', temporary: false, resultType: 'validation-failure' },
  'tls-rpt/possible-downgrade': { clause: 'RFC 8460 §1', temporary: false, resultType: null },

  'socketmap/netstring': { clause: 'socketmap_table(5)', temporary: false, resultType: null },
  'socketmap/too-long': { clause: 'socketmap_table(5)', temporary: false, resultType: null },
  'socketmap/request': { clause: 'socketmap_table(5)', temporary: false, resultType: null },
  'postfix/tls-policy': { clause: 'postconf(5) smtp_tls_policy_maps', temporary: false, resultType: null },
} as const satisfies Record<`${string}/${string}`, IssueSpec>

export type ProtocolIssueCode = keyof typeof protocolIssues
