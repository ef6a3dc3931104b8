import type { ListedReport, ShownReport } from '../reports-received/index.ts'
import type { ApiClient, CallOutput } from './api-client.ts'
import { exitCode } from './exit-code.ts'
import type { ExportOptions, ReportExport } from './report-export.ts'
import { type FilterOptions, formOf } from './report-questions.ts'
import { ServerError } from './server-error.ts'

/** No page of the API is longer. */
const MAX_PAGE = 500

/** The options of a question, as the API takes them. */
export function queryOf({ domain, from, to, org, result, trust }: FilterOptions) {
  return {
    ...(domain === undefined ? {} : { domain }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(org === undefined ? {} : { organization: org }),
    ...(result === undefined ? {} : { resultType: result }),
    ...(trust === undefined ? {} : { trust }),
  }
}

function quarantinedOf({ quarantined }: FilterOptions): 'true' | 'false' {
  return quarantined === true ? 'true' : 'false'
}

/** An export of a daemon elsewhere. */
export function exportThere(api: ApiClient, options: ExportOptions): ReportExport {
  const form = formOf(options)
  return {
    async *texts() {
      const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
      const query = { ...queryOf(options), kind: options.kind, quarantined: quarantinedOf(options) }
      const key = form === 'csv' ? 'GET /reports/export' : 'GET /reports/export/lines'
      for await (const chunk of api.bytes(key, { query })) yield decoder.decode(chunk, { stream: true })
    },
    leftOut: () => api.call('GET /reports/left-out', { query: queryOf(options) }),
  }
}

/** Whether a daemon elsewhere has any report that we may see, whatever its trust. */
export async function hasReportsThere(api: ApiClient): Promise<boolean> {
  for (const quarantined of ['false', 'true'] as const) {
    const { items } = await api.call('GET /reports', { query: { trust: 'any', quarantined, limit: 1 } })
    if (items.length > 0) return true
  }
  return false
}

/** As many reports of a list as are wanted, and where it goes on; several pages where one does not suffice. */
export async function listRemotely(
  api: ApiClient,
  options: FilterOptions & { readonly limit?: number; readonly after?: string },
): Promise<{ readonly reports: readonly ListedReport[]; readonly next?: string }> {
  const wanted = options.limit ?? 50
  const reports: ListedReport[] = []
  let cursor = options.after
  do {
    const page = await api.call('GET /reports', {
      query: {
        ...queryOf(options),
        quarantined: quarantinedOf(options),
        limit: Math.min(MAX_PAGE, wanted - reports.length),
        ...(cursor === undefined ? {} : { cursor }),
      },
    })
    reports.push(...page.items.map(listedReport))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined && reports.length < wanted)
  return { reports, ...(cursor === undefined ? {} : { next: cursor }) }
}

/** One report by its number. */
export async function showRemotely(api: ApiClient, name: string): Promise<ShownReport> {
  const shown = await api.call('GET /reports/:id', { params: { id: numberOf(name) } })
  const { sentences: _sentences, hasText: _hasText, id: _id, ...rest } = shown
  return {
    ...rest,
    ...listedReport(shown),
    seenAlso: shown.seenAlso.map(seen => ({ ...seen, lastSeenAt: Date.parse(seen.lastSeenAt) })),
  } as unknown as ShownReport
}

/** The text of a report, word for word. */
export async function textRemotely(api: ApiClient, name: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of api.bytes('GET /reports/:id/text', { params: { id: numberOf(name) } }))
    chunks.push(chunk)
  return Buffer.concat(chunks)
}

function numberOf(name: string): number {
  if (/^[0-9]{1,15}$/.test(name)) return Number(name)
  throw new ServerError(
    'of a daemon elsewhere a report is named by its number in report list',
    exitCode.usage,
  )
}

type WireReport = CallOutput<'GET /reports'>['items'][number]

/** A report as questions to our own database have it. */
function listedReport(report: WireReport): ListedReport {
  const { id, day, organization, contactInfo, reportId, startAt, endAt, receivedAt } = report
  return {
    reportRowId: id,
    day,
    organization,
    contactInfo,
    reportId,
    domains: report.domains,
    successfulSessionCount: report.successfulSessionCount,
    failedSessionCount: report.failedSessionCount,
    resultTypes: report.resultTypes,
    trust: report.trust,
    isQuarantined: report.isQuarantined,
    channel: report.channel,
    noteCount: report.noteCount,
    isPartial: report.isPartial,
    startAt: startAt === undefined ? undefined : Date.parse(startAt),
    endAt: endAt === undefined ? undefined : Date.parse(endAt),
    receivedAt: Date.parse(receivedAt),
  }
}
