import { type Kysely, SqliteAdapter, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What we publish: domains, and every version of their policies. */
export const publishTables: Migration = {
  async up(db: Kysely<unknown>) {
    // A policy is found by its domain with one walk down the tree.
    const inKeyOrder =
      db.getExecutor().adapter instanceof SqliteAdapter ? sql.raw('without rowid') : sql.raw('')

    await db.schema
      .createTable('published_domains')
      .addColumn('domain', 'text', column => column.primaryKey().notNull())
      .addColumn('mode', 'text', column => column.notNull())
      .addColumn('max_age_seconds', 'integer', column => column.notNull())
      .addColumn('mx_patterns', 'text', column => column.notNull())
      .addColumn('tls_rpt_rua', 'text', column => column.notNull())
      .addColumn('dns_writer', 'text', column => column.notNull())
      .addColumn('dns_apply', 'text', column => column.notNull())
      .addColumn('delegation', 'text', column => column.notNull())
      .addColumn('policy_id_form', 'text', column => column.notNull())
      .addColumn('bimi', 'text')
      .addColumn('tlsa', 'text', column => column.notNull())
      .addColumn('served_policy_id', 'text')
      .addColumn('added_at', 'bigint', column => column.notNull())
      .addColumn('changed_at', 'bigint', column => column.notNull())
      .addColumn('revision', 'integer', column => column.notNull())
      .modifyEnd(inKeyOrder)
      .execute()

    await db.schema
      .createTable('policy_versions')
      .addColumn('domain', 'text', column => column.notNull())
      .addColumn('policy_id', 'text', column => column.notNull())
      .addColumn('text', 'text', column => column.notNull())
      .addColumn('created_at', 'bigint', column => column.notNull())
      .addColumn('first_served_at', 'bigint')
      .addColumn('last_served_at', 'bigint')
      .addColumn('announced_at', 'bigint')
      .addColumn('last_fetched_at', 'bigint')
      .addPrimaryKeyConstraint('policy_versions_key', ['domain', 'policy_id'])
      .modifyEnd(inKeyOrder)
      .execute()
  },
}
