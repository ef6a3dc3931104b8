import { escapeForLine } from '../../log/index.ts'

export type CsvCell = string | number | boolean | null | undefined

/**
 * Writes one row of CSV that a spreadsheet can open without running what a stranger wrote.
 *
 * Shape: RFC 4180, ended by CRLF. Text that a spreadsheet would take for a formula (first character `=`, `+`,
 * `-`, `@`, tab, CR or LF) gets a `'` in front; controls, also line breaks, become `\u{…}`, so that one row
 * is always one line. A missing value is an empty cell.
 */
export function formatCsvRow(cells: readonly CsvCell[]): string {
  return `${cells.map(formatCell).join(',')}\r\n`
}

function formatCell(cell: CsvCell): string {
  if (cell === null || cell === undefined) return ''
  if (typeof cell !== 'string') return String(cell)
  // Spaces are skipped by spreadsheets before they look for a formula; full-width forms count as well.
  const isFormula = /^\s*[=+\-@\t\r\n＝＋－＠]|^[\t\r\n]/.test(cell)
  const text = `${isFormula ? "'" : ''}${escapeForLine(cell)}`
  return /[",]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text
}
