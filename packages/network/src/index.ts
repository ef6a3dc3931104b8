/** The outside world, seen: DNS with its DNSSEC status, MTA-STS policy hosts, MX hosts. */
export type {
  DnsAnswer,
  DnsFailure,
  DnsLookup,
  DnsQuestion,
  DnsRecordData,
  DnsRecordType,
} from './dns/answer.ts'
export { type NetworkIssueCode, networkIssues } from './issues.ts'
export type { CertificateFacts, PolicyFetchEvidence, PolicyFetchResult } from './policy/fetch-result.ts'
