import type { LikelyCause } from '@sternpost/protocol'
import type { Kysely } from 'kysely'
import {
  addDays,
  failureGroups,
  newFailures,
  reporterCalendar,
  sessionDays,
  summarizeReports,
} from '../../reports-received/index.ts'
import type { Schema } from '../../store/index.ts'
import type { BoardProblem } from './board-row.ts'

/** The largest kinds of failure, which are looked at for their cause. */
const MAX_GROUPS = 50
/** Long enough for a weekly pattern. */
const CALENDAR_DAYS = 30
const NEW_DAYS = 7
/** Words of policies that protect: what went well under them was encrypted and checked. */
const protectingTypes = ['sts', 'tlsa']

/** Answers what all reports of a time say together, of all domains or of some. */
export async function overviewSums(
  db: Kysely<Schema>,
  range: { readonly from: string; readonly to: string },
  domains: readonly string[] | undefined,
) {
  const filter = { ...range, domains }
  const { to } = range
  const sessions = await sessionDays(db, filter)
  const { groups } = await failureGroups(db, filter, { limit: MAX_GROUPS })
  const fresh = await newFailures(db, { ...filter, from: addDays(to, 1 - NEW_DAYS) })
  const calendar = await reporterCalendar(db, { ...filter, from: addDays(to, 1 - CALENDAR_DAYS) }, to)
  const problems: BoardProblem[] = [
    ...fresh.groups.map(group => ({
      kind: 'failures' as const,
      severity: group.diagnosis.likelyCause === 'sender-problem' ? ('warning' as const) : ('error' as const),
      domain: group.domain,
      message: `new since ${group.firstDay}: ${group.diagnosis.summary}${group.mxHost === '' ? '' : ` (${group.mxHost})`}`,
      since: Date.parse(`${group.firstDay}T00:00:00Z`),
    })),
    ...calendar.reporters.flatMap(({ organization, silentSince }) =>
      silentSince === undefined
        ? []
        : {
            kind: 'reporter-silent' as const,
            severity: 'warning' as const,
            domain: undefined,
            message: `${organization === '' ? 'a reporter without a name' : organization} sends no reports since ${silentSince}, and did so regularly before`,
            since: Date.parse(`${silentSince}T00:00:00Z`),
          },
    ),
  ]
  return {
    summary: await summarizeReports(db, filter),
    protectedSessionCount: sessions
      .filter(({ policyType }) => protectingTypes.includes(policyType))
      .reduce((sum, day) => sum + day.countedSuccessfulSessionCount, 0),
    failuresByCause: byCause(groups),
    problems,
  }
}

export type OverviewSums = Awaited<ReturnType<typeof overviewSums>>

function byCause(groups: Awaited<ReturnType<typeof failureGroups>>['groups']) {
  const causes = Map.groupBy(groups, ({ diagnosis }): LikelyCause => diagnosis.likelyCause)
  return [...causes]
    .map(([cause, members]) => ({
      cause,
      failedSessionCount: members.reduce((sum, group) => sum + group.failedSessionCount, 0),
      resultTypes: [...new Set(members.map(({ resultType }) => resultType))].sort(),
    }))
    .sort((a, b) => b.failedSessionCount - a.failedSessionCount)
}
