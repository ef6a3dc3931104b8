import { quote } from '../result.ts'
import type { JsonObject } from './read-json.ts'
import type { FailureDetail } from './report.ts'
import { failureMembers, standardMembers } from './report-members.ts'
import type { ReportNotes } from './report-notes.ts'
import {
  MAX_REPORT_TEXT_CHARACTERS,
  readCount,
  readIpAddress,
  readMxHostname,
  readText,
} from './report-values.ts'
import { type ResultType, resultTypes } from './result-type.ts'

/** Stands for a result type or a policy type that a report leaves out; no registry has it. */
export const UNKNOWN_TYPE = 'unknown'

const knownResultTypes: ReadonlySet<string> = new Set(resultTypes)

/** Results about the policy itself, which come up before any connection: no address is missing from them. */
const policyResults: ReadonlySet<string> = new Set([
  'sts-policy-fetch-error',
  'sts-policy-invalid',
  'sts-webpki-invalid',
  'tlsa-invalid',
  'dnssec-invalid',
  'dane-required',
] satisfies ResultType[])

/**
 * Reads one element of `failure-details`; the notes are at its place.
 *
 * `onlyCount` is the number of failed sessions this detail must be about if it does not say so itself.
 */
export function readFailure(
  object: JsonObject,
  notes: ReportNotes,
  onlyCount: number | undefined,
): FailureDetail {
  const members = standardMembers(object, failureMembers, '', notes)
  const resultType = readResultType(members, notes)
  const sendingMtaIp = readIpAddress(members['sending-mta-ip'], 'sending-mta-ip', notes)
  const receivingIp = readIpAddress(members['receiving-ip'], 'receiving-ip', notes)
  const receivingMxHostname = readMxHostname(members['receiving-mx-hostname'], 'receiving-mx-hostname', notes)
  if (!policyResults.has(resultType)) {
    if (sendingMtaIp === undefined) noteMissing('tls-rpt/report-ip-address', 'sending-mta-ip', notes)
    if (receivingIp === undefined) noteMissing('tls-rpt/report-ip-address', 'receiving-ip', notes)
    if (receivingMxHostname === undefined)
      noteMissing('tls-rpt/report-mx-hostname', 'receiving-mx-hostname', notes)
  }
  return {
    resultType,
    failedSessionCount: readFailedCount(members, notes, onlyCount),
    sendingMtaIp,
    receivingMxHostname,
    receivingMxHelo: readHelo(members, notes),
    receivingIp,
    additionalInformation: readAdditionalInformation(members, notes),
    failureReasonCode: readText(members['failure-reason-code'], 'failure-reason-code', notes),
  }
}

function noteMissing(
  code: 'tls-rpt/report-ip-address' | 'tls-rpt/report-mx-hostname',
  path: string,
  notes: ReportNotes,
): void {
  notes.add('missing', code, path, 'left out by the sender')
}

function readResultType(members: JsonObject, notes: ReportNotes): string {
  const where = 'result-type'
  const text = readText(members['result-type'], where, notes)
  if (text === undefined) {
    notes.add(
      'missing',
      'tls-rpt/report-result-type',
      where,
      `left out by the sender, kept as ${UNKNOWN_TYPE}`,
    )
    return UNKNOWN_TYPE
  }
  if (knownResultTypes.has(text)) return text
  const folded = text.toLowerCase().replaceAll('_', '-')
  if (knownResultTypes.has(folded)) {
    notes.add('repaired', 'tls-rpt/report-result-type', where, `${quote(text)} is read as ${folded}`)
    return folded
  }
  const message = `${quote(text)} is no registered result type, kept as it is`
  notes.add('repaired', 'tls-rpt/report-result-type', where, message)
  return text
}

function readFailedCount(members: JsonObject, notes: ReportNotes, onlyCount: number | undefined): number {
  const where = 'failed-session-count'
  const count = readCount(members['failed-session-count'], where, notes)
  if (count !== undefined) return count
  if (onlyCount === undefined) {
    notes.add('missing', 'tls-rpt/report-count', where, 'left out by the sender, taken as zero')
    return 0
  }
  notes.add('inferred', 'tls-rpt/report-count', where, `${onlyCount}, as it is the only detail`)
  return onlyCount
}

/** Lenient: of a whole EHLO reply (Postfix), reply codes and all, the name in its first line is taken. */
function readHelo(members: JsonObject, notes: ReportNotes): string | undefined {
  const where = 'receiving-mx-helo'
  const text = readText(members['receiving-mx-helo'], where, notes)
  if (text === undefined) return undefined
  if (!/^2\d\d |[\r\n]/.test(text)) return text
  const [line = ''] = text.split(/[\r\n]/, 1)
  const bare = line.replace(/^(2\d\d[ -]\s*)+/, '')
  notes.add('repaired', 'tls-rpt/report-mx-helo', where, 'a whole EHLO reply; the name in it is kept')
  const [name = ''] = bare.split(/\s/, 1)
  return name === '' ? undefined : name
}

/** Lenient: an object or an array is kept as JSON text. */
function readAdditionalInformation(members: JsonObject, notes: ReportNotes): string | undefined {
  const where = 'additional-information'
  const value = members['additional-information']
  if (typeof value !== 'object' || value === null) {
    const text = readText(value, where, notes)
    if (text !== undefined && !/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(text))
      notes.add('repaired', 'tls-rpt/report-additional-information', where, 'a text where a URI is needed')
    return text
  }
  const message = 'no string, kept as JSON text'
  notes.add('repaired', 'tls-rpt/report-additional-information', where, message)
  return readText(JSON.stringify(value).slice(0, MAX_REPORT_TEXT_CHARACTERS), where, notes)
}
