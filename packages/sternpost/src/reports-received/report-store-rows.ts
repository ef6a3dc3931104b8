import { hash } from 'node:crypto'
import {
  type FailureDetail,
  type ReportedPolicy,
  type ReportNote,
  sumSessions,
  type TlsReport,
} from '@sternpost/protocol'
import type { Insertable } from 'kysely'
import type { Schema } from '../store/index.ts'
import type { Authentication } from './authentication.ts'
import type { IncomingDocument } from './document.ts'
import { packReportText } from './report-store-text.ts'

/** Failure details beyond these are only in the text: nobody reads more, and a stranger chooses the number. */
const MAX_FAILURES = 20_000
/** More sessions than anybody sends to a domain in a day, and small enough that sums of many stay exact. */
const MAX_SESSIONS = 10_000_000_000
/** Characters kept of what a report says in words; the text of the report has all. */
const MAX_NAME = 320
const MAX_WORDS = 2_000
const MAX_POLICY_TEXT = 65_536

type Row<Table extends keyof Schema> = Insertable<Schema[Table]>

/** A report on its way into the database; rows lack only the number of the report. */
export interface StorableReport {
  /** Hexadecimal forms of the keys, to compare with. */
  readonly dedupeKey: string
  readonly contentHash: string
  /** Domains the report is about, sorted; '' where one could not be told. */
  readonly policyDomains: readonly string[]
  readonly report: Row<'reports'>
  readonly text: Omit<Row<'report_texts'>, 'report_row_id'>
  readonly policyTexts: readonly Row<'reported_policy_texts'>[]
  readonly policies: readonly Omit<Row<'report_policies'>, 'report_row_id'>[]
  readonly failures: readonly Omit<Row<'report_failures'>, 'report_row_id'>[]
}

/** What is known of a report when it is about to be stored. */
export interface ReceivedReport {
  readonly document: IncomingDocument
  readonly json: Uint8Array
  readonly report: TlsReport
  readonly notes: readonly ReportNote[]
  readonly authentication: Authentication
  readonly isQuarantined: boolean
}

/** Turns a report into rows. */
export function toStorableReport(received: ReceivedReport): StorableReport {
  const { document, json, report, notes, authentication } = received
  const contentHash = shortHash(json)
  const policyDomains = [...new Set(report.policies.map(policy => policy.policyDomain ?? ''))].sort()
  const dedupeKey = shortHash(
    JSON.stringify([
      report.organizationName ?? '',
      // Without an id two reports of one day cannot be told apart by name, only by what they say.
      report.reportId ?? contentHash.toString('hex'),
      report.startAt ?? null,
      report.endAt ?? null,
      policyDomains,
    ]),
  )
  const shared = {
    day: report.day ?? new Date(document.receivedAt).toISOString().slice(0, 10),
    organization: clean(report.organizationName ?? '', MAX_NAME),
    trust: authentication.trust,
    is_quarantined: received.isQuarantined ? 1 : 0,
  }
  const counted = sumSessions(report).policies
  const policyTexts = report.policies.map(policyText)
  const policies = report.policies.map((policy, index) => ({
    ...shared,
    policy_index: index,
    policy_domain: policy.policyDomain ?? '',
    policy_type: clean(policy.policyType, 64),
    policy_text_hash: (policyTexts[index] as Row<'reported_policy_texts'>).policy_text_hash,
    success: sessions(policy.successfulSessionCount),
    failure: sessions(policy.failureSessionCount),
    counted_success: sessions(counted[index]?.success ?? 0),
    counted_failure: sessions(counted[index]?.failure ?? 0),
  }))
  const failures = report.policies.flatMap((policy, index) =>
    policy.failures.map((failure, failureIndex) => ({
      ...shared,
      ...failureRow(policy, failure, index, failureIndex),
    })),
  )
  return {
    dedupeKey: dedupeKey.toString('hex'),
    contentHash: contentHash.toString('hex'),
    policyDomains,
    report: {
      ...shared,
      dedupe_key: dedupeKey,
      content_hash: contentHash,
      contact_info: optional(report.contactInfo, MAX_NAME),
      report_id: clean(report.reportId ?? '', MAX_WORDS),
      start_at: report.startAt ?? null,
      end_at: report.endAt ?? null,
      authentication: JSON.stringify(authentication),
      channel: document.channel,
      source_address: optional(document.sourceAddress, 64),
      file_name: optional(document.fileName, MAX_WORDS),
      recipient: optional(document.recipient, MAX_NAME),
      received_at: Math.round(document.receivedAt),
      policy_count: report.policies.length,
      counted_success: sum(policies, 'counted_success'),
      counted_failure: sum(policies, 'counted_failure'),
      notes: JSON.stringify(failures.length > MAX_FAILURES ? [...notes, tooManyFailures] : notes),
    },
    text: {
      received_at: Math.round(document.receivedAt),
      ...packReportText(json),
    },
    policyTexts,
    policies,
    failures: failures.slice(0, MAX_FAILURES),
  }
}

