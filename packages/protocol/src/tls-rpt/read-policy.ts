import type { DomainName } from '../names/domain-name.ts'
import { quote } from '../result.ts'
import { readFailure, UNKNOWN_TYPE } from './read-failure.ts'
import type { JsonObject, JsonValue } from './read-json.ts'
import { mxHostPatternsOf, readMxHostPatterns, readPolicyStrings } from './read-policy-strings.ts'
import type { FailureDetail, ReportedPolicy, ReportedPolicyType } from './report.ts'
import {
  isJsonArray,
  isJsonObject,
  policyEntryMembers,
  policyMembers,
  standardMembers,
  summaryMembers,
} from './report-members.ts'
import type { ReportNotes } from './report-notes.ts'
import { MAX_SESSION_COUNT, readCount, readPolicyDomain, readText } from './report-values.ts'

/** What reading a policy needs beside its text. */
export interface PolicyReader {
  readonly notes: ReportNotes
  readonly toAscii: ((name: string) => string) | undefined
  /** The domain a report must be about that does not name it, with where this is known from. */
  readonly inferPolicyDomain: () => { readonly domain: DomainName; readonly source: string } | undefined
}

const nothing: JsonObject = {}

/**
 * Reads one element of `policies`; the notes are at its place.
 *
 * Lenient: members of `policy` and `summary` beside instead of inside them.
 */
export function readPolicy(element: JsonObject, reader: PolicyReader): ReportedPolicy {
  const { notes } = reader
  const entry = standardMembers(element, policyEntryMembers, '', notes)
  const policy = readGroup(entry, 'policy', notes)
  const summary = readGroup(entry, 'summary', notes)

  const policyStrings = readPolicyStrings(policy['policy-string'], 'policy.policy-string', notes)
  const policyType = readPolicyType(policy['policy-type'], 'policy.policy-type', policyStrings, notes)
  const mxHostPatterns = readMx(policy['mx-host'], policyType, policyStrings, 'policy.mx-host', notes)
  if (policyStrings.length === 0 && (policyType === 'sts' || policyType === 'tlsa')) {
    notes.add('missing', 'tls-rpt/report-policy-string', 'policy.policy-string', 'no policy is quoted')
  }
  const policyDomain = readDomain(policy['policy-domain'], 'policy.policy-domain', reader)

  const success = readTotal(summary, 'total-successful-session-count', notes)
  const statedFailure = readTotal(summary, 'total-failure-session-count', notes)
  const failures = readFailures(entry['failure-details'], statedFailure, notes)
  return {
    policyType,
    policyDomain,
    policyStrings,
    mxHostPatterns,
    successfulSessionCount: success ?? noteMissingCount(summary, 'total-successful-session-count', notes),
    failureSessionCount: settleFailureCount(summary, statedFailure, failures, notes),
    failures,
  }
}

function readGroup(entry: JsonObject, key: 'policy' | 'summary', notes: ReportNotes): JsonObject {
  const table = key === 'policy' ? policyMembers : summaryMembers
  const value = entry[key]
  if (isJsonObject(value)) return standardMembers(value, table, key, notes)
  const single = isJsonArray(value) && value.length === 1 ? value[0] : undefined
  if (isJsonObject(single)) {
    notes.add('repaired', 'tls-rpt/report-policy', key, 'an array where an object is needed')
    return standardMembers(single, table, key, notes)
  }
  const isBeside = [...table.keys].some(member => entry[member] !== undefined)
  if (isBeside) {
    notes.add('repaired', 'tls-rpt/report-policy', key, 'its members stand beside it, not in it')
    return entry
  }
  notes.add('missing', 'tls-rpt/report-policy', key, 'left out by the sender')
  return nothing
}

function readPolicyType(
  value: JsonValue | undefined,
  path: string,
  policyStrings: readonly string[],
  notes: ReportNotes,
): ReportedPolicyType {
  if (value === 'sts' || value === 'tlsa' || value === 'no-policy-found') return value
  const code = 'tls-rpt/report-policy-type'
  const text = readText(value, path, notes)
  if (text === undefined) {
    const quoted = typeOfPolicyStrings(policyStrings)
    if (quoted === undefined) {
      notes.add('missing', code, path, `left out by the sender, kept as ${UNKNOWN_TYPE}`)
      return UNKNOWN_TYPE
    }
    notes.add('inferred', code, path, `${quoted}, from the policy that is quoted`)
    return quoted
  }
  const folded = text.toLowerCase().replaceAll('_', '-')
  if (folded === 'sts' || folded === 'tlsa' || folded === 'no-policy-found') {
    if (folded !== value) notes.add('repaired', code, path, `${quote(text)} is read as ${folded}`)
    return folded
  }
  notes.add('repaired', code, path, `${quote(text)} is no policy type of the standard, kept as it is`)
  return text
}

