import {
  countLeftOut,
  type ExportForm,
  type ExportKind,
  exportHead,
  exportPage,
  exportText,
  type ReportFilter,
} from '../../../reports-received/index.ts'
import type { reportsContract } from '../../contract/reports.ts'
import type { Call, Handlers } from '../../endpoint.ts'
import type { ApiServices } from '../../services.ts'
import { ask } from '../ask.ts'
import { filterOf } from './report-filter.ts'

type ExportCall = Pick<
  Call<(typeof reportsContract)['GET /reports/export']>,
  'query' | 'principal' | 'setHeader' | 'signal'
>

/** Hands out reports as CSV or as lines of JSON, page by page as they are read, and counts what they leave out. */
export function reportExportHandlers(
  services: ApiServices,
): Pick<
  Handlers<typeof reportsContract>,
  'GET /reports/export' | 'GET /reports/export/lines' | 'GET /reports/left-out'
> {
  const inForm =
    (form: ExportForm) =>
    async ({ query, principal, setHeader, signal }: ExportCall) => {
      const { kind, quarantined } = query
      const filter = filterOf(query, principal)
      const pageAfter = (after: string | undefined) =>
        ask(services, db => exportPage(db, kind, filter, { after, quarantined }))
      // The first page before the first byte, so that a database that is away is told as an error.
      const first = await pageAfter(undefined)
      setHeader('content-disposition', `attachment; filename="${fileNameOf(kind, form, filter)}"`)
      return textOf(kind, form, first, pageAfter, signal)
    }
  return {
    'GET /reports/export': inForm('csv'),
    'GET /reports/export/lines': inForm('lines'),
    'GET /reports/left-out': ({ query, principal }) =>
      ask(services, db => countLeftOut(db, filterOf(query, principal))),
  }
}

type Page = Awaited<ReturnType<typeof exportPage>>

async function* textOf(
  kind: ExportKind,
  form: ExportForm,
  first: Page,
  pageAfter: (after: string) => Promise<Page>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  yield exportHead(kind, form)
  for (let page = first; !signal.aborted; page = await pageAfter(page.next)) {
    yield exportText(kind, form, page.rows)
    if (page.next === undefined) return
  }
}

function fileNameOf(kind: ExportKind, form: ExportForm, { domain, from, to }: ReportFilter): string {
  const name = ['sternpost', kind, domain, from, to].filter(part => part !== undefined).join('_')
  return `${name}.${form === 'csv' ? 'csv' : 'ndjson'}`
}
