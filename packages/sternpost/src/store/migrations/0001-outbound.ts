import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

export const outboundTables: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('mta_sts_policies')
      .addColumn('policy_domain', 'text', column => column.primaryKey())
      .addColumn('policy_id', 'text', column => column.notNull())
      .addColumn('policy_text', 'text', column => column.notNull())
      .addColumn('fetched_at', 'bigint', column => column.notNull())
      .addColumn('expires_at', 'bigint', column => column.notNull())
      .addColumn('last_used_at', 'bigint', column => column.notNull())
      .addColumn('next_check_at', 'bigint', column => column.notNull())
      .execute()
    await db.schema
      .createIndex('mta_sts_policies_next_check')
      .on('mta_sts_policies')
      .column('next_check_at')
      .execute()
    await db.schema
      .createTable('outbound_events')
      .addColumn('event_id', 'integer', column => column.primaryKey().autoIncrement())
      .addColumn('at', 'bigint', column => column.notNull())
      .addColumn('policy_domain', 'text', column => column.notNull())
      .addColumn('kind', 'text', column => column.notNull())
      .addColumn('detail', 'text', column => column.notNull())
      .execute()
    await db.schema
      .createIndex('outbound_events_domain')
      .on('outbound_events')
      .columns(['policy_domain', 'at'])
      .execute()
  },
}
