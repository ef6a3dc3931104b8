import type { Generated } from 'kysely'

/** Day as `YYYY-MM-DD` (UTC), as in every table here. */
type Day = string
/** 0 or 1. */
type Flag = number
/** A word of `trustLevels`. */
type Trust = string

/** One report, as it came in first (or as the most trustworthy sender of it sent it). */
export interface ReportTable {
  report_row_id: Generated<number>
  /** 128 bits over organization, report id, range and policy domains: what makes two reports the same. */
  dedupe_key: Uint8Array
  /** 128 bits over the JSON text: what makes a resend the same. */
  content_hash: Uint8Array
  /** Empty where the report names none. */
  organization: string
  contact_info: string | null
  /** Empty where the report has none. */
  report_id: string
  start_at: number | null
  end_at: number | null
  /** The day reported about; where the report does not say, the day it came in. */
  day: Day
  trust: Trust
  /** JSON of `Authentication`. */
  authentication: string
  /** About no domain of ours: in no figure, in no daily sum. */
  is_quarantined: Flag
  channel: string
  source_address: string | null
  file_name: string | null
  recipient: string | null
  received_at: number
  policy_count: number
  /** Sessions by the counting rule of `sumSessions`, over all domains of the report. */
  counted_success: number
  counted_failure: number
  /** JSON list of `ReportNote`. */
  notes: string
}

/** The report word for word. */
export interface ReportTextTable {
  report_row_id: number
  received_at: number
  /** How `bytes` are packed. */
  encoding: 'deflate-raw'
  /** Unpacked. */
  size_bytes: number
  bytes: Uint8Array
}

/** Where a report was seen again after it was stored; `channel` of `reports` is where it was seen first. */
export interface ReportSightingTable {
  report_row_id: number
  channel: string
  first_seen_at: number
  last_seen_at: number
  times: number
  /** 0 where at least one of them had another text under the same name. */
  is_same_content: Flag
}

/** Policies as reporters applied them, each text once. */
export interface ReportedPolicyTextTable {
  /** 128 bits over both lists. */
  policy_text_hash: Uint8Array
  /** JSON list of strings. */
  policy_strings: string
  /** JSON list of strings. */
  mx_patterns: string
}

/** What one report says of one policy. */
export interface ReportPolicyTable {
  report_row_id: number
  /** Place in the report, from 0. */
  policy_index: number
  /** Empty where neither the report nor what was around it tells. */
  policy_domain: string
  day: Day
  organization: string
  trust: Trust
  is_quarantined: Flag
  policy_type: string
  policy_text_hash: Uint8Array
  /** Sessions as reported. */
  success: number
  failure: number
  /** The part of them that is not counted under another policy of the same report already. */
  counted_success: number
  counted_failure: number
}

/** One failure detail. */
export interface ReportFailureTable {
  report_row_id: number
  policy_index: number
  failure_index: number
  policy_domain: string
  day: Day
  organization: string
  trust: Trust
  is_quarantined: Flag
  policy_type: string
  result_type: string
  receiving_mx_hostname: string | null
  receiving_mx_helo: string | null
  receiving_ip: string | null
  sending_mta_ip: string | null
  failed: number
  reason_code: string | null
  additional_information: string | null
}

/**
 * Sessions by domain, day, reporter and policy type, without the quarantined.
 *
 * Each report counts twice: under its domain and under `ALL_DOMAINS`, so that a question about everything reads as
 * few rows as one about a domain.
 */
export interface ReportDailyTable {
  policy_domain: string
  day: Day
  organization: string
  policy_type: string
  trust: Trust
  /** Reports; one with several policy types counts under the first, so that a sum over types is right. */
  reports: number
  /** As reported under this policy type; must not be summed over policy types, as the same session may be in several. */
  success: number
  failure: number
  /** For sums over policy types. */
  counted_success: number
  counted_failure: number
}

/** Failure details by domain, day, reporter, policy type, result type and MX host, without the quarantined. */
export interface ReportDailyFailureTable {
  policy_domain: string
  day: Day
  organization: string
  policy_type: string
  /** `OTHER_RESULT_TYPES` holds what is beyond the rows one report may add. */
  result_type: string
  /** In lower case; empty where not told, and always under `ALL_DOMAINS`. */
  mx_host: string
  trust: Trust
  failed: number
}

/** Stands for every domain in the daily sums; no domain name can be written like this. */
export const ALL_DOMAINS = '*'
export const OTHER_RESULT_TYPES = 'other'
