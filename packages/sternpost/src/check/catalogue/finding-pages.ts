import { checkIssues } from './check-issues.ts'
import { danePages } from './dane.ts'
import { bimiPages, dmarcPages } from './dmarc-and-bimi.ts'
import { dnsPages } from './dns.ts'
import { namePages } from './domain-and-mx.ts'
import type { FindingCode } from './finding-code.ts'
import type { FindingPage } from './finding-page.ts'
import { mtaStsPolicyPages } from './mta-sts-policy.ts'
import { mtaStsRecordPages } from './mta-sts-record.ts'
import { policyHostPages } from './policy-host.ts'
import { smtpPages } from './smtp.ts'
import { tlsRptRecordPages } from './tls-rpt.ts'
import { tlsRptFailurePages } from './tls-rpt-failure.ts'
import { intakePages, tlsRptReportPages } from './tls-rpt-report.ts'

/** The page of every code a finding can have; one that is missing does not compile. */
export const findingPages: Readonly<Record<FindingCode, FindingPage>> = {
  ...checkIssues,
  ...namePages,
  ...dnsPages,
  ...mtaStsRecordPages,
  ...mtaStsPolicyPages,
  ...policyHostPages,
  ...smtpPages,
  ...tlsRptRecordPages,
  ...tlsRptFailurePages,
  ...tlsRptReportPages,
  ...intakePages,
  ...danePages,
  ...dmarcPages,
  ...bimiPages,
}
