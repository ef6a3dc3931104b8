import type { CertificateSource } from './certificate-source.ts'

/** For a policy host behind a proxy, which has the certificates. */
export const noCertificates: CertificateSource = {
  contextFor: async () => undefined,
  challengeContextFor: async () => undefined,
  httpChallenge: () => undefined,
  state: async host => ({
    host,
    condition: 'none',
    origin: undefined,
    notBefore: undefined,
    notAfter: undefined,
    daysLeft: undefined,
    issuer: undefined,
    nextTryAt: undefined,
    failures: 0,
    lastError: undefined,
  }),
}
