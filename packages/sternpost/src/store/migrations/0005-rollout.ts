import { type Kysely, SqliteAdapter, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** How policies are rolled out: where each domain stands, how it came there, and what is under way. */
export const rolloutTables: Migration = {
  async up(db: Kysely<unknown>) {
    const inKeyOrder =
      db.getExecutor().adapter instanceof SqliteAdapter ? sql.raw('without rowid') : sql.raw('')

    await db.schema
      .createTable('rollouts')
      .addColumn('domain', 'text', column => column.primaryKey().notNull())
      .addColumn('stage', 'text', column => column.notNull())
      .addColumn('stage_since', 'bigint', column => column.notNull())
      .addColumn('held_from', 'text')
      .addColumn('testing_since', 'bigint')
      .addColumn('enforced_since', 'bigint')
      .addColumn('is_exiting', 'integer', column => column.notNull())
      .addColumn('auto_advance', 'integer')
      .addColumn('settings', 'text', column => column.notNull())
      .addColumn('alarm', 'text')
      .addColumn('alarm_since', 'bigint')
      .addColumn('next_look_at', 'bigint', column => column.notNull())
      .addColumn('revision', 'integer', column => column.notNull())
      .modifyEnd(inKeyOrder)
      .execute()
    // A hundred thousand domains, of which a few are due.
    await db.schema.createIndex('rollouts_next_look').on('rollouts').column('next_look_at').execute()
    await db.schema
      .createIndex('rollouts_alarm')
      .on('rollouts')
      .column('alarm_since')
      .where(sql.ref('alarm'), 'is not', null)
      .execute()

    await db.schema
      .createTable('rollout_transitions')
      .addColumn('transition_id', 'integer', column => column.primaryKey().autoIncrement())
      .addColumn('domain', 'text', column => column.notNull())
      .addColumn('at', 'bigint', column => column.notNull())
      .addColumn('kind', 'text', column => column.notNull())
      .addColumn('from_stage', 'text', column => column.notNull())
      .addColumn('to_stage', 'text', column => column.notNull())
      .addColumn('by', 'text', column => column.notNull())
      .addColumn('reason', 'text', column => column.notNull())
      .addColumn('override', 'text')
      .execute()
    await db.schema
      .createIndex('rollout_transitions_domain')
      .on('rollout_transitions')
      .columns(['domain', 'transition_id'])
      .execute()

    await db.schema
      .createTable('publications')
      .addColumn('publication_id', 'integer', column => column.primaryKey().autoIncrement())
      .addColumn('domain', 'text', column => column.notNull())
      .addColumn('purpose', 'text', column => column.notNull())
      .addColumn('mode', 'text', column => column.notNull())
      .addColumn('policy_id', 'text', column => column.notNull())
      .addColumn('policy_text', 'text', column => column.notNull())
      .addColumn('state', 'text', column => column.notNull())
      .addColumn('requested_at', 'bigint', column => column.notNull())
      .addColumn('requested_by', 'text', column => column.notNull())
      .addColumn('reason', 'text', column => column.notNull())
      .addColumn('override', 'text')
      .addColumn('next_try_at', 'bigint', column => column.notNull())
      .addColumn('claimed_by', 'text')
      .addColumn('claimed_until', 'bigint')
      .addColumn('ended_at', 'bigint')
      .execute()
    // One at a time: two would race for the order of their ids.
    await db.schema
      .createIndex('publications_running')
      .on('publications')
      .column('domain')
      .unique()
      .where(sql.ref('state'), '=', sql.lit('running'))
      .execute()
    await db.schema
      .createIndex('publications_due')
      .on('publications')
      .column('next_try_at')
      .where(sql.ref('state'), '=', sql.lit('running'))
      .execute()
    await db.schema
      .createIndex('publications_domain')
      .on('publications')
      .columns(['domain', 'publication_id'])
      .execute()

    await db.schema
      .createTable('publication_steps')
      .addColumn('publication_id', 'integer', column => column.notNull())
      .addColumn('step_index', 'integer', column => column.notNull())
      .addColumn('kind', 'text', column => column.notNull())
      .addColumn('state', 'text', column => column.notNull())
      .addColumn('attempts', 'integer', column => column.notNull())
      .addColumn('began_at', 'bigint')
      .addColumn('done_at', 'bigint')
      .addColumn('note', 'text')
      .addPrimaryKeyConstraint('publication_steps_key', ['publication_id', 'step_index'])
      .modifyEnd(inKeyOrder)
      .execute()

    await db.schema
      .createTable('rollout_gates')
      .addColumn('domain', 'text', column => column.notNull())
      .addColumn('day', 'text', column => column.notNull())
      .addColumn('at', 'bigint', column => column.notNull())
      .addColumn('is_open', 'integer', column => column.notNull())
      .addColumn('criteria', 'text', column => column.notNull())
      .addPrimaryKeyConstraint('rollout_gates_key', ['domain', 'day'])
      .modifyEnd(inKeyOrder)
      .execute()

    await db.schema
      .createTable('policy_host_days')
      .addColumn('domain', 'text', column => column.notNull())
      .addColumn('day', 'text', column => column.notNull())
      .addColumn('fetches', 'integer', column => column.notNull())
      .addColumn('failures', 'integer', column => column.notNull())
      .addColumn('last_failure', 'text')
      .addPrimaryKeyConstraint('policy_host_days_key', ['domain', 'day'])
      .modifyEnd(inKeyOrder)
      .execute()

    await db.schema
      .createTable('mx_sightings')
      .addColumn('domain', 'text', column => column.notNull())
      .addColumn('mx_host', 'text', column => column.notNull())
      .addColumn('first_seen_at', 'bigint', column => column.notNull())
      .addColumn('last_seen_at', 'bigint', column => column.notNull())
      .addColumn('gone_at', 'bigint')
      .addColumn('ttl_seconds', 'integer', column => column.notNull())
      .addPrimaryKeyConstraint('mx_sightings_key', ['domain', 'mx_host'])
      .modifyEnd(inKeyOrder)
      .execute()

    await db.schema
      .createTable('rollout_checks')
      .addColumn('domain', 'text', column => column.primaryKey().notNull())
      .addColumn('at', 'bigint', column => column.notNull())
      .addColumn('result', 'text', column => column.notNull())
      .modifyEnd(inKeyOrder)
      .execute()

    await db.schema
      .createTable('rollout_executors')
      .addColumn('executor', 'text', column => column.primaryKey().notNull())
      .addColumn('kind', 'text', column => column.notNull())
      .addColumn('seen_at', 'bigint', column => column.notNull())
      .modifyEnd(inKeyOrder)
      .execute()
  },
}
