import type { FailureDetail, ReportedPolicy, TlsReport } from './report.ts'
import { formatReportTime } from './utc-time.ts'

/**
 * Writes a report as RFC 8460 has it on the wire, without white space.
 *
 * Shape: what is undefined is left out; arrays are there even when empty, except `mx-host`, which belongs to
 * `sts`. What `parseTlsReport` gives out, it reads back from this.
 * Source: RFC 8460 §4.4.
 */
export function formatTlsReport(report: TlsReport): string {
  // JSON.stringify leaves out members that are undefined.
  return JSON.stringify({
    'organization-name': report.organizationName,
    'date-range': {
      'start-datetime': report.startAt === undefined ? undefined : formatReportTime(report.startAt),
      'end-datetime': report.endAt === undefined ? undefined : formatReportTime(report.endAt),
    },
    'contact-info': report.contactInfo,
    'report-id': report.reportId,
    policies: report.policies.map(wirePolicy),
  })
}

function wirePolicy(policy: ReportedPolicy) {
  const hasMxHost = policy.policyType === 'sts' || policy.mxHostPatterns.length > 0
  return {
    policy: {
      'policy-type': policy.policyType,
      'policy-string': policy.policyStrings,
      'policy-domain': policy.policyDomain,
      'mx-host': hasMxHost ? policy.mxHostPatterns : undefined,
    },
    summary: {
      'total-successful-session-count': policy.successfulSessionCount,
      'total-failure-session-count': policy.failureSessionCount,
    },
    'failure-details': policy.failures.map(wireFailure),
  }
}

function wireFailure(failure: FailureDetail) {
  return {
    'result-type': failure.resultType,
    'sending-mta-ip': failure.sendingMtaIp,
    'receiving-mx-hostname': failure.receivingMxHostname,
    'receiving-mx-helo': failure.receivingMxHelo,
    'receiving-ip': failure.receivingIp,
    'failed-session-count': failure.failedSessionCount,
    'additional-information': failure.additionalInformation,
    'failure-reason-code': failure.failureReasonCode,
  }
}
