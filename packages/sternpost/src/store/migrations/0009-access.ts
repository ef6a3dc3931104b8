import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Users, sessions, tokens, the log of changes. */
export const accessTables: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('users')
      .addColumn('user_id', 'integer', column => column.primaryKey().autoIncrement())
      .addColumn('name', 'text', column => column.notNull().unique())
      .addColumn('password_hash', 'text')
      .addColumn('oidc_subject', 'text', column => column.unique())
      .addColumn('role', 'text', column => column.notNull())
      .addColumn('domains', 'text', column => column.notNull())
      .addColumn('created_at', 'bigint', column => column.notNull())
      .addColumn('changed_at', 'bigint', column => column.notNull())
      .execute()
    await db.schema
      .createTable('sessions')
      .addColumn('session_hash', 'text', column => column.primaryKey())
      .addColumn('user_id', 'bigint', column => column.notNull())
      .addColumn('csrf_token', 'text', column => column.notNull())
      .addColumn('created_at', 'bigint', column => column.notNull())
      .addColumn('last_seen_at', 'bigint', column => column.notNull())
      .addColumn('ip', 'text', column => column.notNull())
      .addColumn('user_agent', 'text', column => column.notNull())
      .execute()
    await db.schema.createIndex('sessions_by_user').on('sessions').column('user_id').execute()
    await db.schema
      .createTable('api_tokens')
      .addColumn('token_id', 'integer', column => column.primaryKey().autoIncrement())
      .addColumn('user_id', 'bigint', column => column.notNull())
      .addColumn('name', 'text', column => column.notNull())
      .addColumn('token_hash', 'text', column => column.notNull().unique())
      .addColumn('scopes', 'text', column => column.notNull())
      .addColumn('domains', 'text', column => column.notNull())
      .addColumn('created_at', 'bigint', column => column.notNull())
      .addColumn('expires_at', 'bigint')
      .addColumn('last_used_at', 'bigint')
      .execute()
    await db.schema.createIndex('api_tokens_by_user').on('api_tokens').column('user_id').execute()
    await db.schema
      .createTable('audit_log')
      .addColumn('entry_id', 'integer', column => column.primaryKey().autoIncrement())
      .addColumn('at', 'bigint', column => column.notNull())
      .addColumn('who', 'text', column => column.notNull())
      .addColumn('ip', 'text', column => column.notNull())
      .addColumn('action', 'text', column => column.notNull())
      .addColumn('subject', 'text', column => column.notNull())
      .addColumn('detail', 'text', column => column.notNull())
      .execute()
    await db.schema.createIndex('audit_log_by_time').on('audit_log').column('at').execute()
    await db.schema
      .createTable('installation')
      .addColumn('name', 'text', column => column.primaryKey())
      .addColumn('value', 'text', column => column.notNull())
      .execute()
  },
}
