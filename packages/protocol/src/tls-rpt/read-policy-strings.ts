import { formatMxHostPattern, parseMxHostPattern } from '../names/mx-host-pattern.ts'
import { quote } from '../result.ts'
import { type JsonValue, readJson } from './read-json.ts'
import { isJsonArray } from './report-members.ts'
import type { ReportNotes } from './report-notes.ts'
import { cleanText, MAX_REPORT_TEXT_CHARACTERS } from './report-values.ts'

/** A policy file has at most 64 KiB, and a sender may give all of it as one string, with escapes. */
const MAX_POLICY_CHARACTERS = 262_144
const MAX_POLICY_LINES = 10_000
/** How often JSON may have been put into a string of JSON. */
const MAX_WRAPPINGS = 3

/**
 * Reads `policy-string`: the lines of an MTA-STS policy, or TLSA records.
 *
 * Shape: elements stay as they are, mistakes in them included, as they tell what the sender saw.
 * Lenient: one string instead of an array, with several lines in it; an array written as text inside a string
 * (Microsoft); arrays in arrays; `""` and `[""]` (Halon) are no line.
 * Source: RFC 8460 §4.5.
 */
export function readPolicyStrings(
  value: JsonValue | undefined,
  path: string,
  notes: ReportNotes,
): readonly string[] {
  if (value === undefined || value === null) return []
  if (
    isJsonArray(value) &&
    value.length <= MAX_POLICY_LINES &&
    notes.isWellFormed &&
    value.every(isPlainLine)
  )
    return value
  const lines: string[] = []
  const note = (kind: 'repaired' | 'ignored', message: string) =>
    notes.add(kind, 'tls-rpt/report-policy-string', path, message)
  if (!isJsonArray(value)) {
    if (typeof value !== 'string') {
      note('ignored', 'neither an array nor a string')
      return lines
    }
    if (value.trim() === '') return lines
    if (!isJsonArrayText(value)) note('repaired', 'a string where an array is needed')
  }

  // A sender puts arrays into strings or does not; a stranger who only seems to would have us try at every line.
  let mayHoldJson = true
  const take = (element: JsonValue, wrappings: number): void => {
    if (lines.length >= MAX_POLICY_LINES) return
    if (isJsonArray(element)) {
      if (element !== value && wrappings === 0) note('repaired', 'an array inside the array')
      for (const inner of element) take(inner, wrappings)
      return
    }
    if (typeof element !== 'string') {
      note('ignored', 'an element that is no string')
      return
    }
    const text = cleanText(element, MAX_POLICY_CHARACTERS, path, notes)
    if (mayHoldJson && isJsonArrayText(text)) {
      const inner = readJson(text)
      mayHoldJson = inner.ok
      if (inner.ok && isJsonArray(inner.value)) {
        if (wrappings < MAX_WRAPPINGS) {
          note('repaired', 'an array written as text inside a string')
          take(inner.value, wrappings + 1)
        } else {
          note('ignored', 'an array inside too many strings')
        }
        return
      }
    }
    if (/[\r\n]/.test(text)) {
      if (element !== value) note('repaired', 'several lines in one string')
      for (const part of text.split(/\r\n|\r|\n/)) if (part.trim() !== '') take(part, wrappings)
    } else if (text.trim() === '') {
      note('ignored', 'an empty string')
    } else {
      lines.push(text)
    }
  }
  take(value, 0)
  if (lines.length >= MAX_POLICY_LINES) note('ignored', `what follows the first ${MAX_POLICY_LINES} lines`)
  return lines
}

/** Whether an element needs no second look: neither empty, nor several lines, nor JSON, nor too long. */
function isPlainLine(element: JsonValue): element is string {
  if (typeof element !== 'string' || element.length > MAX_REPORT_TEXT_CHARACTERS) return false
  // Letters and digits: a version, a key, the usage of a TLSA record.
  const first = element.charCodeAt(0)
  return (
    first >= 0x30 && first <= 0x7a && first !== 0x5b && !element.includes('\n') && !element.includes('\r')
  )
}

/**
 * Reads `mx-host`, the MX host patterns of the policy the sender applied.
 *
 * Shape: patterns in lower case; what is no pattern stays as it was written.
 * Lenient: a string instead of an array (an example of RFC 8460 itself); `mx: ` before a pattern.
 * Source: RFC 8460 §4.4, erratum 6241.
 */
export function readMxHostPatterns(
  value: JsonValue | undefined,
  path: string,
  notes: ReportNotes,
): readonly string[] {
  if (value === undefined || value === null) return []
  const note = (kind: 'repaired' | 'ignored', message: string) =>
    notes.add(kind, 'tls-rpt/report-mx-host', path, message)
  if (!isJsonArray(value)) {
    if (typeof value !== 'string') {
      note('ignored', 'neither an array nor a string')
      return []
    }
    if (value.trim() !== '') note('repaired', 'a string where an array is needed')
  }
  const patterns: string[] = []
  for (const element of isJsonArray(value) ? value : [value]) {
    if (typeof element !== 'string') {
      note('ignored', 'an element that is no string')
      continue
    }
    const text = cleanText(element, MAX_REPORT_TEXT_CHARACTERS, path, notes).trim()
    const bare = withoutMxPrefix(text)
    if (bare !== text) note('repaired', `${quote(text)} is a line of a policy, not a pattern`)
    const words = splitWords(bare)
    if (words.length > 1) note('repaired', `several patterns in one string: ${quote(bare)}`)
    for (const word of words) {
      if (word === '') continue
      if (patterns.length >= MAX_POLICY_LINES) {
        note('ignored', `what follows the first ${MAX_POLICY_LINES} patterns`)
        return patterns
      }
      patterns.push(foldPattern(word, note))
    }
  }
  return patterns
}

/** The MX host patterns that stand in the lines of an MTA-STS policy. */
export function mxHostPatternsOf(policyStrings: readonly string[]): readonly string[] {
  const patterns: string[] = []
  for (const line of policyStrings) {
    const bare = withoutMxPrefix(line.trim())
    if (bare === line.trim() || bare === '' || bare.length > MAX_REPORT_TEXT_CHARACTERS) continue
    for (const word of splitWords(bare)) if (word !== '') patterns.push(foldPattern(word, () => {}))
  }
  return patterns
}

function withoutMxPrefix(text: string): string {
  if (!text.includes(':')) return text
  let bare = text
  while (/^mx\s{0,10}:/i.test(bare)) bare = bare.slice(bare.indexOf(':') + 1).trimStart()
  return bare
}

function splitWords(text: string): readonly string[] {
  return /[\s,;]/.test(text) ? text.split(/[\s,;]+/).map(withoutMxPrefix) : [text]
}

function foldPattern(word: string, note: (kind: 'repaired', message: string) => void): string {
  const bare = word.endsWith('.') ? word.slice(0, -1) : word
  const pattern = parseMxHostPattern(bare)
  if (!pattern.ok) {
    note('repaired', `${quote(word)} is no pattern, kept as it is`)
    return word
  }
  if (bare !== word) note('repaired', `the dot at the end of ${quote(word)} is dropped`)
  return formatMxHostPattern(pattern.value)
}

function isJsonArrayText(text: string): boolean {
  const inner = text.trim()
  return inner.startsWith('[') && inner.endsWith(']')
}
