import type { ProtocolIssueCode } from '../issues.ts'
import { type DomainName, type DomainNameOptions, parseDomainName } from '../names/domain-name.ts'
import { invalid, type Parsed, quote, valid } from '../result.ts'

/** What the name of a report file tells (RFC 8460 §5.1); the body of the report outranks it (§5.6). */
export interface ReportFileName {
  /** Domain of the sender's contact-info. */
  readonly sender: DomainName
  readonly policyDomain: DomainName
  /** Milliseconds since 1970. */
  readonly startAt: number
  readonly endAt: number
  readonly uniqueId: string | undefined
}

/** What the Subject of a report mail tells (RFC 8460 §5.3); the body of the report outranks it (§5.6). */
export interface ReportSubject {
  readonly policyDomain: DomainName
  readonly submitter: DomainName | undefined
  /** Without the angle brackets. */
  readonly reportId: string | undefined
}

type NameOptions = Pick<DomainNameOptions, 'toAscii'>

const MAX_HEADER_CHARACTERS = 4096

/**
 * Reads the name of a report file: `sender!policy-domain!begin!end!unique-id.json.gz`.
 *
 * Lenient: folders before the name, any ending (`.gz`, `.zip`, ` (1).json`, none), any unique id.
 * Errors: `tls-rpt/report-file-name`.
 * Source: RFC 8460 §5.1.
 */
export function parseReportFileName(
  text: string,
  options: NameOptions = {},
): Parsed<ReportFileName, ProtocolIssueCode> {
  const fail = (reason: string) =>
    invalid<ProtocolIssueCode>({
      code: 'tls-rpt/report-file-name',
      message: `${quote(text)} is no name of a report file: ${reason} (RFC 8460 §5.1)`,
    })
  if (text.length > MAX_HEADER_CHARACTERS) return fail('it is too long')
  const base = text.slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\')) + 1).replace(/["\s]/g, '')
  const [sender, policyDomain, begin, end, ...rest] = base.split('!')
  if (sender === undefined || policyDomain === undefined || begin === undefined || end === undefined)
    return fail('sender!policy-domain!begin!end is needed')

  const senderName = parseDomainName(sender, nameOptions(options))
  const policyName = parseDomainName(policyDomain, nameOptions(options))
  if (!senderName.ok) return fail('the sender is no domain name')
  if (!policyName.ok) return fail('the policy domain is no domain name')
  const lastIsEnd = rest.length === 0
  const startAt = secondsAt(begin)
  const endAt = secondsAt(lastIsEnd ? (/^\d+/.exec(end)?.[0] ?? '') : end)
  if (startAt === undefined || endAt === undefined) return fail('the times are no seconds since 1970')
  const uniqueId = /^[^.]+/.exec(rest.join('!'))?.[0]
  return valid({ sender: senderName.value, policyDomain: policyName.value, startAt, endAt, uniqueId })
}

/**
 * Reads the Subject of a report mail: `Report Domain: example.net Submitter: … Report-ID: <…>`.
 *
 * Lenient: any case and white space, text before it (`[EXTERNAL]`), Report-ID without brackets (Microsoft), no
 * submitter or Report-ID.
 * Errors: `tls-rpt/report-subject`.
 * Source: RFC 8460 §5.3.
 */
export function parseReportSubject(
  text: string,
  options: NameOptions = {},
): Parsed<ReportSubject, ProtocolIssueCode> {
  const fail = (reason: string) =>
    invalid<ProtocolIssueCode>({
      code: 'tls-rpt/report-subject',
      message: `${quote(text)} is no Subject of a report: ${reason} (RFC 8460 §5.3)`,
    })
  if (text.length > MAX_HEADER_CHARACTERS) return fail('it is too long')
  const words = text.split(/\s+/)
  const lower = words.map(word => word.toLowerCase())
  const after = (label: string): string | undefined => {
    const at = lower.indexOf(label)
    return at === -1 ? undefined : words[at + 1]
  }
  const at = lower.findIndex((word, i) => word === 'report' && lower[i + 1] === 'domain:')
  const domain = at === -1 ? undefined : words[at + 2]
  if (domain === undefined) return fail('Report Domain: and a domain are needed')
  const policyName = parseDomainName(domain, nameOptions(options))
  if (!policyName.ok) return fail('what follows Report Domain: is no domain name')
  const submitter = parseDomainName(after('submitter:') ?? '', nameOptions(options))
  const reportId = after('report-id:')?.replace(/^<|>$/g, '')
  return valid({
    policyDomain: policyName.value,
    submitter: submitter.ok ? submitter.value : undefined,
    reportId: reportId === '' ? undefined : reportId,
  })
}

function nameOptions({ toAscii }: NameOptions): DomainNameOptions {
  return toAscii === undefined ? { underscore: true } : { underscore: true, toAscii }
}

function secondsAt(text: string): number | undefined {
  return /^\d{1,11}$/.test(text) ? Number(text) * 1000 : undefined
}
