import { AnswerCache, nameOf } from '../answer-cache.ts'
import type { overviewContract } from '../contract/overview.ts'
import type { Handlers } from '../endpoint.ts'
import {
  type BoardProblem,
  type BoardRow,
  failedShareOf,
  nextStepOf,
  problemsOf,
  unpackDays,
} from '../overview/board-row.ts'
import { type Board, DomainBoard } from '../overview/domain-board.ts'
import { overviewSums } from '../overview/overview-sums.ts'
import type { ApiServices } from '../services.ts'
import { ask, scopeOf } from './ask.ts'

const MAX_ALERTS = 50
const DAY_MS = 86_400_000

/** All domains at a glance. */
export function overviewHandlers(services: ApiServices): Handlers<typeof overviewContract> {
  const board = new DomainBoard({ clock: services.clock, ask: question => ask(services, question) })
  const cache = new AnswerCache({ clock: services.clock, version: services.reportsVersion })
  services.publish.rollout.publish.onChange(() => board.changed())
  return {
    'GET /overview': ({ principal }) => {
      const scope = scopeOf(principal)
      return cache.get(nameOf('overview', { scope, changes: board.changes }), async () => {
        const now = await board.current()
        const rows = rowsFor(now, principal.domains)
        return wireOverview(now, rows, await ask(services, db => overviewSums(db, now, scope)))
      })
    },
    'GET /overview/domains': ({ query, principal }) =>
      cache.get(
        nameOf('domains', { ...query, scope: scopeOf(principal), changes: board.changes }),
        async () => {
          const { hasProblems, offset, ...rest } = query
          const page = await board.page(
            { ...rest, offset, hasProblems: hasProblems === undefined ? undefined : hasProblems === 'true' },
            principal.domains,
          )
          const { builtAt, from, to } = page.board
          return {
            builtAt: new Date(builtAt).toISOString(),
            from,
            to,
            total: page.total,
            offset,
            items: page.rows.map(row => wireRow(row, page.board, services.publish.autoAdvance)),
          }
        },
      ),
  }
}

function rowsFor({ rows }: Board, domains: 'all' | ReadonlySet<string>): readonly BoardRow[] {
  return domains === 'all' ? rows : rows.filter(({ domain }) => domains.has(domain))
}

function wireOverview(
  { builtAt, from, to }: Board,
  rows: readonly BoardRow[],
  { summary, problems, protectedSessionCount, failuresByCause }: Awaited<ReturnType<typeof overviewSums>>,
) {
  const modes = { enforce: 0, testing: 0, none: 0, unpublished: 0 }
  let lastReportDay: string | undefined
  const alerts = [...problems]
  for (const row of rows) {
    if (!row.isPublished) modes.unpublished += 1
    else if (row.mode !== undefined) modes[row.mode] += 1
    if (row.lastReportDay !== undefined && row.lastReportDay > (lastReportDay ?? ''))
      lastReportDay = row.lastReportDay
    alerts.push(...row.knownProblems)
  }
  alerts.sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'))
  const { successfulSessionCount, failedSessionCount, reportCount, days, leftOut } = summary
  const sessions = successfulSessionCount + failedSessionCount
  return {
    builtAt: new Date(builtAt).toISOString(),
    from,
    to,
    domainCount: rows.length,
    publishedDomainCount: rows.length - modes.unpublished,
    modes,
    successfulSessionCount,
    failedSessionCount,
    protectedSessionCount,
    protectedShare: sessions === 0 ? undefined : Math.min(1, protectedSessionCount / sessions),
    days,
    failuresByCause,
    alertCount: alerts.length,
    alerts: alerts.slice(0, MAX_ALERTS).map(wireProblem),
    reportCount,
    lastReportDay,
    leftOut,
  }
}

function wireRow(row: BoardRow, { builtAt, days }: Board, autoAdvance: boolean) {
  const { modeSince } = row
  return {
    domain: row.domain,
    isPublished: row.isPublished,
    mode: row.mode,
    modeSince: modeSince === undefined ? undefined : new Date(modeSince).toISOString(),
    daysInMode: modeSince === undefined ? undefined : Math.max(0, Math.floor((builtAt - modeSince) / DAY_MS)),
    stage: row.stage,
    days: unpackDays(row, days),
    successfulSessionCount: row.successfulSessionCount,
    failedSessionCount: row.failedSessionCount,
    failedShare: failedShareOf(row),
    lastReportDay: row.lastReportDay,
    problems: problemsOf(row).map(wireProblem),
    nextStep: nextStepOf(row, autoAdvance),
  }
}

function wireProblem({ since, ...rest }: BoardProblem) {
  return { ...rest, since: since === undefined ? undefined : new Date(since).toISOString() }
}
