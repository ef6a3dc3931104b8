import type { ReportNote, TlsReport } from '@sternpost/protocol'
import type { Authentication } from './authentication.ts'

/** What became of one document, told to whoever handed it over. */
export interface IntakeVerdict {
  readonly verdict: 'report' | 'duplicate' | 'no-report' | 'reject'
  /** Why, where it is no plain `report`; with the code of an issue where there is one. */
  readonly reason?: string
  readonly code?: string
  readonly reports: readonly AcceptedReport[]
}

export interface AcceptedReport {
  /** Row of the database; undefined in a dry run. */
  readonly reportRowId: number | undefined
  readonly report: TlsReport
  readonly notes: readonly ReportNote[]
  readonly authentication: Authentication
  /** Seen before, over this or another channel. */
  readonly isDuplicate: boolean
  /** About a domain that is not ours: kept apart. */
  readonly isQuarantined: boolean
}
