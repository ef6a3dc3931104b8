import {
  type ExportKind,
  exportColumns,
  exportPage,
  formatCsvRow,
  type ReportFilter,
} from '../../../reports-received/index.ts'
import type { reportsContract } from '../../contract/reports.ts'
import type { Handlers } from '../../endpoint.ts'
import type { ApiServices } from '../../services.ts'
import { ask } from '../ask.ts'
import { filterOf } from './report-filter.ts'

/** Hands out reports as CSV, page by page as it is read. */
export function reportExportHandlers(
  services: ApiServices,
): Pick<Handlers<typeof reportsContract>, 'GET /reports/export'> {
  return {
    'GET /reports/export': async ({ query, principal, setHeader, signal }) => {
      const { kind, quarantined } = query
      const filter = filterOf(query, principal)
      const pageAfter = (after: string | undefined) =>
        ask(services, db => exportPage(db, kind, filter, { after, quarantined }))
      // The first page before the first byte, so that a database that is away is told as an error.
      const first = await pageAfter(undefined)
      setHeader('content-disposition', `attachment; filename="${fileNameOf(kind, filter)}"`)
      return rowsOf(kind, first, pageAfter, signal)
    },
  }
}

type Page = Awaited<ReturnType<typeof exportPage>>

async function* rowsOf(
  kind: ExportKind,
  first: Page,
  pageAfter: (after: string) => Promise<Page>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const columns = exportColumns[kind]
  yield formatCsvRow(columns)
  for (let page = first; !signal.aborted; page = await pageAfter(page.next)) {
    yield page.rows.map(row => formatCsvRow(columns.map(column => row[column]))).join('')
    if (page.next === undefined) return
  }
}

function fileNameOf(kind: ExportKind, { domain, from, to }: ReportFilter): string {
  return `${['sternpost', kind, domain, from, to].filter(part => part !== undefined).join('_')}.csv`
}
