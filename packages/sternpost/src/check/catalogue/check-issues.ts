import { checkItselfRows } from './check-itself.ts'
import { daneRows } from './dane.ts'
import { dmarcAndBimiRows } from './dmarc-and-bimi.ts'
import { dnsRows } from './dns.ts'
import { domainAndMxRows } from './domain-and-mx.ts'
import { mtaStsMatchRows } from './mta-sts-match.ts'
import { mtaStsPolicyRows } from './mta-sts-policy.ts'
import { mtaStsRecordRows } from './mta-sts-record.ts'
import { mxCertificateRows } from './mx-certificate.ts'
import { policyHostRows } from './policy-host.ts'
import { smtpRows } from './smtp.ts'
import { tlsRptRows } from './tls-rpt.ts'

/**
 * Every code the check room adds to those of `protocolIssues` and `networkIssues`: what no parser and no connection
 * reports, but a look at the whole does. A row holds the page too, so that a code without one cannot be written.
 */
export const checkIssues = {
  ...domainAndMxRows,
  ...dnsRows,
  ...mtaStsRecordRows,
  ...mtaStsPolicyRows,
  ...mtaStsMatchRows,
  ...policyHostRows,
  ...smtpRows,
  ...mxCertificateRows,
  ...tlsRptRows,
  ...daneRows,
  ...dmarcAndBimiRows,
  ...checkItselfRows,
} as const

export type CheckIssueCode = keyof typeof checkIssues
