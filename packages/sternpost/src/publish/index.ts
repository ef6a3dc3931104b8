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
