import type { ProtocolIssueCode } from '../issues.ts'
import { type DomainName, parseDomainName } from '../names/domain-name.ts'
import { quote } from '../result.ts'
import { normalizeIpAddress } from './ip-address.ts'
import type { JsonValue } from './read-json.ts'
import { isJsonArray } from './report-members.ts'
import type { ReportNotes } from './report-notes.ts'

/** Longest text taken over from a report; an EHLO reply or a long reason stays well below. */
export const MAX_REPORT_TEXT_CHARACTERS = 4096

/** More sessions than anybody has with one domain in a day, and sums of them are exact in every database. */
export const MAX_SESSION_COUNT = 1_000_000_000_000

/**
 * Reads a text; undefined where there is none.
 *
 * Lenient: a number or a boolean is its text, of an array the first element counts, white space around is dropped.
 */
export function readText(value: JsonValue | undefined, path: string, notes: ReportNotes): string | undefined {
  if (typeof value === 'string') {
    const text = cleanText(value, MAX_REPORT_TEXT_CHARACTERS, path, notes).trim()
    return text === '' ? undefined : text
  }
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'object') {
    notes.add('repaired', 'tls-rpt/report-text', path, `a ${typeof value} where a string is needed`)
    return String(value)
  }
  const first = isJsonArray(value) ? value[0] : undefined
  if (typeof first === 'string' || typeof first === 'number') {
    notes.add('repaired', 'tls-rpt/report-text', path, 'an array where a string is needed; the first counts')
    return readText(first, path, notes)
  }
  notes.add('ignored', 'tls-rpt/report-text', path, 'neither a string nor anything that could be one')
  return undefined
}

/** Takes out what no database and no peer can hold, and cuts what is too long. */
export function cleanText(value: string, limit: number, path: string, notes: ReportNotes): string {
  let text = value
  if (text.length > limit) {
    notes.add(
      'repaired',
      'tls-rpt/report-text-length',
      path,
      `cut from ${text.length} to ${limit} characters`,
    )
    text = text.slice(0, limit)
    // A pair of surrogates that the cut went through.
    if (/[\ud800-\udbff]$/.test(text)) text = text.slice(0, -1)
  }
  if (!notes.isWellFormed && (text.includes('\0') || !text.isWellFormed())) {
    const message = 'NUL or half a surrogate pair, shown as U+FFFD'
    notes.add('repaired', 'tls-rpt/report-text-character', path, message)
    text = text.toWellFormed().replaceAll('\0', '\ufffd')
  }
  return text
}

/**
 * Reads a number of sessions; undefined where there is none.
 *
 * Lenient: digits in a string; a fraction is cut off, less than nothing is nothing, what is beyond
 * `MAX_SESSION_COUNT` is that.
 */
export function readCount(
  value: JsonValue | undefined,
  path: string,
  notes: ReportNotes,
): number | undefined {
  if (typeof value === 'number' && value >= 0 && value <= MAX_SESSION_COUNT && Number.isInteger(value))
    return value === 0 ? 0 : value
  if (value === undefined || value === null) return undefined
  const note = (kind: 'repaired' | 'ignored', message: string) =>
    notes.add(kind, 'tls-rpt/report-count', path, message)
  let number: number
  if (typeof value === 'number') {
    number = value
  } else if (typeof value === 'string' && /^\s{0,10}[+-]?\d{1,400}(\.\d{1,400})?\s{0,10}$/.test(value)) {
    number = Number(value)
    note('repaired', `${quote(value, 20)} is a string, not a number`)
  } else {
    const shown = typeof value === 'string' ? quote(value, 20) : `a value of another kind`
    note('ignored', `${shown} is no count`)
    return undefined
  }
  if (number < 0) {
    note('ignored', 'a count below zero, taken as zero')
    return 0
  }
  if (number > MAX_SESSION_COUNT) {
    note('repaired', `more sessions than there can be, taken as ${MAX_SESSION_COUNT}`)
    return MAX_SESSION_COUNT
  }
  if (!Number.isInteger(number)) note('repaired', 'a fraction of a session, cut off')
  return Math.trunc(number) + 0
}

/** Reads an IP address into its one form; what is none stays as it was written, as no report fails for an address. */
export function readIpAddress(
  value: JsonValue | undefined,
  path: string,
  notes: ReportNotes,
): string | undefined {
  const text = readText(value, path, notes)
  if (text === undefined) return undefined
  const address = normalizeIpAddress(text)
  if (address === undefined) {
    notes.add('repaired', 'tls-rpt/report-ip-address', path, `${quote(text)} is no IP address, kept as it is`)
  } else if (address !== text) {
    notes.add('repaired', 'tls-rpt/report-ip-address', path, `${quote(text)} is written ${address}`)
  }
  return address ?? text
}

/** Reads the name of an MX host, folded to lower case; what is no name stays as it was written. */
export function readMxHostname(
  value: JsonValue | undefined,
  path: string,
  notes: ReportNotes,
): string | undefined {
  const text = readText(value, path, notes)
  if (text === undefined) return undefined
  const name = parseDomainName(text, { underscore: true, singleLabel: true })
  if (!name.ok) {
    const message = `${quote(text)} is no host name, kept as it is`
    notes.add('repaired', 'tls-rpt/report-mx-hostname', path, message)
    return text
  }
  noteTrailingDot(text, 'tls-rpt/report-mx-hostname', path, notes)
  return name.value
}

/** Reads a policy domain; undefined for what is none, with a note unless nothing is there at all. */
export function readPolicyDomain(
  value: JsonValue | undefined,
  path: string,
  notes: ReportNotes,
  toAscii: ((name: string) => string) | undefined,
): DomainName | undefined {
  const text = readText(value, path, notes)
  if (text === undefined) return undefined
  const code = 'tls-rpt/report-policy-domain'
  const options = { underscore: true, singleLabel: true }
  const bare = text.replace(/^_\d{1,5}\._tcp\./i, '')
  if (bare !== text) notes.add('repaired', code, path, `${quote(text)} is the name of TLSA records`)
  const name = parseDomainName(bare, toAscii === undefined ? options : { ...options, toAscii })
  if (!name.ok) {
    notes.add('ignored', code, path, name.issues[0].message)
    return undefined
  }
  noteTrailingDot(text, code, path, notes)
  if (/[^\0-\x7f]/.test(text))
    notes.add('repaired', code, path, `${quote(text)} is ${name.value} in A-labels`)
  return name.value
}

function noteTrailingDot(text: string, code: ProtocolIssueCode, path: string, notes: ReportNotes): void {
  if (text.endsWith('.')) notes.add('repaired', code, path, 'the dot at the end is dropped')
}
