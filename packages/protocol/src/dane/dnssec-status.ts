/**
 * What DNSSEC says of an answer.
 *
 * A stub resolver sees `secure` (AD bit from a trusted validating resolver) or `insecure`; `bogus` only where
 * the resolver says so (extended error, RFC 8914), otherwise the lookup is a plain failure.
 * Source: RFC 4035 §4.3, RFC 7672 §2.1.1.
 */
export type DnssecStatus = 'secure' | 'insecure' | 'bogus' | 'indeterminate'
