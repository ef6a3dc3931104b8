import { escapeForLine, escapeJson } from '../log/index.ts'
import type { AcceptedReport, IntakeVerdict, ToldReport } from '../reports-received/index.ts'

/** What became of one file, or of one mail of an mbox file. */
export interface ImportedFile extends ImportedDocument {
  readonly name: string
}

/** What became of a document, wherever it was taken in. */
export interface ImportedDocument extends Omit<IntakeVerdict, 'reports'> {
  readonly reports: readonly ImportedReport[]
}

export interface ImportedReport extends Pick<AcceptedReport, 'isDuplicate' | 'isQuarantined'> {
  /** Asked only where it is shown. */
  readonly tell: () => ToldReport
}

/** One line about a file: of JSON for each, or text for those that were refused. */
export function formatImportLine(file: ImportedFile, asJson: boolean): string | undefined {
  if (asJson) return `${escapeJson(JSON.stringify(importLine(file)))}\n`
  if (file.verdict !== 'reject') return undefined
  return `rejected  ${escapeForLine(`${file.name}: ${reasonOf(file)}`)}${file.code === undefined ? '' : ` [${file.code}]`}\n`
}

/** The reason without the name of the file, which stands beside it already. */
export function reasonOf({ name, reason }: ImportedFile): string {
  const own = `${name.slice(name.lastIndexOf('/') + 1)}: `
  return reason?.startsWith(own) === true ? reason.slice(own.length) : (reason ?? '')
}

/** Shape: documented in docs/reference/report-import-json.md; undefined becomes null, so that every key is there. */
function importLine(file: ImportedFile) {
  const reason = reasonOf(file)
  return {
    file: file.name,
    verdict: file.verdict,
    reports: file.reports.map(({ tell }) => tell()),
    reason: reason === '' ? null : file.code === undefined ? reason : `${reason} [${file.code}]`,
  }
}
