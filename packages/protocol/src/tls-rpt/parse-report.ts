import type { ProtocolIssueCode } from '../issues.ts'
import type { DomainName } from '../names/domain-name.ts'
import { quote } from '../result.ts'
import { inferOrganization, inferPolicyDomain, inferRange, inferReportId } from './infer-from-context.ts'
import { parseReportFileName } from './mail-form.ts'
import { type JsonObject, type JsonValue, joinPath, readJson } from './read-json.ts'
import { readPolicy } from './read-policy.ts'
import type { ReportContext, ReportedPolicy, TlsReport, TlsReportReading } from './report.ts'
import {
  dateRangeMembers,
  isJsonArray,
  isJsonObject,
  reportMembers,
  standardKey,
  standardMembers,
} from './report-members.ts'
import { ReportNotes } from './report-notes.ts'
import { readText } from './report-values.ts'
import { epochTime, MILLISECONDS_PER_DAY, parseReportTime, utcDay } from './utc-time.ts'

export interface ParseReportOptions {
  /** Turns U-labels into A-labels, see `DomainNameOptions`. Without it a policy domain in U-labels is ignored. */
  readonly toAscii?: (name: string) => string
}

export const MAX_REPORT_CHARACTERS = 32 * 1024 * 1024
/** Senders write one to ten; a report about many domains (mox) some hundreds. */
export const MAX_POLICIES_PER_REPORT = 10_000
export const MAX_FAILURES_PER_REPORT = 100_000
export const MAX_REPORTS_PER_TEXT = 1_000

/** How deep a report may be hidden in arrays and objects of others. */
const MAX_WRAPPER_LEVELS = 3
const MAX_WRAPPER_MEMBERS = 100

/**
 * Reads the text of a TLS report, whatever way its sender wrote it, with a note for each deviation.
 *
 * Errors: `reject` with `tls-rpt/report-json`, `-depth`, `-too-large`, `-policies` or `-several`; the latter where
 * an array holds several reports, which `parseTlsReports` reads.
 * Lenient: see the notes; RFC 8460 has most members without saying which may be missing, and senders leave out
 * any of them.
 * Source: RFC 8460 §4.4.
 */
export function parseTlsReport(
  json: string,
  context: ReportContext = {},
  options: ParseReportOptions = {},
): TlsReportReading {
  const readings = parseTlsReports(json, context, options)
  if (readings.length === 1) return readings[0]!
  return reject('tls-rpt/report-several', `${readings.length} reports in one JSON text`)
}

/** Reads a text that may hold several reports in an array; there is always at least one reading. */
export function parseTlsReports(
  json: string,
  context: ReportContext = {},
  options: ParseReportOptions = {},
): readonly [TlsReportReading, ...TlsReportReading[]] {
  if (json.length > MAX_REPORT_CHARACTERS)
    return [reject('tls-rpt/report-too-large', `more than ${MAX_REPORT_CHARACTERS} characters`)]
  const hasByteOrderMark = json.startsWith('\ufeff')
  const reading = readJson(hasByteOrderMark ? json.slice(1) : json)
  if (!reading.ok) {
    if (!mentionsReport(json) && !isCalledReport(context)) return [noReport(reading.reason)]
    return [
      reject(reading.fault === 'depth' ? 'tls-rpt/report-depth' : 'tls-rpt/report-json', reading.reason),
    ]
  }

  const found = findReports(reading.value)
  if (found.length === 0) {
    if (isCalledReport(context))
      return [reject('tls-rpt/report-policies', 'announced as a TLS report, but without its members')]
    return [noReport('JSON, but no member of a TLS report in it')]
  }
  if (found.length > MAX_REPORTS_PER_TEXT)
    return [reject('tls-rpt/report-too-large', `more than ${MAX_REPORTS_PER_TEXT} reports in one JSON text`)]
  const readings = found.map(({ object, path }) => {
    const notes = new ReportNotes(reading.isWellFormed)
    if (hasByteOrderMark)
      notes.add('repaired', 'tls-rpt/report-encoding', '', 'begins with a byte order mark')
    for (const key of reading.duplicateKeys)
      notes.add('ignored', 'tls-rpt/report-duplicate-key', key, 'stands twice; the last one counts')
    if (path !== '')
      notes.add('repaired', 'tls-rpt/report-wrapped', path, 'the report is inside something else')
    notes.enter(path)
    return readReport(object, context, options, notes)
  })
  return readings as [TlsReportReading, ...TlsReportReading[]]
}

