import { maySeeDomain } from '../../../access/index.ts'
import {
  addressFamilies,
  countLeftOut,
  dayOf,
  daysFromTo,
  failureGroups,
  failureHeatMap,
  newFailures,
  policyDrift,
  type ReportFilter,
  reporterCalendar,
  servedPolicy,
  sessionDays,
  summarizeReports,
} from '../../../reports-received/index.ts'
import { AnswerCache, nameOf } from '../../answer-cache.ts'
import { ApiProblem } from '../../api-problem.ts'
import type { reportsContract } from '../../contract/reports.ts'
import type { Handlers } from '../../endpoint.ts'
import type { ApiServices } from '../../services.ts'
import { ask } from '../ask.ts'
import { filterOf, rangedFilterOf } from './report-filter.ts'
import { wireTime } from './wire.ts'

type Questions = Omit<
  Handlers<typeof reportsContract>,
  | 'GET /reports'
  | 'POST /reports'
  | 'GET /reports/export'
  | 'GET /reports/export/lines'
  | 'GET /reports/left-out'
  | 'GET /reports/:id'
  | 'GET /reports/:id/text'
>

/** Longer ranges would give answers of many megabytes. */
const MAX_DAYS = 1_100

/** Answers what the reports say together. */
export function reportQuestionHandlers(services: ApiServices): Questions {
  const ranged = (
    ...[query, principal]: [Parameters<typeof filterOf>[0], Parameters<typeof filterOf>[1]]
  ) => {
    const filter = rangedFilterOf(services, query, principal)
    if (daysFromTo(filter.from, filter.to).length > MAX_DAYS)
      throw new ApiProblem('api/bad-request', `the range is longer than ${MAX_DAYS} days`)
    return filter
  }
  const cache = new AnswerCache({ clock: services.clock, version: services.reportsVersion })
  /** Answers what was asked a moment ago without asking again. */
  const cached = <T extends object>(name: string, about: object, question: () => Promise<T>): Promise<T> =>
    cache.get(nameOf(name, about), question)
  return {
    'GET /reports/summary': ({ query, principal }) => {
      const filter = ranged(query, principal)
      return cached('summary', filter, () => ask(services, db => summarizeReports(db, filter)))
    },
    'GET /reports/sessions': ({ query, principal }) => {
      const filter = ranged(query, principal)
      return cached('sessions', filter, () => askSessions(services, filter))
    },
    'GET /reports/failure-groups': ({ query, principal }) => {
      const filter = ranged(query, principal)
      const { from, to } = filter
      const { limit } = query
      return cached('failure-groups', { ...filter, limit }, async () => ({
        from,
        to,
        ...(await ask(services, db => failureGroups(db, filter, { limit }))),
      }))
    },
    'GET /reports/new-failures': ({ query, principal }) => {
      const filter = ranged(query, principal)
      const { quietDays } = query
      return cached('new-failures', { ...filter, quietDays }, async () => ({
        to: filter.to,
        ...(await ask(services, db => newFailures(db, filter, { quietDays }))),
      }))
    },
    'GET /reports/address-families': ({ query, principal }) => {
      const filter = ranged(query, principal)
      const { from, to } = filter
      return cached('address-families', filter, async () => ({
        from,
        to,
        ...(await ask(services, db => addressFamilies(db, filter))),
      }))
    },
    'GET /reports/heat-map': ({ query, principal }) => {
      const filter = ranged(query, principal)
      const { from, to } = filter
      const { limit } = query
      return cached('heat-map', { ...filter, limit }, async () => ({
        from,
        to,
        ...(await ask(services, db => failureHeatMap(db, filter, { limit }))),
      }))
    },
    'GET /reports/reporters': ({ query, principal }) => {
      const filter = ranged(query, principal)
      const { from, to } = filter
      const today = dayOf(services.clock.now())
      return cached('reporters', { ...filter, today }, async () => ({
        from,
        to,
        ...(await ask(services, db => reporterCalendar(db, filter, today))),
      }))
    },
    'GET /reports/drift': async ({ query, principal }) => {
      const { domain } = query
      if (!maySeeDomain(principal, domain))
        throw new ApiProblem('api/not-found', 'there is no such domain here')
      const filter = { ...filterOf(query, principal), domain }
      const { published, publishedSource, reporters, leftOut } = await ask(services, async db =>
        policyDrift(db, filter, await servedPolicy(db, domain)),
      )
      return {
        domain,
        published: published === undefined ? undefined : versionOf(published),
        publishedSource,
        reporters: reporters.map(({ version, mayHoldUntil, ...rest }) => ({
          ...rest,
          ...versionOf(version),
          mayHoldUntil: wireTime(mayHoldUntil),
        })),
        leftOut,
      }
    },
  }
}

async function askSessions(services: ApiServices, filter: ReportFilter & { from: string; to: string }) {
  const { from, to } = filter
  const [rows, leftOut] = await ask(services, db =>
    Promise.all([sessionDays(db, filter), countLeftOut(db, filter)]),
  )
  const byDay = Map.groupBy(rows, row => row.day)
  return {
    from,
    to,
    policyTypes: [...new Set(rows.map(({ policyType }) => policyType))].sort(),
    days: daysFromTo(from, to).map(day => ({ day, policies: byDay.get(day) ?? [] })),
    leftOut,
  }
}

function versionOf({
  lines,
  problems,
}: {
  readonly lines: readonly string[]
  readonly problems: readonly string[]
}) {
  return { lines, problems }
}
