import { resultTypes } from '@sternpost/protocol'
import type { Insertable, Kysely } from 'kysely'
import { ALL_DOMAINS, OTHER_RESULT_TYPES, RowInserter, type Schema } from '../store/index.ts'

type Daily = Insertable<Schema['report_daily']>
type DailyFailure = Insertable<Schema['report_daily_failures']>
type PolicyFacts = Pick<
  Schema['report_policies'],
  | 'policy_domain'
  | 'day'
  | 'organization'
  | 'trust'
  | 'policy_type'
  | 'success'
  | 'failure'
  | 'counted_success'
  | 'counted_failure'
>
type FailureFacts = Pick<
  Schema['report_failures'],
  'policy_domain' | 'day' | 'organization' | 'trust' | 'policy_type' | 'result_type' | 'failed'
> & { readonly receiving_mx_hostname?: string | null }

/** Kinds of failure one report may add to a day; a stranger chooses the names in it. */
const MAX_KINDS_OF_FAILURE = 100

/**
 * Daily sums of some reports, to be added to those in the database or taken away from them.
 *
 * A report's share follows from its rows in `report_policies` and `report_failures` alone, so that it can be taken
 * away again as exactly as it was added.
 */
export class DailySums {
  readonly #daily = new Map<string, Daily>()
  readonly #failures = new Map<string, DailyFailure>()

  /** Adds the facts of one report; of a quarantined one nothing may be added. */
  addReport(policies: readonly PolicyFacts[], failures: readonly FailureFacts[]): void {
    const domains = new Set<string>()
    for (const policy of policies) {
      this.#addPolicy(policy, policy.policy_domain, !domains.has(policy.policy_domain))
      this.#addPolicy(policy, ALL_DOMAINS, domains.size === 0)
      domains.add(policy.policy_domain)
    }
    const kinds = new Set<string>()
    for (const failure of failures) {
      const mxHost = (failure.receiving_mx_hostname ?? '').toLowerCase()
      const kind = `${failure.policy_domain}\0${failure.result_type}\0${mxHost}`
      const isBounded = kinds.has(kind) || kinds.size < MAX_KINDS_OF_FAILURE
      if (isBounded) kinds.add(kind)
      const isKnown = (resultTypes as readonly string[]).includes(failure.result_type)
      const resultType = isBounded || isKnown ? failure.result_type : OTHER_RESULT_TYPES
      this.#addFailure(failure, failure.policy_domain, resultType, isBounded ? mxHost : '')
      this.#addFailure(failure, ALL_DOMAINS, resultType, '')
    }
  }

  /** Adds the sums to the database. */
  async add(db: Kysely<Schema>): Promise<void> {
    await insertDaily.insert(db, [...this.#daily.values()])
    await insertFailures.insert(db, [...this.#failures.values()])
  }

  /** Takes the sums away from those in the database; what has been deleted there for its age stays so. */
  async subtract(db: Kysely<Schema>): Promise<void> {
    for (const row of this.#daily.values()) {
      await db
        .updateTable('report_daily')
        .set(now => ({
          reports: now('reports', '-', row.reports),
          success: now('success', '-', row.success),
          failure: now('failure', '-', row.failure),
          counted_success: now('counted_success', '-', row.counted_success),
          counted_failure: now('counted_failure', '-', row.counted_failure),
        }))
        .where('policy_domain', '=', row.policy_domain)
        .where('day', '=', row.day)
        .where('organization', '=', row.organization)
        .where('policy_type', '=', row.policy_type)
        .where('trust', '=', row.trust)
        .execute()
      await db
        .deleteFrom('report_daily')
        .where('policy_domain', '=', row.policy_domain)
        .where('day', '=', row.day)
        .where('organization', '=', row.organization)
        .where('reports', '<=', 0)
        .where('success', '=', 0)
        .where('failure', '=', 0)
        .execute()
    }
    for (const row of this.#failures.values()) {
      await db
        .updateTable('report_daily_failures')
        .set(now => ({ failed: now('failed', '-', row.failed) }))
        .where('policy_domain', '=', row.policy_domain)
        .where('day', '=', row.day)
        .where('organization', '=', row.organization)
        .where('policy_type', '=', row.policy_type)
        .where('result_type', '=', row.result_type)
        .where('mx_host', '=', row.mx_host)
        .where('trust', '=', row.trust)
        .execute()
      await db
        .deleteFrom('report_daily_failures')
        .where('policy_domain', '=', row.policy_domain)
        .where('day', '=', row.day)
        .where('organization', '=', row.organization)
        .where('failed', '<=', 0)
        .execute()
    }
  }

  #addPolicy(policy: PolicyFacts, domain: string, isFirst: boolean): void {
    const { day, organization, policy_type, trust } = policy
    const key = `${domain}\0${day}\0${organization}\0${policy_type}\0${trust}`
    const known = this.#daily.get(key)
    const row = known ?? {
      policy_domain: domain,
      day,
      organization,
      policy_type,
      trust,
      reports: 0,
      success: 0,
      failure: 0,
      counted_success: 0,
      counted_failure: 0,
    }
    if (isFirst) row.reports += 1
    row.success += policy.success
    row.failure += policy.failure
    row.counted_success += policy.counted_success
    row.counted_failure += policy.counted_failure
    if (known === undefined) this.#daily.set(key, row)
  }

  #addFailure(failure: FailureFacts, domain: string, resultType: string, mxHost: string): void {
    const { day, organization, policy_type, trust } = failure
    const key = `${domain}\0${day}\0${organization}\0${policy_type}\0${resultType}\0${mxHost}\0${trust}`
    const known = this.#failures.get(key)
    if (known !== undefined) {
      known.failed += failure.failed
      return
    }
    this.#failures.set(key, {
      policy_domain: domain,
      day,
      organization,
      policy_type,
      result_type: resultType,
      mx_host: mxHost,
      trust,
      failed: failure.failed,
    })
  }
}

const insertDaily = new RowInserter(
  'report_daily',
  [
    'policy_domain',
    'day',
    'organization',
    'policy_type',
    'trust',
    'reports',
    'success',
    'failure',
    'counted_success',
    'counted_failure',
  ],
  insert =>
    insert.onConflict(conflict =>
      conflict.columns(['policy_domain', 'day', 'organization', 'policy_type', 'trust']).doUpdateSet(now => ({
        reports: now('report_daily.reports', '+', now.ref('excluded.reports')),
        success: now('report_daily.success', '+', now.ref('excluded.success')),
        failure: now('report_daily.failure', '+', now.ref('excluded.failure')),
        counted_success: now('report_daily.counted_success', '+', now.ref('excluded.counted_success')),
        counted_failure: now('report_daily.counted_failure', '+', now.ref('excluded.counted_failure')),
      })),
    ),
)

const insertFailures = new RowInserter(
  'report_daily_failures',
  ['policy_domain', 'day', 'organization', 'policy_type', 'result_type', 'mx_host', 'trust', 'failed'],
  insert =>
    insert.onConflict(conflict =>
      conflict
        .columns(['policy_domain', 'day', 'organization', 'policy_type', 'result_type', 'mx_host', 'trust'])
        .doUpdateSet(now => ({
          failed: now('report_daily_failures.failed', '+', now.ref('excluded.failed')),
        })),
    ),
)