function readReport(
  object: JsonObject,
  context: ReportContext,
  options: ParseReportOptions,
  notes: ReportNotes,
): TlsReportReading {
  const members = standardMembers(object, reportMembers, '', notes)
  const elements = readPolicyElements(members.policies, notes)
  if (elements === undefined)
    return reject('tls-rpt/report-policies', 'there is no array of policies (RFC 8460 §4)')
  const fault = tooMany(elements)
  if (fault !== undefined) return reject('tls-rpt/report-too-large', fault)

  const reportId = readReportId(members, context, notes)
  const contactInfo = readContactInfo(members, notes)
  const organizationName = readOrganization(members, contactInfo, context, options, notes)
  const range = readRange(members, context, notes)
  let inferred: { domain: DomainName; source: string } | undefined | null = null
  const reader = {
    notes,
    toAscii: options.toAscii,
    inferPolicyDomain: () => {
      if (inferred === null) inferred = inferPolicyDomain(context, reportId, options)
      return inferred
    },
  }
  const policies: ReportedPolicy[] = []
  for (const [i, element] of elements.entries()) {
    const outer = notes.enter(`policies[${i}]`)
    if (isJsonObject(element)) policies.push(readPolicy(element, reader))
    else notes.add('ignored', 'tls-rpt/report-policy', '', 'no object')
    notes.leave(outer)
  }
  const report: TlsReport = { organizationName, contactInfo, reportId, ...range, policies }
  return { verdict: 'report', report, notes: notes.list() }
}

/** Lenient: a single object instead of the array (which §4 expressly forbids). */
function readPolicyElements(
  value: JsonValue | undefined,
  notes: ReportNotes,
): readonly JsonValue[] | undefined {
  if (isJsonArray(value)) {
    if (value.length === 0) notes.add('missing', 'tls-rpt/report-policies', 'policies', 'no policy at all')
    return value
  }
  if (!isJsonObject(value)) return undefined
  notes.add('repaired', 'tls-rpt/report-policies', 'policies', 'an object where an array is needed')
  return [value]
}

/** Checked before reading: a report cut short would give wrong figures, and a huge one take the memory. */
function tooMany(elements: readonly JsonValue[]): string | undefined {
  if (elements.length > MAX_POLICIES_PER_REPORT) return `more than ${MAX_POLICIES_PER_REPORT} policies`
  let failures = 0
  for (const element of elements) {
    if (!isJsonObject(element)) continue
    for (const key in element) {
      const value = element[key]
      if (isJsonArray(value)) failures += value.length
    }
  }
  return failures > MAX_FAILURES_PER_REPORT
    ? `more than ${MAX_FAILURES_PER_REPORT} failure details`
    : undefined
}

function readReportId(members: JsonObject, context: ReportContext, notes: ReportNotes): string | undefined {
  const where = 'report-id'
  const stated = readText(members['report-id'], where, notes)
  if (stated !== undefined) return stated
  const inferred = inferReportId(context)
  if (inferred !== undefined) notes.add('inferred', 'tls-rpt/report-id', where, 'from the Subject')
  else notes.add('missing', 'tls-rpt/report-id', where, 'left out by the sender')
  return inferred
}