const tooManyFailures: ReportNote = {
  kind: 'ignored',
  code: 'tls-rpt/report-failure-details',
  path: '',
  message: `failure details beyond the first ${MAX_FAILURES} stand only in the text of the report`,
}

function failureRow(
  policy: ReportedPolicy,
  failure: FailureDetail,
  policyIndex: number,
  failureIndex: number,
) {
  return {
    policy_index: policyIndex,
    failure_index: failureIndex,
    policy_domain: policy.policyDomain ?? '',
    policy_type: clean(policy.policyType, 64),
    result_type: clean(failure.resultType, 64),
    receiving_mx_hostname: optional(failure.receivingMxHostname, MAX_NAME),
    receiving_mx_helo: optional(failure.receivingMxHelo, MAX_WORDS),
    receiving_ip: optional(failure.receivingIp, 64),
    sending_mta_ip: optional(failure.sendingMtaIp, 64),
    failed: sessions(failure.failedSessionCount),
    reason_code: optional(failure.failureReasonCode, MAX_WORDS),
    additional_information: optional(failure.additionalInformation, MAX_WORDS),
  }
}

function policyText(policy: ReportedPolicy): Row<'reported_policy_texts'> {
  const strings = boundedList(policy.policyStrings)
  const patterns = boundedList(policy.mxHostPatterns)
  return {
    policy_text_hash: shortHash(`${strings}\n${patterns}`),
    policy_strings: strings,
    mx_patterns: patterns,
  }
}

/** A list as JSON, cut where it is longer than any policy may be (RFC 8461 §3.3: 64 kilobytes). */
function boundedList(strings: readonly string[]): string {
  let left = MAX_POLICY_TEXT
  const kept: string[] = []
  for (const text of strings) {
    if (left <= 0) break
    kept.push(clean(text, left))
    left -= text.length + 1
  }
  return JSON.stringify(kept)
}

/** The first 128 bits of SHA-256: nobody can make a second report for a given one. */
function shortHash(data: Uint8Array | string): Buffer {
  return hash('sha256', data, 'buffer').subarray(0, 16)
}

function sessions(count: number): number {
  return Number.isFinite(count) ? Math.min(Math.max(0, Math.round(count)), MAX_SESSIONS) : 0
}

function optional(text: string | undefined, maxLength: number): string | null {
  return text === undefined ? null : clean(text, maxLength)
}

/** Text as every database takes it: PostgreSQL refuses NUL, and half a character is no text. */
function clean(text: string, maxLength: number): string {
  return text.slice(0, maxLength).replaceAll('\0', '\u{fffd}').toWellFormed()
}

function sum<Key extends string>(rows: readonly Readonly<Record<Key, number>>[], key: Key): number {
  return rows.reduce((total, row) => total + row[key], 0)
}
