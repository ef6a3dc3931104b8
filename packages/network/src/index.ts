/** The outside world, seen: DNS with its DNSSEC status, MTA-STS policy hosts, MX hosts. */
export {
  type AddressGuard,
  type AddressGuardOptions,
  type AddressVerdict,
  createAddressGuard,
  isPublicAddress,
} from './address/public-address.ts'
export {
  type CertificateReader,
  createCertificateReader,
  observeCertificate,
} from './certificate/observe-certificate.ts'
export {
  type ChainFault,
  chainFaults,
  type ObservedCertificate,
  type ObservedChain,
  type ObservedKey,
} from './certificate/presented-certificate.ts'
export { presentedCertificates, tlsaDigests } from './certificate/tlsa-input.ts'
export type {
  CaaRecord,
  DnsAnswer,
  DnsFailure,
  DnsLookup,
  DnsLookupOptions,
  DnsQuestion,
  DnsRecordData,
  DnsRecordType,
} from './dns/answer.ts'
export type {
  AuthoritativeAnswers,
  AuthoritativeFailureCode,
  AuthoritativeLookup,
  AuthoritativeLookupOptions,
  AuthoritativeOutcome,
  AuthoritativeServerAnswer,
} from './dns/authoritative-answer.ts'
export { type AuthoritativeLookupSettings, createAuthoritativeLookup } from './dns/authoritative-lookup.ts'
export { createDnsClient, type DnsClient, type DnsClientOptions } from './dns/dns-client.ts'
export { probeWildcard, type WildcardProbe } from './dns/probe-wildcard.ts'
export {
  type ResolverValidation,
  summarizeValidation,
  type ValidationSummary,
} from './dns/prove-validation.ts'
export {
  formatResolverAddress,
  isLoopbackAddress,
  parseResolverAddress,
  type ResolverAddress,
} from './dns/resolver-address.ts'
export { lookupReverse, reverseName } from './dns/reverse-name.ts'
export type { DnsClientStats } from './dns/transport.ts'
export { DnsUpdateError, type DnsUpdateErrorKind } from './dns-update/dns-update-error.ts'
export { splitTxtStrings, type WritableRecordType } from './dns-update/record-bytes.ts'
export {
  parseTsigKey,
  type TsigAlgorithm,
  type TsigKey,
  type TsigKeyReading,
  tsigAlgorithms,
} from './dns-update/tsig-key.ts'
export type { UpdatePrerequisite, UpdateStep, ZoneUpdate } from './dns-update/update-message.ts'
export {
  openUpdateSession,
  type StandingRecords,
  type UpdateSession,
  type UpdateSessionOptions,
} from './dns-update/update-session.ts'
export { type NetworkIssueCode, networkIssues } from './issues.ts'
export { MAX_MX_HOSTS, type NextHop, type ObservedNextHop, observeNextHop } from './mx/observe-next-hop.ts'
export { certificateFacts } from './policy/certificate-facts.ts'
export { createPolicyFetcher, type PolicyFetcher } from './policy/fetch-policy.ts'
export type { CertificateFacts, PolicyFetchEvidence, PolicyFetchResult } from './policy/fetch-result.ts'
export type { PolicyFetcherOptions } from './policy/fetch-settings.ts'
export { matchDnsId } from './policy/match-dns-id.ts'
export {
  createPolicyHostObserver,
  type PolicyHostObserver,
  type PolicyHostObserverOptions,
} from './policy/observe-policy-host.ts'
export type {
  ObservedDefaultHost,
  ObservedOldTls,
  ObservedResponse,
  PolicyHostObservation,
  PolicyObserveOptions,
} from './policy/policy-host-observation.ts'
export {
  type InjectionTrial,
  type NotTriedReason,
  type RecipientTrial,
  type SmtpFault,
  type SmtpHandshakeTrial,
  type SmtpObservation,
  type SmtpReply,
  type SmtpStep,
  type SmtpTlsObservation,
  smtpSteps,
  type TlsVersion,
  type TlsVersionTrial,
  tlsVersions,
} from './smtp/smtp-observation.ts'
export { createSmtpProber } from './smtp/smtp-prober.ts'
export type { SmtpProbeRequest, SmtpProber, SmtpProberOptions } from './smtp/smtp-prober-options.ts'
export { type ClientHello, readClientHello } from './tls/read-client-hello.ts'
export { NETWORK_VERSION } from './version.ts'