/** Lenient: `mailto:`, and a name before the address in angle brackets. */
function readContactInfo(members: JsonObject, notes: ReportNotes): string | undefined {
  const where = 'contact-info'
  const code = 'tls-rpt/report-contact-info'
  const text = readText(members['contact-info'], where, notes)
  if (text === undefined) {
    notes.add('missing', code, where, 'left out by the sender')
    return undefined
  }
  let address = text
  if (address.endsWith('>')) address = address.slice(address.lastIndexOf('<') + 1, -1)
  if (address.includes(':')) address = address.replace(/^(mailto:\s*)+/i, '').trim()
  const at = address.lastIndexOf('@')
  if (at < 1 || at === address.length - 1 || address.includes('<') || address.includes('>')) {
    notes.add('repaired', code, where, `${quote(text)} is no address, kept as it is`)
    return text
  }
  if (address !== text) notes.add('repaired', code, where, `${quote(text)} is more than an address`)
  return address
}

function readOrganization(
  members: JsonObject,
  contactInfo: string | undefined,
  context: ReportContext,
  options: ParseReportOptions,
  notes: ReportNotes,
): string | undefined {
  const where = 'organization-name'
  const stated = readText(members['organization-name'], where, notes)
  if (stated !== undefined) return stated
  const code = 'tls-rpt/report-organization'
  const inferred = inferOrganization(context, contactInfo, options)
  if (inferred === undefined) {
    notes.add('missing', code, where, 'left out by the sender')
    return undefined
  }
  notes.add('inferred', code, where, `${inferred.domain}, from ${inferred.source}`)
  return inferred.domain
}

interface ReportRange {
  readonly startAt: number | undefined
  readonly endAt: number | undefined
  readonly day: string | undefined
}

function readRange(members: JsonObject, context: ReportContext, notes: ReportNotes): ReportRange {
  const where = 'date-range'
  const value = members['date-range']
  const range = isJsonObject(value) ? standardMembers(value, dateRangeMembers, where, notes) : {}
  if (value !== undefined && value !== null && !isJsonObject(value))
    notes.add('ignored', 'tls-rpt/report-range', where, 'no object')
  const isEmpty = isAbsent(range['start-datetime']) && isAbsent(range['end-datetime'])
  let startAt = isEmpty ? undefined : readTime(range['start-datetime'], 'date-range.start-datetime', notes)
  let endAt = isEmpty ? undefined : readTime(range['end-datetime'], 'date-range.end-datetime', notes)
  if (startAt === undefined && endAt === undefined) {
    const inferred = inferRange(context)
    startAt = inferred?.startAt
    endAt = inferred?.endAt
    if (inferred === undefined) notes.add('missing', 'tls-rpt/report-range', where, 'no start and no end')
    else notes.add('inferred', 'tls-rpt/report-range', where, 'from the file name')
  }
  return { startAt, endAt, day: dayOfRange(startAt, endAt, where, notes) }
}

function isAbsent(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === ''
}

function readTime(value: JsonValue | undefined, path: string, notes: ReportNotes): number | undefined {
  const code = 'tls-rpt/report-date'
  const text = typeof value === 'number' ? undefined : readText(value, path, notes)
  const time =
    typeof value === 'number' ? epochTime(value) : text === undefined ? undefined : parseReportTime(text)
  if (time === undefined) {
    if (text === undefined && typeof value !== 'number')
      notes.add('missing', code, path, 'left out by the sender')
    else notes.add('ignored', code, path, `${quote(text ?? String(value))} is no date-time (RFC 3339 §5.6)`)
    return undefined
  }
  if (time.form === 'no-zone') notes.add('repaired', code, path, 'no time zone, taken as UTC')
  else if (time.form === 'other')
    notes.add('repaired', code, path, `${quote(text ?? String(value))} is not in the form of RFC 3339`)
  return time.at
}

/**
 * Gives the UTC day of the middle of a range.
 *
 * Lenient: ranges that are longer, shifted or the wrong way round are noted and still have a middle.
 */
