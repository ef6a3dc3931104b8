import type { ProtocolIssueCode } from '../issues.ts'
import { memberPath } from './read-json.ts'
import type { ReportNote } from './report.ts'

/** A report with more deviations than this has one cause for most of them. */
export const MAX_REPORT_NOTES = 100

/**
 * The notes of one report while it is read, bounded so that a hostile report cannot fill memory with them.
 *
 * It knows the place that is being read, so that readers name paths inside of it and none is built for nothing.
 */
export class ReportNotes {
  readonly #notes: ReportNote[] = []
  #leftOut = 0
  #place = ''
  /** Known beforehand, so that not every text has to be searched for NUL and halves of surrogate pairs. */
  readonly isWellFormed: boolean

  constructor(isWellFormed: boolean) {
    this.isWellFormed = isWellFormed
  }

  /** Goes into a place inside the present one; gives the present one, for `leave`. */
  enter(path: string): string {
    const outer = this.#place
    this.#place = memberPath(outer, path)
    return outer
  }

  leave(outer: string): void {
    this.#place = outer
  }

  /** `path` is inside the place entered. */
  add(kind: ReportNote['kind'], code: ProtocolIssueCode, path: string, message: string): void {
    if (this.#notes.length < MAX_REPORT_NOTES)
      this.#notes.push({ kind, code, path: memberPath(this.#place, path), message })
    else this.#leftOut += 1
  }

  /** All notes; where there were too many, a last one that says how many are not listed. */
  list(): readonly ReportNote[] {
    if (this.#leftOut === 0) return this.#notes
    const message = `${this.#leftOut} more deviations are not listed`
    return [...this.#notes, { kind: 'ignored', code: 'tls-rpt/report-notes', path: '', message }]
  }
}
