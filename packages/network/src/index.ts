/** The outside world, seen: DNS with its DNSSEC status, MTA-STS policy hosts, MX hosts. */
export {
  type AddressGuard,
  type AddressGuardOptions,
  type AddressVerdict,
  createAddressGuard,
  isPublicAddress,
} from './address/public-address.ts'
export type {
  DnsAnswer,
  DnsFailure,
  DnsLookup,
  DnsQuestion,
  DnsRecordData,
  DnsRecordType,
} from './dns/answer.ts'
export { type NetworkIssueCode, networkIssues } from './issues.ts'
export { certificateFacts } from './policy/certificate-facts.ts'
export { createPolicyFetcher, type PolicyFetcher, type PolicyFetcherOptions } from './policy/fetch-policy.ts'
export type { CertificateFacts, PolicyFetchEvidence, PolicyFetchResult } from './policy/fetch-result.ts'
export { matchDnsId } from './policy/match-dns-id.ts'
export { NETWORK_VERSION } from './version.ts'
