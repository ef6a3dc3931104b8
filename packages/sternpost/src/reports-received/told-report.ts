import type { FailureDetail, ReportedPolicy, ReportNote } from '@sternpost/protocol'
import type { AcceptedReport } from './verdict.ts'

/** What a report says, as the API and `report import --json` tell it: every key is there, undefined is null. */
export interface ToldReport {
  readonly organization: string | null
  readonly reportId: string | null
  /** RFC 3339 in UTC. */
  readonly start: string | null
  readonly end: string | null
  readonly policies: readonly ToldPolicy[]
  readonly notes: readonly ReportNote[]
}

export interface ToldPolicy {
  readonly type: string
  readonly domain: string | null
  /** Sessions. */
  readonly success: number
  readonly failure: number
  readonly details: readonly ToldDetail[]
}

export interface ToldDetail {
  readonly resultType: string
  readonly failedSessionCount: number
  readonly sendingMtaIp: string | null
  readonly receivingMxHostname: string | null
  readonly receivingMxHelo: string | null
  readonly receivingIp: string | null
  readonly additionalInformation: string | null
  readonly failureReasonCode: string | null
}

/** Tells what a report says; documented in docs/reference/report-import-json.md. */
export function tellReport({ report, notes }: Pick<AcceptedReport, 'report' | 'notes'>): ToldReport {
  return {
    organization: report.organizationName ?? null,
    reportId: report.reportId ?? null,
    start: isoText(report.startAt),
    end: isoText(report.endAt),
    policies: report.policies.map(tellPolicy),
    notes,
  }
}

function tellPolicy(policy: ReportedPolicy): ToldPolicy {
  return {
    type: policy.policyType,
    domain: policy.policyDomain ?? null,
    success: policy.successfulSessionCount,
    failure: policy.failureSessionCount,
    details: policy.failures.map(tellDetail),
  }
}

function tellDetail(detail: FailureDetail): ToldDetail {
  return {
    resultType: detail.resultType,
    failedSessionCount: detail.failedSessionCount,
    sendingMtaIp: detail.sendingMtaIp ?? null,
    receivingMxHostname: detail.receivingMxHostname ?? null,
    receivingMxHelo: detail.receivingMxHelo ?? null,
    receivingIp: detail.receivingIp ?? null,
    additionalInformation: detail.additionalInformation ?? null,
    failureReasonCode: detail.failureReasonCode ?? null,
  }
}

function isoText(milliseconds: number | undefined): string | null {
  if (milliseconds === undefined) return null
  const date = new Date(milliseconds)
  return Number.isNaN(date.getTime()) ? null : date.toISOString().replace('.000Z', 'Z')
}
