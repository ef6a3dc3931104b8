import { type Kysely, sql } from 'kysely'
import type { RolloutStage } from '../../publish/index.ts'
import { ALL_DOMAINS, type Schema } from '../../store/index.ts'
import type { BoardProblem, BoardRow, PolicyMode } from './board-row.ts'

type Db = Kysely<Schema>

export interface BoardRange {
  readonly from: string
  readonly to: string
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Rows handed over at once: other work has its turn between. */
const CHUNK = 1_000

/** What the figures rest on, as everywhere: see `countedTrustLevels`. */
const counted = sql`trust in ('authenticated', 'imported')`

/** Reads the board: every domain that is published or that a report which counts is about, in the order of names. */
export async function readBoard(db: Db, range: BoardRange): Promise<BoardRow[]> {
  const rows = new Map<string, BoardRow>()
  const certificates = await certificateProblems(db, range.now)
  for await (const row of selectPublished(db).stream(CHUNK)) {
    rows.set(row.domain, {
      ...unseen,
      domain: row.domain,
      isPublished: true,
      mode: modeOf(row.mode),
      modeSince: modeSince(row),
      stage: (row.stage ?? undefined) as RolloutStage | undefined,
      autoAdvances: row.auto_advance === null ? undefined : row.auto_advance === 1,
      asksForReports: row.asks_for_reports === 1,
      knownProblems: problemsOf(row, certificates.get(row.domain)),
    })
  }
  for await (const { domain, last_day } of selectSeen(db).stream(CHUNK)) {
    if (last_day === null) continue
    rows.set(domain, { ...(rows.get(domain) ?? { ...unseen, domain }), lastReportDay: last_day })
  }
  for await (const { domain, successes, failures, days } of selectDays(db, range).stream(CHUNK)) {
    rows.set(domain, {
      ...(rows.get(domain) ?? { ...unseen, domain }),
      successfulSessionCount: successes,
      failedSessionCount: failures,
      packedDays: days,
    })
  }
  return [...rows.values()]
}

const unseen: Omit<BoardRow, 'domain'> = {
  isPublished: false,
  mode: undefined,
  modeSince: undefined,
  stage: undefined,
  autoAdvances: undefined,
  asksForReports: false,
  successfulSessionCount: 0,
  failedSessionCount: 0,
  packedDays: '',
  lastReportDay: undefined,
  knownProblems: [],
}

function selectPublished(db: Db) {
  return (
    db
      .selectFrom('published_domains as d')
      .leftJoin('policy_versions as v', join =>
        join.onRef('v.domain', '=', 'd.domain').onRef('v.policy_id', '=', 'd.served_policy_id'),
      )
      .leftJoin('rollouts as r', 'r.domain', 'd.domain')
      .select(['d.domain', 'r.stage', 'r.stage_since', 'r.testing_since', 'r.enforced_since'])
      .select(['r.auto_advance', 'r.alarm', 'r.alarm_since'])
      .select(sql<number>`d.tls_rpt_rua <> '[]'`.as('asks_for_reports'))
      // The word after it, without reading a hundred thousand whole policies.
      .select(sql<string | null>`substr(v.text, instr(v.text, 'mode:') + 5, 10)`.as('mode'))
      .orderBy('d.domain')
  )
}

/** Every domain with its last day, by jumps from one name to the next through the key of the daily sums. */
function selectSeen(db: Db) {
  return db
    .selectFrom(
      sql<{ domain: string; last_day: string | null }>`(
        with recursive seen(domain) as (
          select min(policy_domain) from report_daily
          union all
          select (select min(policy_domain) from report_daily where policy_domain > seen.domain) from seen
          where seen.domain is not null
        )
        select domain,
          (select max(day) from report_daily where policy_domain = seen.domain and ${counted}) as last_day
        from seen where domain is not null and domain not in (${ALL_DOMAINS}, '')
      )`.as('s'),
    )
    .select(['domain', 'last_day'])
}

function selectDays(db: Db, { from, to }: BoardRange) {
  return db
    .selectFrom(
      sql<{ domain: string; successes: number; failures: number; days: string }>`(
        select policy_domain as domain, sum(s) as successes, sum(f) as failures,
          group_concat(day || ' ' || s || ' ' || f) as days
        from (
          select policy_domain, day, sum(cast(counted_success as double precision)) as s,
            sum(cast(counted_failure as double precision)) as f
          from report_daily
          where day >= ${from} and day <= ${to} and ${counted} and policy_domain not in (${ALL_DOMAINS}, '')
          group by policy_domain, day
        )
        group by policy_domain
      )`.as('s'),
    )
    .select(['domain', 'successes', 'failures', 'days'])
}

interface PublishedRow {
  readonly domain: string
  readonly mode: string | null
  readonly stage_since: number | null
  readonly testing_since: number | null
  readonly enforced_since: number | null
  readonly alarm: string | null
  readonly alarm_since: number | null
}

function modeOf(text: string | null): PolicyMode | undefined {
  const word = /^\s*(none|testing|enforce)\b/.exec(text ?? '')?.[1]
  return word as PolicyMode | undefined
}

function modeSince(row: PublishedRow): number | undefined {
  const mode = modeOf(row.mode)
  const since =
    mode === 'enforce' ? row.enforced_since : mode === 'testing' ? row.testing_since : row.stage_since
  return mode === undefined ? undefined : (since ?? row.stage_since ?? undefined)
}

function problemsOf(row: PublishedRow, certificate: BoardProblem | undefined): readonly BoardProblem[] {
  const problems: BoardProblem[] = certificate === undefined ? [] : [certificate]
  if (row.alarm !== null)
    problems.push({
      kind: 'rollout',
      severity: 'error',
      domain: row.domain,
      message: row.alarm,
      since: row.alarm_since ?? undefined,
    })
  return problems.length === 0 ? unseen.knownProblems : problems
}

const POLICY_HOST = 'mta-sts.'

/** Certificates that ended, are about to end, or cannot be had, by domain. */
async function certificateProblems(db: Db, now: number): Promise<Map<string, BoardProblem>> {
  const rows = await db
    .selectFrom('certificate_orders as o')
    .leftJoin('certificates as c', 'c.host', 'o.host')
    .select(['o.host', 'o.failures', 'o.last_error_message', 'c.not_after', 'o.last_tried_at'])
    .where(eb =>
      eb.or([
        eb.and([eb('c.host', 'is', null), eb('o.failures', '>', 0)]),
        // A sixth of its life is left.
        sql<boolean>`c.not_after * 5 + c.not_before <= ${6 * now}`,
      ]),
    )
    .execute()
  return new Map(
    rows
      .filter(({ host }) => host.startsWith(POLICY_HOST))
      .map(row => {
        const domain = row.host.slice(POLICY_HOST.length)
        const end = row.not_after === null ? undefined : new Date(row.not_after).toISOString().slice(0, 10)
        const isDown = row.not_after === null || row.not_after <= now
        const what =
          end === undefined
            ? `there is no certificate for ${row.host}`
            : `the certificate of ${row.host} ${isDown ? 'ended' : 'ends'} on ${end}`
        const why = row.last_error_message === null ? '' : `: ${row.last_error_message}`
        return [
          domain,
          {
            kind: 'certificate' as const,
            severity: isDown ? ('error' as const) : ('warning' as const),
            domain,
            message: `${what}${why}`,
            since: row.last_tried_at ?? undefined,
          },
        ]
      }),
  )
}
