import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Checks of the web side with their results; and events of outbound mail by time. */
export const checkTables: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('checks')
      .addColumn('check_id', 'text', column => column.primaryKey())
      .addColumn('domain', 'text', column => column.notNull())
      .addColumn('input', 'text', column => column.notNull())
      .addColumn('state', 'text', column => column.notNull())
      .addColumn('requested_at', 'bigint', column => column.notNull())
      .addColumn('requested_by', 'text', column => column.notNull())
      .addColumn('finished_at', 'bigint')
      .addColumn('worst', 'text')
      .addColumn('summary', 'text')
      .addColumn('result', 'blob')
      .addColumn('result_encoding', 'text')
      .execute()
    await db.schema
      .createIndex('checks_requested')
      .on('checks')
      .columns(['requested_at', 'check_id'])
      .execute()
    await db.schema
      .createIndex('checks_domain')
      .on('checks')
      .columns(['domain', 'requested_at', 'check_id'])
      .execute()
    await db.schema.createIndex('outbound_events_at').on('outbound_events').column('at').execute()
  },
}
