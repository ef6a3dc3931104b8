import { escapeJson } from '../../log/index.ts'
import { formatCsvRow } from './csv.ts'
import { type ExportKind, type ExportRow, exportColumns } from './export-rows.ts'

/** How rows are written: CSV (RFC 4180) with a head, or a JSON object a line. */
export type ExportForm = 'csv' | 'lines'

/** What stands before the first row. */
export function exportHead(kind: ExportKind, form: ExportForm): string {
  return form === 'csv' ? formatCsvRow(exportColumns[kind]) : ''
}

/** Rows as text; what strangers wrote can be printed anywhere. */
export function exportText(kind: ExportKind, form: ExportForm, rows: readonly ExportRow[]): string {
  const columns = exportColumns[kind]
  return rows
    .map(row =>
      form === 'csv'
        ? formatCsvRow(columns.map(column => row[column]))
        : `${escapeJson(JSON.stringify(row))}\n`,
    )
    .join('')
}
