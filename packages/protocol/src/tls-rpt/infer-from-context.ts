import { type DomainName, parseDomainName } from '../names/domain-name.ts'
import { parseReportFileName, parseReportSubject } from './mail-form.ts'
import type { ReportContext } from './report.ts'

/** A domain that a report leaves out, with the words that say where it is known from. */
export interface InferredDomain {
  readonly domain: DomainName
  readonly source: string
}

interface InferOptions {
  readonly toAscii?: (name: string) => string
}

/**
 * Finds the domain a report is about in what is around it.
 *
 * Shape: in this order: TLS-Report-Domain, Subject, file name, report-id, recipient. The recipient comes last, as one
 * mailbox may collect the reports of many domains.
 */
export function inferPolicyDomain(
  context: ReportContext,
  reportId: string | undefined,
  options: InferOptions = {},
): InferredDomain | undefined {
  const subject = parseReportSubject(context.subject ?? '', options)
  const fileName = parseReportFileName(context.fileName ?? '', options)
  return firstDomain(
    [
      [context.tlsReportDomain, 'TLS-Report-Domain'],
      [subject.ok ? subject.value.policyDomain : undefined, 'the Subject'],
      [fileName.ok ? fileName.value.policyDomain : undefined, 'the file name'],
      [domainInReportId(reportId ?? ''), 'the report-id'],
      [domainOfAddress(context.recipient), 'the recipient'],
    ],
    options,
  )
}

/** Finds the domain of whoever wrote a report that names no organization. */
export function inferOrganization(
  context: ReportContext,
  contactInfo: string | undefined,
  options: InferOptions = {},
): InferredDomain | undefined {
  const subject = parseReportSubject(context.subject ?? '', options)
  const fileName = parseReportFileName(context.fileName ?? '', options)
  return firstDomain(
    [
      [context.tlsReportSubmitter, 'TLS-Report-Submitter'],
      [domainOfAddress(contactInfo), 'contact-info'],
      [subject.ok ? subject.value.submitter : undefined, 'the Subject'],
      [fileName.ok ? fileName.value.sender : undefined, 'the file name'],
    ],
    options,
  )
}

export function inferReportId(context: ReportContext): string | undefined {
  const subject = parseReportSubject(context.subject ?? '')
  return subject.ok ? subject.value.reportId : undefined
}

export function inferRange(context: ReportContext): { startAt: number; endAt: number } | undefined {
  const fileName = parseReportFileName(context.fileName ?? '')
  return fileName.ok ? { startAt: fileName.value.startAt, endAt: fileName.value.endAt } : undefined
}

/**
 * The domain that many senders put into the report-id.
 *
 * Shape: `2026-01-02T00:00:00Z_example.com` (Google), the same with `idx1_` (tlsrpt-reporter),
 * `133744000000000000+example.com` (Microsoft), `20260102.example.com@mail.example.net` (mox).
 */
function domainInReportId(reportId: string): string | undefined {
  return (
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ_(?:idx\d{1,9}_)?(\S{1,260})$/.exec(reportId)?.[1] ??
    /^\d{1,30}\+(\S{1,260})$/.exec(reportId)?.[1] ??
    /^\d{8}\.([^\s@]{1,260})@/.exec(reportId)?.[1]
  )
}

function domainOfAddress(address: string | undefined): string | undefined {
  const at = address?.lastIndexOf('@') ?? -1
  return at === -1 ? undefined : address?.slice(at + 1).replace(/>$/, '')
}

function firstDomain(
  candidates: readonly (readonly [string | undefined, string])[],
  { toAscii }: InferOptions,
): InferredDomain | undefined {
  for (const [text, source] of candidates) {
    const name = parseDomainName(
      text?.trim() ?? '',
      toAscii === undefined ? { underscore: true } : { underscore: true, toAscii },
    )
    if (name.ok) return { domain: name.value, source }
  }
  return undefined
}