function typeOfPolicyStrings(lines: readonly string[]): 'sts' | 'tlsa' | undefined {
  const [first] = lines
  if (first === undefined) return undefined
  if (lines.some(line => /^\s*version\s*:\s*STSv1\s*$/i.test(line))) return 'sts'
  return /^\s*[0-3] [01] [0-2] [0-9a-f]+\s*$/i.test(first) ? 'tlsa' : undefined
}

function readMx(
  value: JsonValue | undefined,
  policyType: ReportedPolicyType,
  policyStrings: readonly string[],
  path: string,
  notes: ReportNotes,
): readonly string[] {
  const patterns = readMxHostPatterns(value, path, notes)
  if (patterns.length > 0 || policyType !== 'sts') return patterns
  const quoted = mxHostPatternsOf(policyStrings)
  if (quoted.length > 0)
    notes.add('inferred', 'tls-rpt/report-mx-host', path, 'from the policy that is quoted')
  else notes.add('missing', 'tls-rpt/report-mx-host', path, 'left out by the sender')
  return quoted
}

function readDomain(
  value: JsonValue | undefined,
  path: string,
  reader: PolicyReader,
): DomainName | undefined {
  const stated = readPolicyDomain(value, path, reader.notes, reader.toAscii)
  if (stated !== undefined) return stated
  const code = 'tls-rpt/report-policy-domain'
  const inferred = reader.inferPolicyDomain()
  if (inferred === undefined) {
    reader.notes.add('missing', code, path, 'left out by the sender, and nothing around the report tells it')
    return undefined
  }
  reader.notes.add('inferred', code, path, `${inferred.domain}, from ${inferred.source}`)
  return inferred.domain
}

function readTotal(
  summary: JsonObject,
  key: 'total-successful-session-count' | 'total-failure-session-count',
  notes: ReportNotes,
): number | undefined {
  return readCount(summary[key], `summary.${key}`, notes)
}

/** What is there and no count has its note already, and so has a summary that is missing altogether. */
function noteMissingCount(summary: JsonObject, key: string, notes: ReportNotes): number {
  if (summary !== nothing && (summary[key] ?? null) === null)
    notes.add('missing', 'tls-rpt/report-count', `summary.${key}`, 'left out by the sender, taken as zero')
  return 0
}

/** Lenient: a single object instead of an array. */
function readFailures(
  value: JsonValue | undefined,
  total: number | undefined,
  notes: ReportNotes,
): readonly FailureDetail[] {
  const code = 'tls-rpt/report-failure-details'
  const path = 'failure-details'
  let elements: readonly JsonValue[] = []
  if (isJsonArray(value)) {
    elements = value
  } else if (isJsonObject(value)) {
    notes.add('repaired', code, path, 'an object where an array is needed')
    elements = [value]
  } else if (value !== undefined && value !== null) {
    notes.add('ignored', code, path, 'no array')
  }
  const failures: FailureDetail[] = []
  for (const [i, element] of elements.entries()) {
    if (isJsonObject(element)) {
      const onlyCount = elements.length === 1 ? total : undefined
      const outer = notes.enter(`${path}[${i}]`)
      failures.push(readFailure(element, notes, onlyCount))
      notes.leave(outer)
    } else {
      notes.add('ignored', code, `${path}[${i}]`, 'no object')
    }
  }
  if (failures.length === 0 && total !== undefined && total > 0)
    notes.add('missing', code, path, 'failed sessions without a word why')
  return failures
}

/** The stated total counts, whatever the details add up to: one session may fail in several ways. */
function settleFailureCount(
  summary: JsonObject,
  stated: number | undefined,
  failures: readonly FailureDetail[],
  notes: ReportNotes,
): number {
  const sum = failures.reduce((total, failure) => total + failure.failedSessionCount, 0)
  if (stated === undefined) {
    if (failures.length === 0) return noteMissingCount(summary, 'total-failure-session-count', notes)
    const where = 'summary.total-failure-session-count'
    notes.add('inferred', 'tls-rpt/report-count', where, `${sum}, the sum of the details`)
    return Math.min(sum, MAX_SESSION_COUNT)
  }
  if (failures.length > 0 && sum !== stated) {
    const message = `the details add up to ${sum}, the total says ${stated}; the total counts`
    notes.add('repaired', 'tls-rpt/report-failure-sum', 'failure-details', message)
  }
  return stated
}
