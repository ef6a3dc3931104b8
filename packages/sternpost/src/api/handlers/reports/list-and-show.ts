import {
  describeReport,
  hasReportText,
  isOnlyAbout,
  listReports,
  readCursor,
  readReportText,
  showReport,
} from '../../../reports-received/index.ts'
import { ApiProblem } from '../../api-problem.ts'
import type { reportsContract } from '../../contract/reports.ts'
import type { Handlers } from '../../endpoint.ts'
import type { ApiServices } from '../../services.ts'
import { ask, scopeOf } from '../ask.ts'
import { filterOf } from './report-filter.ts'
import { policiesServedThen } from './served-then.ts'
import { wireReport } from './wire.ts'

/** Lists reports, and explains one. */
export function reportListHandlers(
  services: ApiServices,
): Pick<Handlers<typeof reportsContract>, 'GET /reports' | 'GET /reports/:id' | 'GET /reports/:id/text'> {
  return {
    'GET /reports': async ({ query, principal }) => {
      const { cursor, limit, quarantined, hasFailures } = query
      if (cursor !== undefined && readCursor(cursor) === undefined)
        throw new ApiProblem('api/bad-request', 'the cursor is none of this list', {
          remedy: 'Begin again without a cursor.',
        })
      const { reports, next } = await ask(services, db =>
        listReports(db, filterOf(query, principal), {
          limit,
          quarantined,
          withFailures: hasFailures,
          ...(cursor === undefined ? {} : { after: cursor }),
        }),
      )
      return { items: reports.map(wireReport), nextCursor: next ?? null }
    },
    'GET /reports/:id': async ({ params, principal }) => {
      const scope = scopeOf(principal)
      const found = await ask(services, async db => {
        const report = await showReport(db, params.id, scope)
        if (report === undefined) return undefined
        const hasText = !report.isPartial && (await hasReportText(db, params.id))
        return { report, hasText, servedThen: await policiesServedThen(db, report) }
      })
      if (found === undefined) throw noSuchReport()
      const { report, hasText, servedThen } = found
      return {
        ...report,
        ...wireReport(report),
        sentences: describeReport(report),
        policies: report.policies.map((policy, place) => ({ ...policy, servedThen: servedThen[place] })),
        seenAlso: report.seenAlso.map(({ channel, times, lastSeenAt }) => ({
          channel,
          times,
          lastSeenAt: new Date(lastSeenAt).toISOString(),
        })),
        hasText,
      }
    },
    'GET /reports/:id/text': async ({ params, principal, setHeader }) => {
      const scope = scopeOf(principal)
      const text = await ask(services, async db =>
        scope === undefined || (await isOnlyAbout(db, params.id, scope))
          ? await readReportText(db, params.id)
          : undefined,
      )
      if (text === undefined)
        throw new ApiProblem(
          'api/not-found',
          'there is no text of such a report here: it is past its retention, or not all of it is yours to see',
        )
      // A stranger wrote it: no browser may take it for anything but text.
      setHeader('x-content-type-options', 'nosniff')
      setHeader('content-security-policy', "default-src 'none'; sandbox")
      setHeader('content-disposition', `attachment; filename="report-${params.id}.json"`)
      return Buffer.from(text)
    },
  }
}

function noSuchReport(): ApiProblem {
  return new ApiProblem('api/not-found', 'there is no such report here')
}
