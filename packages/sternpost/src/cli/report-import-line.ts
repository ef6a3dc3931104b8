import type { FailureDetail, ReportedPolicy } from '@sternpost/protocol'
import { escapeForLine, escapeJson } from '../log/index.ts'
import type { AcceptedReport, IntakeVerdict } from '../reports-received/index.ts'

/** What became of one file, or of one mail of an mbox file. */
export interface ImportedFile extends IntakeVerdict {
  readonly name: string
}

/** One line about a file: of JSON for each, or text for those that were refused. */
export function formatImportLine(file: ImportedFile, asJson: boolean): string | undefined {
  if (asJson) return `${escapeJson(JSON.stringify(importLine(file)))}\n`
  if (file.verdict !== 'reject') return undefined
  return `rejected  ${escapeForLine(`${file.name}: ${reasonOf(file)}`)}${file.code === undefined ? '' : ` [${file.code}]`}\n`
}

/** The reason without the name of the file, which stands beside it already. */
export function reasonOf({ name, reason }: ImportedFile): string {
  const own = `${name.slice(name.lastIndexOf('/') + 1)}: `
  return reason?.startsWith(own) === true ? reason.slice(own.length) : (reason ?? '')
}

/** Shape: documented in docs/reference/report-import-json.md; undefined becomes null, so that every key is there. */
function importLine(file: ImportedFile) {
  const reason = reasonOf(file)
  return {
    file: file.name,
    verdict: file.verdict,
    reports: file.reports.map(reportLine),
    reason: reason === '' ? null : file.code === undefined ? reason : `${reason} [${file.code}]`,
  }
}

function reportLine({ report, notes }: AcceptedReport) {
  return {
    organization: report.organizationName ?? null,
    reportId: report.reportId ?? null,
    start: isoText(report.startAt),
    end: isoText(report.endAt),
    policies: report.policies.map(policyLine),
    notes,
  }
}

function policyLine(policy: ReportedPolicy) {
  return {
    type: policy.policyType,
    domain: policy.policyDomain ?? null,
    success: policy.successfulSessionCount,
    failure: policy.failureSessionCount,
    details: policy.failures.map(detailLine),
  }
}

function detailLine(detail: FailureDetail) {
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
