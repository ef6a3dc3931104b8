/** What others are told: policies served and written to DNS, the certificates for it, the rollout. */
export {
  CertificateFault,
  type CertificateIssueCode,
  certificateIssues,
} from './certificates/certificate-issues.ts'
export {
  ACME_TLS_PROTOCOL,
  type CertificateCondition,
  type CertificateError,
  type CertificateOrigin,
  type CertificateSource,
  type CertificateState,
} from './certificates/certificate-source.ts'
export { nextPolicyId } from './domains/policy-id.ts'
export type { PolicyVersion } from './domains/policy-version.ts'
export { PublishStore } from './domains/publish-store.ts'
export { PublishStoreError } from './domains/publish-store-error.ts'
export {
  type BimiFacts,
  DEFAULT_MAX_AGE_SECONDS,
  type Delegation,
  type DomainChange,
  type DomainDns,
  delegations,
  dnsApplyWords,
  type NewDomain,
  type PolicyIdForm,
  type PublishedDomain,
  policyIdForms,
  type TlsaFacts,
} from './domains/published-domain.ts'
