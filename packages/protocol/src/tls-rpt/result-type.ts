/**
 * The result types of TLS reports that RFC 8460 registers.
 *
 * Unclear: the registry is open (§6.6), so a received report may carry others; what we decide ourselves is
 * always one of these.
 * Source: RFC 8460 §4.3.
 */
export const resultTypes = [
  'starttls-not-supported',
  'certificate-host-mismatch',
  'certificate-expired',
  'certificate-not-trusted',
  'validation-failure',
  'tlsa-invalid',
  'dnssec-invalid',
  'dane-required',
  'sts-policy-fetch-error',
  'sts-policy-invalid',
  'sts-webpki-invalid',
] as const

export type ResultType = (typeof resultTypes)[number]
