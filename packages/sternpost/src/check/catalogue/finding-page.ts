import type { IssueSpec } from '@sternpost/protocol'
import type { Severity } from '../finding.ts'

/** What the page of a code says, for somebody who meets it for the first time. */
export interface FindingPage {
  /** A few words; the heading of the page. */
  readonly title: string
  /** The usual severity. */
  readonly severity: Severity
  /** When it is another one: `a warning while the mode is testing`. */
  readonly severityNote?: string
  /** What is so, and what senders do with it. */
  readonly meaning: string
  /** How to mend it. */
  readonly remedy: string
  /** Lines to look at: of a zone file, a policy, a configuration. */
  readonly example?: string
}

/** A code of the check room: its row in the table and its page in one. */
export interface CheckRow extends IssueSpec, FindingPage {}

/** Most conditions stay until somebody mends them, and no TLS report has a word for them. */
export const lasting = { temporary: false, resultType: null } as const

/** Trying again can give another answer, without anybody mending anything. */
export const passing = { temporary: true, resultType: null } as const
