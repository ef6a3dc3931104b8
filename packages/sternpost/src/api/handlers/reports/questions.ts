import type { Kysely } from 'kysely'
import { maySeeDomain } from '../../../access/index.ts'
import {
  countLeftOut,
  dayOf,
  daysFromTo,
  failureGroups,
  failureHeatMap,
  newFailures,
  policyDrift,
  reporterCalendar,
  sessionDays,
  summarizeReports,
} from '../../../reports-received/index.ts'
import type { Schema } from '../../../store/index.ts'
import { ApiProblem } from '../../api-problem.ts'
import type { reportsContract } from '../../contract/reports.ts'
import type { Handlers } from '../../endpoint.ts'
import type { ApiServices } from '../../services.ts'
import { ask } from '../ask.ts'
import { filterOf, rangedFilterOf } from './report-filter.ts'
import { wireTime } from './wire.ts'

type Questions = Omit<
  Handlers<typeof reportsContract>,
  'GET /reports' | 'POST /reports' | 'GET /reports/export' | 'GET /reports/:id' | 'GET /reports/:id/text'
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
  return {
    'GET /reports/summary': ({ query, principal }) => {
      const filter = ranged(query, principal)
      return ask(services, db => summarizeReports(db, filter))
    },
    'GET /reports/sessions': async ({ query, principal }) => {
      const filter = ranged(query, principal)
      const { from, to } = filter
      const { rows, leftOut } = await ask(services, async db => ({
        rows: await sessionDays(db, filter),
        leftOut: await countLeftOut(db, filter),
      }))
      const byDay = Map.groupBy(rows, row => row.day)
      return {
        from,
        to,
        policyTypes: [...new Set(rows.map(({ policyType }) => policyType))].sort(),
        days: daysFromTo(from, to).map(day => ({ day, policies: byDay.get(day) ?? [] })),
        leftOut,
      }
    },
    'GET /reports/failure-groups': async ({ query, principal }) => {
      const filter = ranged(query, principal)
      const { from, to } = filter
      const answer = await ask(services, db => failureGroups(db, filter, { limit: query.limit }))
      return { from, to, ...answer }
    },
    'GET /reports/new-failures': async ({ query, principal }) => {
      const filter = ranged(query, principal)
      const { quietDays } = query
      const answer = await ask(services, db => newFailures(db, filter, { quietDays }))
      return { to: filter.to, ...answer }
    },
    'GET /reports/heat-map': async ({ query, principal }) => {
      const filter = ranged(query, principal)
      const { from, to } = filter
      const answer = await ask(services, db => failureHeatMap(db, filter, { limit: query.limit }))
      return { from, to, ...answer }
    },
    'GET /reports/reporters': async ({ query, principal }) => {
      const filter = ranged(query, principal)
      const { from, to } = filter
      const today = dayOf(services.clock.now())
      return { from, to, ...(await ask(services, db => reporterCalendar(db, filter, today))) }
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

function versionOf({
  lines,
  problems,
}: {
  readonly lines: readonly string[]
  readonly problems: readonly string[]
}) {
  return { lines, problems }
}

async function servedPolicy(db: Kysely<Schema>, domain: string) {
  const row = await db
    .selectFrom('published_domains as d')
    .innerJoin('policy_versions as v', join =>
      join.onRef('v.domain', '=', 'd.domain').onRef('v.policy_id', '=', 'd.served_policy_id'),
    )
    .select(['v.text', 'v.policy_id'])
    .where('d.domain', '=', domain)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return { policyStrings: row.text.split(/\r?\n/), source: `policy ${row.policy_id}, which is served here` }
}