function dayOfRange(
  startAt: number | undefined,
  endAt: number | undefined,
  path: string,
  notes: ReportNotes,
): string | undefined {
  if (startAt === undefined) return endAt === undefined ? undefined : utcDay(endAt - 1)
  if (endAt === undefined) return utcDay(startAt)
  const day = utcDay(Math.floor((startAt + endAt) / 2))
  const length = endAt - startAt
  const startOfDay = Math.floor(startAt / MILLISECONDS_PER_DAY) * MILLISECONDS_PER_DAY
  const note = (what: string) =>
    notes.add('repaired', 'tls-rpt/report-range', path, `${what}; read as ${day}`)
  if (length < 0) note('the end is before the start')
  else if (length > MILLISECONDS_PER_DAY)
    note(`${(length / MILLISECONDS_PER_DAY).toFixed(1)} days instead of one`)
  // Most senders end at 23:59:59, some at the next midnight.
  else if (startAt !== startOfDay || length < MILLISECONDS_PER_DAY - 1000) note('not a whole UTC day')
  return day
}

interface FoundReport {
  readonly object: JsonObject
  /** Empty where the text is the report itself. */
  readonly path: string
}

/** Finds what looks like a report: the value itself, or inside arrays and objects around it. */
function findReports(root: JsonValue): readonly FoundReport[] {
  if (isJsonObject(root) && looksLikeReport(root)) return [{ object: root, path: '' }]
  const found: FoundReport[] = []
  const search = (value: JsonValue, path: string, level: number): void => {
    if (found.length > MAX_REPORTS_PER_TEXT) return
    if (isJsonObject(value) && looksLikeReport(value)) {
      found.push({ object: value, path })
    } else if (level < MAX_WRAPPER_LEVELS) {
      if (isJsonArray(value)) {
        for (const [i, element] of value.entries()) {
          if (typeof element === 'object' && element !== null) search(element, `${path}[${i}]`, level + 1)
        }
      } else if (isJsonObject(value)) {
        for (const key of Object.keys(value).slice(0, MAX_WRAPPER_MEMBERS)) {
          const member = value[key]
          if (typeof member === 'object' && member !== null) search(member, joinPath(path, key), level + 1)
        }
      }
    }
  }
  search(root, '', 0)
  return found
}

/** Two members of a report, or policies in which one member of a policy stands. */
function looksLikeReport(object: JsonObject): boolean {
  if (typeof object.policies === 'object' && typeof object['date-range'] === 'object') return true
  const seen = new Set<string>()
  let policies: JsonValue | undefined
  for (const key of Object.keys(object).slice(0, MAX_WRAPPER_MEMBERS)) {
    const standard = standardKey(key, reportMembers)
    if (standard === undefined) continue
    seen.add(standard)
    if (standard === 'policies') policies = object[key]
  }
  if (seen.size >= 2) return true
  const first = isJsonArray(policies) ? policies[0] : policies
  return (
    isJsonObject(first) && ['policy', 'summary', 'policy-type', 'failure-details'].some(key => key in first)
  )
}

/** Whether a text that is no JSON was meant as a report. */
function mentionsReport(text: string): boolean {
  return /"(organization-name|date-range|policy-type|policy-domain|failure-details|total-(successful|failure)-session-count)"/.test(
    text.slice(0, 65_536),
  )
}

/** Whether header or file name say that this is a report. */
function isCalledReport(context: ReportContext): boolean {
  return (
    context.tlsReportDomain !== undefined ||
    context.tlsReportSubmitter !== undefined ||
    (context.fileName !== undefined && parseReportFileName(context.fileName).ok)
  )
}

function noReport(reason: string): TlsReportReading {
  return { verdict: 'no-report', reason }
}

function reject(code: ProtocolIssueCode, reason: string): TlsReportReading {
  return { verdict: 'reject', code, reason }
}
